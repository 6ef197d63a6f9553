"""The SLA clock: when a finding is due, and where it stands. Plain arithmetic on points in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from aggregator.model.finding import Finding, Standing
from aggregator.model.severity import Severity
from aggregator.policy import Policy

_NO_TIME = timedelta()
_NONE, _PAUSED, _BREACHED = Standing.NONE, Standing.PAUSED, Standing.BREACHED
_APPROACHING, _WITHIN = Standing.APPROACHING, Standing.WITHIN
_Allowance = tuple[timedelta, timedelta]
"""The time a severity has, and how much of it may be left when it begins to press."""


def due_at(finding: Finding, policy: Policy) -> datetime | None:
    """The first moment at which the finding is late; ``None`` when its severity has no SLA or no clock runs.

    Always counted from the clock's start: a severity that rises shortens the time, one that falls gives it back.
    """
    days = policy.sla.days(finding.severity)
    if days is None or finding.clock_start is None:
        return None
    return finding.clock_start + timedelta(days=days)


def assess(findings: tuple[Finding, ...], policy: Policy, now: datetime) -> tuple[Finding, ...]:
    """The findings with ``due_at`` and ``standing`` filled in, in the order they came.

    A silenced finding stands ``paused``: its age goes on, nobody is reminded. A closed one keeps the day it was due
    and stands ``none``. A severity without SLA stands ``none`` and never breaches.
    """
    allowances = {severity: _allowance(policy, severity) for severity in Severity}
    assessed: list[Finding] = []
    for finding in findings:
        allowance = allowances[finding.severity]
        if allowance is not None and finding.clock_start is not None:
            due = finding.clock_start + allowance[0]
            standing = _standing(finding, due - now, allowance[1])
            assessed.append(replace(finding, due_at=due, standing=standing))
        else:
            assessed.append(finding)
    return tuple(assessed)


def _allowance(policy: Policy, severity: Severity) -> _Allowance | None:
    sla = policy.sla
    days = sla.days(severity)
    if days is None:
        return None
    return timedelta(days=days), max(timedelta(days=days) * sla.approaching_share, timedelta(days=sla.approaching_days))


def _standing(finding: Finding, left: timedelta, pressing: timedelta) -> Standing:
    if finding.closed_at is not None:
        return _NONE
    if finding.decision.disposition.silences:
        return _PAUSED
    if left <= _NO_TIME:
        return _BREACHED
    return _APPROACHING if left <= pressing else _WITHIN
