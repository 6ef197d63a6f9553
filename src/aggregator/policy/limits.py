"""How long an exception may hold, and when its end is announced."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aggregator.model.severity import Severity
from aggregator.policy.part import Days, Part

Longest = Annotated[int, Field(strict=True, ge=1, le=3650)]


class LongestDays(Part):
    """The longest life of an exception, by the severity of the finding it is about."""

    critical: Longest | None = Field(None, description="Days for CRITICAL; null: no limit.")
    high: Longest | None = Field(None, description="Days for HIGH; null: no limit.")
    medium: Longest | None = Field(None, description="Days for MEDIUM; null: no limit.")
    low: Longest | None = Field(None, description="Days for LOW; null: no limit.")
    info: Longest | None = Field(None, description="Days for INFO; null: no limit.")


class ExceptionLimits(Part):
    """What the policy asks of the entries of the exceptions file."""

    longest_days: LongestDays = Field(
        default_factory=LongestDays.model_construct,
        description="Days from the decision on; an entry that goes on longer is cut to them, and the run says so.",
    )
    warn_days: Days = Field(14, description="An entry's end is announced this many days before it.")

    def longest(self, severity: Severity) -> int | None:
        """Days an exception may hold for a finding of this severity; ``None`` when there is no limit."""
        days: int | None = getattr(self.longest_days, severity.value.lower())
        return days

    @property
    def longest_by_severity(self) -> dict[Severity, int]:
        """Those days of the severities that have a limit."""
        return {severity: days for severity in Severity if (days := self.longest(severity)) is not None}
