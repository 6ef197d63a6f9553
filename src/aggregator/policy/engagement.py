"""Engagements: what reports were made for, a pipeline or a single examination such as a penetration test."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from aggregator.model.scope import MARK
from aggregator.policy.globs import matches_path
from aggregator.policy.part import Part, PathPattern, Text, ToolName


def _name(said: str) -> str:
    if MARK.strip() in said:
        raise PydanticCustomError("engagement", f"must not hold the mark {MARK.strip()}, which ends a name")
    return said


class EngagementRule(Part):
    """An engagement, and which reports were made for it."""

    name: Annotated[Text, AfterValidator(_name)] = Field(
        description="Its name. One with `once` is known by it: under another name it is another examination."
    )
    reports: tuple[PathPattern, ...] = Field(
        (), description="Its reports; * within a folder, ** across folders. Neither reports nor tools: see engagement."
    )
    tools: tuple[ToolName, ...] = Field((), description="Only reports of these tools.")
    product: str = Field("", description="The product that was examined, whatever `products` says.")
    environment: str = Field("", description="Where it was examined: production, staging.")
    once: bool = Field(
        default=False,
        description="A single examination: what it found is closed by its own reports, given again, or by a decision; "
        "never by another run.",
    )

    @property
    def is_told_by_run(self) -> bool:
        """Whether only a run that names it knows its reports."""
        return not self.reports and not self.tools

    def claims(self, place: str, tool: str) -> bool:
        """Whether a tool's report at a place was made for it."""
        if self.is_told_by_run:
            return False
        made_by = not self.tools or tool.casefold() in {name.casefold() for name in self.tools}
        return made_by and (not self.reports or any(matches_path(pattern, place) for pattern in self.reports))


def _of_one_name(rules: tuple[EngagementRule, ...]) -> tuple[EngagementRule, ...]:
    """Several entries of one name are one engagement, so they agree on what it is."""
    once = {rule.name: rule.once for rule in rules}
    if any(rule.once is not once[rule.name] for rule in rules):
        raise PydanticCustomError("engagement", "must say the same of `once` wherever they have the same name")
    return rules


Engagements = Annotated[tuple[EngagementRule, ...], AfterValidator(_of_one_name)]
