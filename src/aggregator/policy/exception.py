"""An exception: people's decision about findings, with a reason, an owner and an end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from aggregator.policy.part import Count, Part, PathPattern, PurlPattern, Text, ToolName

_END = date(3000, 1, 1)
_SELECTORS = ("id", "rule", "path", "purl", "vulnerability", "resource")


def _day(value: object) -> object:
    """Numbers would be read as seconds since 1970, which nobody means here."""
    if isinstance(value, str) or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise PydanticCustomError("day", "must be a day: YYYY-MM-DD")


def _near(day: date) -> date:
    """The end of the day must still be a date."""
    if day >= _END:
        raise PydanticCustomError("far", "must be before the year 3000")
    return day


Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date), AfterValidator(_near)]
Justification = Literal[
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
]
"""Why something is not affected, in the five words of VEX (OpenVEX 0.2.0, "Status Justifications")."""
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


def _selects(resource: str | None, read: ValidationInfo) -> str | None:
    """Asked of the last selector, when the others are read: one must be there. A wrong one is said already."""
    others = [read.data.get(selector, "wrong") for selector in _SELECTORS if selector != "resource"]
    if resource or any(others):
        return resource
    raise PydanticCustomError("selector", f"needs one of: {', '.join(_SELECTORS)}")


def _justifies(justification: str | None, read: ValidationInfo) -> str | None:
    if justification is None or read.data.get("status", "not_affected") == "not_affected":
        return justification
    raise PydanticCustomError("justification", "may stand only beside the status not_affected")


def _begins_before_its_end(decided: date | None, read: ValidationInfo) -> date | None:
    if decided is None or decided <= read.data.get("expires", decided):
        return decided
    raise PydanticCustomError("decided", "must not be after the day it expires")


def end_of(day: date) -> datetime:
    """The first moment after a day, UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


class ExceptionRule(Part):
    """One entry of ``.github/onefold-exceptions.yml``: it applies to findings that all its selectors match.

    There is no selector for a line: lines move.
    """

    status: Literal["false_positive", "risk_accepted", "not_affected", "mitigated", "out_of_scope", "verified"] = Field(
        description="What it is; verified: somebody looked, it is real. All others ask nobody for action."
    )
    reason: Prose = Field(description="Why; shown wherever the finding is.")
    owner: Text = Field(description="Who answers for it: a person or a team.")
    expires: Day = Field(description="The last day it holds, in UTC.")
    id: Text | None = Field(None, description="A finding's id, or an earlier one (alias).")
    tool: ToolName | None = Field(None, description="A tool's name; narrows another selector.")
    rule: Text | None = Field(None, description="A rule id; * stands for any text.")
    path: PathPattern | None = Field(
        None, description="A path; * within a folder, ** across folders, tests/ for all below."
    )
    purl: PurlPattern | None = Field(None, description="A package URL without version; * stands for any text.")
    vulnerability: Text | None = Field(None, description="A CVE, GHSA or other id.")
    resource: Annotated[Text | None, AfterValidator(_selects)] = Field(
        None, validate_default=True, description="A cloud resource's full id; * stands for any text."
    )
    product: Text | None = Field(
        None, description="The product, where a run has several; narrows another selector; * stands for any text."
    )
    expect: Count | None = Field(None, description="How many findings it may match; more are said aloud.")
    justification: Annotated[Justification | None, AfterValidator(_justifies)] = Field(
        None, description="Why it is not affected, for VEX; only with the status not_affected."
    )
    decided: Annotated[Day | None, AfterValidator(_begins_before_its_end)] = Field(
        None, description="The day it was decided or renewed, in UTC; the policy's limit counts from it."
    )
    _place: str = PrivateAttr("")

    @property
    def place(self) -> str:
        """Where it is written (``.github/onefold-exceptions.yml:12``), or what it is when it is in no file."""
        return self._place or f"exception of {self.owner}"

    @property
    def expires_at(self) -> datetime:
        """The first moment at which it no longer holds: the end of its last day, UTC."""
        return end_of(self.expires)

    def placed(self, place: str) -> ExceptionRule:
        """The same rule, knowing where it is written."""
        rule = self.model_copy()
        rule._place = place  # noqa: SLF001 - our own
        return rule

    def reworded(self, reason: str) -> ExceptionRule:
        """The same rule with another reason."""
        return self.model_copy(update={"reason": reason})


class ExceptionsFile(Part):
    """The whole of ``.github/onefold-exceptions.yml``."""

    exceptions: tuple[ExceptionRule, ...] = ()
