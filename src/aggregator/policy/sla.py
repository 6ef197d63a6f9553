"""How long people give themselves to mend what is found."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from aggregator.model.severity import Severity
from aggregator.policy.part import Days, Part, Share
from aggregator.policy.selector import Selector

_Profile = Mapping[Severity, int | None]


def _profile(critical: int, high: int, medium: int, low: int) -> _Profile:
    return MappingProxyType(
        {
            Severity.CRITICAL: critical,
            Severity.HIGH: high,
            Severity.MEDIUM: medium,
            Severity.LOW: low,
            Severity.INFO: None,
        }
    )


PROFILES: Mapping[str, _Profile] = MappingProxyType(
    {"default": _profile(7, 30, 90, 180), "fedramp": _profile(30, 30, 90, 180)}
)
"""Days by severity. ``fedramp``: FedRAMP's Continuous Monitoring Strategy Guide, where critical counts as high."""


class SlaRule(Selector):
    """The days that some findings have, whatever the rest of the policy gives their severity."""

    days: Days | None = Field(description="Days for what is meant; null: no SLA.")


class Sla(Part):
    """Days from the clock's start until a finding is late: by rule, else by severity, else by profile."""

    profile: Literal["default", "fedramp"] = Field(
        "default",
        description="Days of the severities that are not named here: default 7/30/90/180, fedramp 30/30/90/180.",
    )
    critical: Days | None = Field(7, description="Days for CRITICAL; null: no SLA. Not named: the profile's.")
    high: Days | None = Field(30, description="Days for HIGH; null: no SLA. Not named: the profile's.")
    medium: Days | None = Field(90, description="Days for MEDIUM; null: no SLA. Not named: the profile's.")
    low: Days | None = Field(180, description="Days for LOW; null: no SLA. Not named: the profile's.")
    info: Days | None = Field(None, description="Days for INFO; null: no SLA.")
    rules: tuple[SlaRule, ...] = Field((), description="Days for some findings; the first entry that fits one holds.")
    kev: bool = Field(
        default=True,
        description="Where CISA's catalogue of exploited vulnerabilities is known, its due date caps ours.",
    )
    approaching_share: Share = Field(0.2, description="Approaching once this share of the time, or less, is left.")
    approaching_days: Days = Field(2, description="Approaching in any case once so many days, or fewer, are left.")
    resume_days: Days = Field(30, description="Back within so many days of closing: the old clock goes on.")

    def days(self, severity: Severity) -> int | None:
        """The days allowed for a severity that no rule speaks of; ``None`` when it has no SLA."""
        name = severity.value.lower()
        if name not in self.model_fields_set:
            return PROFILES[self.profile][severity]
        days: int | None = getattr(self, name)
        return days
