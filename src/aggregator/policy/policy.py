"""The policy: everything about a run that people decide, with defaults that need no file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from aggregator.model.result import Kind
from aggregator.policy.chat import Chat
from aggregator.policy.correlation import Correlation
from aggregator.policy.defectdojo import DefectDojo
from aggregator.policy.engagement import Engagements
from aggregator.policy.gate_rule import KINDS, SEVERITIES
from aggregator.policy.jira import Jira
from aggregator.policy.limits import ExceptionLimits
from aggregator.policy.outputs import Outputs
from aggregator.policy.owners import OwnerRule
from aggregator.policy.part import Count, Part, Share, Text, ToolName
from aggregator.policy.product import ProductRule
from aggregator.policy.risk import RiskRules
from aggregator.policy.sla import Sla
from aggregator.policy.verification import Verification

_SEVERITY = f"({'|'.join(SEVERITIES)})"
_KIND = f"({'|'.join(KINDS)})"
_HEAD = f"((new|any|breached)(:{_SEVERITY})?|{_SEVERITY})"
_FILTER = rf"(kind={_KIND}(,{_KIND})*|(tool|product)=[^\s,=:]+(,[^\s,=:]+)*|risk>=(100|[0-9]{{1,2}})|kev)"
GATE_RULE = rf"^(none|{_HEAD}( +{_FILTER})*|{_FILTER}( +{_FILTER})*)$"
FailOn = Annotated[str, StringConstraints(pattern=GATE_RULE)]


class Gate(Part):
    """What turns the run red."""

    fail_on: tuple[FailOn, ...] = Field(
        (),
        description="new, any or breached, with a severity (new:high: that or worse) and filters (kind=secret,sca "
        "tool=semgrep risk>=80 kev); or none. Without new, any or breached: new in a pull request, any elsewhere.",
    )
    advisory: bool = Field(default=False, description="Tell the verdict, but never let it fail the run.")


class Misses(Part):
    """How many covered runs in a row must go without a finding before it closes, by kind."""

    sast: Count = 1
    secret: Count = 1
    sca: Count = 1
    container: Count = 1
    iac: Count = 1
    cloud: Count = 2
    dast: Count = 2
    license: Count = 1

    def of(self, kind: Kind) -> int:
        """The number for a kind."""
        misses: int = getattr(self, kind.value)
        return misses


class Closing(Part):
    """When absence counts as fixed."""

    brake_share: Share = Field(0.30, description="Closes are held when more than this share of a tool's would close.")
    brake_minimum: Count = Field(10, description="The brake works from so many open findings of a tool on.")
    misses: Misses = Field(default_factory=Misses.model_construct)
    complete: tuple[ToolName, ...] = Field(
        (), description="Tools whose complete reports are declared to cover their whole scope, always."
    )
    deleted_secrets: bool = Field(
        default=False,
        description="Close a secret when it is deleted. Default: only once it is also marked mitigated (revoked).",
    )

    def declares_complete(self, tool: str) -> bool:
        """Whether people declared that what this tool's complete reports do not mention is not there."""
        return tool.lower() in {name.lower() for name in self.complete}


class Expected(Part):
    """A report that must be there."""

    tool: ToolName = Field(description="The tool's name, for example Semgrep.")
    scope: Text | None = Field(None, description="The scan's scope; * stands for any text.")
    report: Text | None = Field(None, description="The report's name; * stands for any text but /, ** for any.")


class Upload(Part):
    """What the Security tab gets."""

    already_uploaded: tuple[ToolName, ...] = Field(("CodeQL",), description="Tools that upload by themselves.")
    unplaced: bool = Field(default=False, description="Upload findings that are in no file (cloud, web) as well.")
    retired: tuple[ToolName, ...] = Field(
        (), description="Tools that will never report again: their alerts in the Security tab are closed."
    )


class Memory(Part):
    """What is remembered between runs."""

    branches: tuple[Text, ...] = Field(
        (), description="Branches with a memory of their own; * for any text. Empty: the default branch."
    )
    former_branches: Annotated[tuple[Text, ...], Field(max_length=5)] = Field(
        (), description="What the branch was called before: its memory is taken over once, where today's name has none."
    )
    producers: tuple[Text, ...] = Field(
        (),
        description="Workflow files whose states are believed, .github/workflows/security.yml; of one that was "
        "renamed list both names. Empty: the workflow that runs.",
    )
    artifact_days: Annotated[int, Field(strict=True, ge=1, le=400)] | None = Field(
        None, description="How long GitHub keeps a state's artifact. Default: as long as the repository allows."
    )
    retention_days: Annotated[int, Field(strict=True, ge=1, le=3650)] = Field(
        90, description="How long closed findings and silent scopes are remembered."
    )


