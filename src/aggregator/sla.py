"""The SLA clock: when a finding is due, and where it stands. Plain arithmetic on points in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from msgspec.structs import replace

from aggregator.model.finding import Finding, Standing
from aggregator.model.intelligence import NOTHING_KNOWN, Intelligence
from aggregator.model.risk import Risk
from aggregator.model.severity import Severity
from aggregator.model.state import Line
from aggregator.policy import Policy
from aggregator.policy.selector import Choice

_NO_TIME = timedelta()
_DAY = timedelta(days=1)
_NONE, _PAUSED, _BREACHED = Standing.NONE, Standing.PAUSED, Standing.BREACHED
_APPROACHING, _WITHIN = Standing.APPROACHING, Standing.WITHIN
_NOT_DUE = (None, _NONE)
_NO_LINE = Line("")


class Clock:
    """When findings are due at a moment, under a policy.

    Args:
        policy: the days, by rule, severity or profile.
        now: the moment.
        line: what the findings belong to: rules may be for one product or environment.
        known: the due dates of CISA's catalogue, which cap ours where the policy says so.
    """

    def __init__(
        self, policy: Policy, now: datetime, line: Line = _NO_LINE, known: Intelligence = NOTHING_KNOWN
    ) -> None:
        sla = policy.sla
        self._sla = sla
        self._now = now
        self._by_severity = {severity: _time(sla.days(severity)) for severity in Severity}
        self._rules = Choice(sla.rules, line)
        self._kev = known.kev if sla.kev else {}
        self._presses: dict[timedelta, timedelta] = {}

    def of(self, finding: Finding) -> tuple[datetime | None, Standing]:
        """The first moment at which the finding is late, and where it stands.

        Always counted from the clock's start: a severity that rises shortens the time, one that falls gives it back.
        ``None`` and ``none`` when it has no SLA or no clock runs. A silenced finding stands ``paused``: its age goes
        on, nobody is reminded. A closed one keeps the day it was due and stands ``none``.
        """
        start, allowed = finding.clock_start, self._allowed(finding)
        if start is None or allowed is None:
            return _NOT_DUE
        due = start + allowed
        if self._kev and finding.vulnerability_ids:
            due = self._capped(finding, start, due)
            allowed = due - start
        return due, self._standing(finding, due, allowed)

    def _allowed(self, finding: Finding) -> timedelta | None:
        rule = self._rules.of(finding) if self._rules else None
        return self._by_severity[finding.severity] if rule is None else _time(rule.days)

    def _capped(self, finding: Finding, start: datetime, due: datetime) -> datetime:
        """No later than the end of the catalogue's last day, and no earlier than the clock's start."""
        entries = (self._kev.get(name) for name in finding.vulnerability_ids)
        ends = [datetime.combine(entry.due, time(), UTC) + _DAY for entry in entries if entry is not None]
        return max(start, min(ends)) if ends and min(ends) < due else due

    def _standing(self, finding: Finding, due: datetime, allowed: timedelta) -> Standing:
        if finding.closed_at is not None:
            return _NONE
        if finding.decision.disposition.silences:
            return _PAUSED
        left = due - self._now
        if left <= _NO_TIME:
            return _BREACHED
        return _APPROACHING if left <= self._pressing(allowed) else _WITHIN

    def _pressing(self, allowed: timedelta) -> timedelta:
        """How much of the time may be left when it begins to press."""
        pressing = self._presses.get(allowed)
        if pressing is None:
            pressing = max(allowed * self._sla.approaching_share, timedelta(days=self._sla.approaching_days))
            self._presses[allowed] = pressing
        return pressing


def _time(days: int | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)


def _unrated(_finding: Finding, _due: datetime | None) -> Risk | None:
    return None


def assess(
    findings: tuple[Finding, ...],
    clock: Clock,
    rate: Callable[[Finding, datetime | None], Risk | None] = _unrated,
) -> tuple[Finding, ...]:
    """The findings with ``due_at``, ``standing`` and ``risk`` filled in, in the order they came.

    ``rate`` gives a finding's risk, told when it is due.
    """
    assessed: list[Finding] = []
    for finding in findings:
        due, standing = clock.of(finding)
        # One copy for all three: at this size each costs a microsecond.
        assessed.append(replace(finding, due_at=due, standing=standing, risk=rate(finding, due)))
    return tuple(assessed)
