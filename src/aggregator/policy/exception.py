"""An exception: people's decision about findings, with a reason, an owner and an end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from aggregator.policy.part import Count, Part, Text

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


def end_of(day: date) -> datetime:
    """The first moment after a day, UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


class ExceptionRule(Part):
    """One entry of ``.github/onefold-exceptions.yml``: it applies to findings that all its selectors match.

    There is no selector for a line: lines move.
    """

    status: Literal["false_positive", "risk_accepted", "not_affected", "mitigated", "out_of_scope"]
    reason: Prose = Field(description="Why; shown wherever the finding is.")
    owner: Text = Field(description="Who answers for it: a person or a team.")
    expires: Day = Field(description="The last day it holds, in UTC.")
    id: Text | None = Field(None, description="A finding's id, or an earlier one (alias).")
    tool: Text | None = Field(None, description="A tool's name; narrows another selector.")
    rule: Text | None = Field(None, description="A rule id; * stands for any text.")
    path: Text | None = Field(None, description="A path; * within a folder, ** across folders, tests/ for all below.")
    purl: Text | None = Field(None, description="A package URL without version; * stands for any text.")
    vulnerability: Text | None = Field(None, description="A CVE, GHSA or other id.")
    resource: Text | None = Field(None, description="A cloud resource's full id; * stands for any text.")
    product: Text | None = Field(
        None, description="The product, where a run has several; narrows another selector; * stands for any text."
    )
    expect: Count | None = Field(None, description="How many findings it may match; more are said aloud.")
    justification: Justification | None = Field(
        None, description="Why it is not affected, for VEX; only with the status not_affected."
    )
    decided: Day | None = Field(
        None, description="The day it was decided or renewed, in UTC; the policy's limit counts from it."
    )
    _place: str = PrivateAttr("")

    @model_validator(mode="after")
    def _selects_something(self) -> ExceptionRule:
        if not any(getattr(self, selector) for selector in _SELECTORS):
            raise PydanticCustomError("selector", f"needs one of: {', '.join(_SELECTORS)}")
        return self

    @model_validator(mode="after")
    def _justifies_what_it_says(self) -> ExceptionRule:
        if self.justification is not None and self.status != "not_affected":
            raise PydanticCustomError("justification", "has a justification, which only not_affected may have")
        return self

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> ExceptionRule:
        if self.decided is not None and self.decided > self.expires:
            raise PydanticCustomError("decided", "expires before the day it was decided")
        return self

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


class ExceptionsFile(Part):
    """The whole of ``.github/onefold-exceptions.yml``."""

    exceptions: tuple[ExceptionRule, ...] = ()