class Issues(Part):
    """Issues about findings past their SLA."""

    mode: Literal["auto", "on", "off"] = Field(
        "auto", description="on, off, or auto: on in private repositories; elsewhere everybody can read them."
    )
    group_by: Literal["finding", "rule"] = Field(
        "finding", description="One issue for each finding, or one for each rule of a tool."
    )
    most: Count = Field(
        20,
        description="So many are opened, closed, opened again and reminded of in one run, each; "
        "what is not opened stands in one rolling issue.",
    )
    remind_days: Count = Field(7, description="Days between two reminders on one issue.")
    labels: tuple[Text, ...] = Field(("onefold",), description="Labels of every issue; the first finds them again.")


class GitHub(Part):
    """What is delivered to GitHub."""

    security_tab: Literal["auto", "off"] = Field(
        "auto", description="Upload to code scanning where the token allows it."
    )
    comment: Literal["auto", "always", "changes", "off"] = Field(
        "auto",
        description="The comment on a pull request. auto: from the first thing worth saying on; always: in every run; "
        "changes: only when something is new or fixed; off.",
    )
    issues: Issues = Field(default_factory=Issues.model_construct)
    decisions: bool = Field(
        default=True, description="Read what people decide on our issues and on code scanning alerts."
    )
    mentions: bool = Field(
        default=False,
        description="Write owners with @ in comments and issues, so that they are notified. Assignees always are.",
    )


class Paths(Part):
    """How paths in reports become relative to the repository."""

    roots: tuple[Text, ...] = Field((), description="Further workspace prefixes to strip.")


class Policy(Part):
    """The whole of ``.github/onefold.yml``; without a file, its defaults."""

    product: str = Field("", description="The repository or account. Default: the repository's name.")
    product_type: str = Field("", description="The team or business unit.")
    engagement: str = Field("", description="The pipeline, or an entry of engagements that the run's reports are for.")
    environment: str = Field("", description="Where the product runs: production, staging.")
    products: tuple[ProductRule, ...] = Field(
        (), description="Several products in one repository or run; the first that fits a finding is its product."
    )
    engagements: Engagements = Field(
        (), description="What reports were made for, where it is not the run's own engagement; the first that fits."
    )
    sla: Sla = Field(default_factory=Sla.model_construct)
    risk: RiskRules = Field(default_factory=RiskRules.model_construct)
    gate: Gate = Field(default_factory=Gate.model_construct)
    closing: Closing = Field(default_factory=Closing.model_construct)
    exceptions: ExceptionLimits = Field(default_factory=ExceptionLimits.model_construct)
    verify: Verification = Field(default_factory=Verification.model_construct)
    owners: tuple[OwnerRule, ...] = Field(
        (), description="Whose findings are that are in no file; the first rule that fits. Files: see CODEOWNERS."
    )
    expected: tuple[Expected, ...] = Field((), description="Reports that must be there in every run with reports.")
    upload: Upload = Field(default_factory=Upload.model_construct)
    outputs: Outputs = Field(default_factory=Outputs.model_construct)
    state: Memory = Field(default_factory=Memory.model_construct)
    github: GitHub = Field(default_factory=GitHub.model_construct)
    jira: Jira = Field(default_factory=Jira.model_construct)
    slack: Chat = Field(default_factory=Chat.model_construct, description="What is told in Slack.")
    teams: Chat = Field(default_factory=Chat.model_construct, description="What is told in Microsoft Teams.")
    defectdojo: DefectDojo = Field(default_factory=DefectDojo.model_construct)
    correlation: Correlation = Field(default_factory=Correlation.model_construct)
    paths: Paths = Field(default_factory=Paths.model_construct)

    @classmethod
    def default(cls) -> Policy:
        """The defaults, without building validators: what a run without a policy file starts with, 25 ms sooner."""
        return cls.model_construct()
