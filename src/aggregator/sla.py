"""The SLA clock: when a finding is due, and where it stands."""

from __future__ import annotations

from datetime import datetime

from aggregator.model.finding import Finding
from aggregator.policy import Policy


def due_at(finding: Finding, policy: Policy) -> datetime | None:
    """The first moment at which the finding is late; ``None`` when its severity has no SLA."""
    raise NotImplementedError


def assess(findings: tuple[Finding, ...], policy: Policy, now: datetime) -> tuple[Finding, ...]:
    """The findings with ``due_at`` and ``standing`` filled in, in the order they came."""
    raise NotImplementedError
