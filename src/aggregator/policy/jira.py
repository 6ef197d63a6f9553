"""Tickets in Jira: which findings get one, what it says, and what it means when people resolve it."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

from aggregator.model.severity import Severity
from aggregator.policy.part import Count, Days, Part, Text
from aggregator.policy.selector import SeverityWord

PLACEHOLDERS = ("severity", "title", "place", "rule", "tool", "product", "environment", "id", "owner", "count", "due")
"""What a template may name, in braces."""

_OWN = ("assignee", "components", "description", "duedate", "issuetype", "labels", "priority", "project", "summary")
"""Jira's fields that have words of their own in the policy, or that are ours."""


def _template(text: str) -> str:
    """Everything in braces must be one of the placeholders; two braces stand for one."""
    try:
        named = [part[1:] for part in Formatter().parse(text)]
    except ValueError:
        raise PydanticCustomError("template", "has a brace that is not closed; write {{ for a brace") from None
    if any(name is not None and (name not in PLACEHOLDERS or spec or turned) for name, spec, turned in named):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise PydanticCustomError("template", f"names something unknown in braces; known are {known}")
    return text


def _label(text: str) -> str:
    if any(letter.isspace() for letter in text):
        raise PydanticCustomError("label", "must be a label without blanks")
    return text


def _fields(fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Fields by Jira's id, none of them one that is set elsewhere; every text in them is a template."""
    taken = sorted(name for name in fields if name.lower() in _OWN)
    if taken:
        raise PydanticCustomError("field", f"must not set {taken[0]}, which has its own word in the policy or is ours")
    for text in _texts(list(fields.values())):
        _template(text)
    return fields


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


Template = Annotated[Text, AfterValidator(_template)]
Label = Annotated[Template, AfterValidator(_label)]


class Priorities(Part):
    """What a severity is called among Jira's priorities; null leaves the project's default."""

    critical: Text | None = "Highest"
    high: Text | None = "High"
    medium: Text | None = "Medium"
    low: Text | None = "Low"
    info: Text | None = "Lowest"

    def of(self, severity: Severity) -> str:
        """The name for a severity; empty for the project's default."""
        name: str | None = getattr(self, severity.value.lower())
        return name or ""


class Resolutions(Part):
    """Names of resolutions, or of statuses that say as much; case, blanks and signs do not matter."""

    accepted: tuple[Text, ...] = Field(
        ("Won't Do", "Won't Fix", "Risk Accepted", "Accepted Risk", "Declined"),
        description="The risk is accepted for a time; the first that Jira knows is set where Onefold closes so.",
    )
    false_positive: tuple[Text, ...] = Field(
        ("False Positive", "Not a Bug", "Invalid"), description="It is no problem at all."
    )
    duplicate: tuple[Text, ...] = Field(("Duplicate",), description="Somebody tracks it elsewhere: left alone.")
    fixed: tuple[Text, ...] = Field(
        ("Done", "Fixed", "Resolved"), description="Set where Onefold closes with a proof. Any other name claims a fix."
    )


class Jira(Part):
    """Tickets in Jira; without a project there are none."""

    project: str = Field("", description="The key of the project in which tickets are created: SEC.")
    issue_type: Text = Field("Task", description="The type of new tickets.")
    threshold: SeverityWord = Field(
        "high", description="New findings of this severity or worse get a ticket, and those past their SLA."
    )
    backlog: bool = Field(
        default=False, description="Create tickets for what was there before the first run with Jira as well."
    )
    group_by: Literal["finding", "rule", "upgrade"] = Field(
        "finding",
        description="One ticket for each finding, for each rule of a tool, or for each upgrade that closes findings. "
        "Ten findings of one rule share a ticket in any case.",
    )
    most: Count = Field(
        20,
        description="Created in one run at most, the worst first; the next runs create the rest. So many are "
        "edited, closed, opened again, commented on and reminded of, too.",
    )
    remind_days: Count = Field(7, description="Days between two reminders while it is past its SLA.")
    accept_days: Days | None = Field(
        90, description="How long a risk is accepted by a resolution; null: until the ticket is opened again."
    )
    decisions: bool = Field(default=True, description="Read what people decide by resolving tickets.")
    priorities: Priorities = Field(default_factory=Priorities.model_construct)
    due: bool = Field(default=True, description="Set the due date from the SLA.")
    summary: Template = Field(
        "{severity}: {title} in {place}",
        description=f"How a ticket is called. In braces: {', '.join(PLACEHOLDERS)}.",
    )
    labels: tuple[Label, ...] = Field((), description="Labels of every new ticket, beside Onefold's own; templates.")
    components: tuple[Template, ...] = Field((), description="Names of components of every new ticket; templates.")
    assignees: dict[Text, Text] = Field(
        default_factory=dict,
        description="Whom a new ticket is assigned to, by the finding's first owner (@kim, @octo/security); * for all "
        "others. An account id, e-mail address or user name.",
    )
    fields: Annotated[dict[str, JsonValue], AfterValidator(_fields)] = Field(
        default_factory=dict,
        description="Further fields of every new ticket by Jira's id (customfield_10010), as Jira wants them; texts "
        "are templates.",
    )
    resolutions: Resolutions = Field(default_factory=Resolutions.model_construct)

    @property
    def least(self) -> Severity:
        """The mildest severity whose new findings get a ticket."""
        return Severity(self.threshold.upper())
