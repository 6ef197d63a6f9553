"""Tests of :mod:`aggregator.sla`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.model.finding import Baseline, Decision, Disposition, Standing
from aggregator.model.severity import Severity
from aggregator.policy import Policy
from aggregator.sla import assess, due_at
from tests.builders import BEFORE, NOW, finding

DEFAULTS = Policy()
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("severity", "days"),
    [(Severity.CRITICAL, 7), (Severity.HIGH, 30), (Severity.MEDIUM, 90), (Severity.LOW, 180)],
)
def test_days_by_severity(severity: Severity, days: int) -> None:
    """A finding is due so many days after its clock started, by severity alone."""
    assert due_at(finding(severity=severity), DEFAULTS) == BEFORE + days * DAY


@pytest.mark.parametrize(
    ("age", "standing"),
    [
        (timedelta(), Standing.WITHIN),
        (24 * DAY - timedelta(seconds=1), Standing.WITHIN),
        (24 * DAY, Standing.APPROACHING),
        (30 * DAY - timedelta(seconds=1), Standing.APPROACHING),
        (30 * DAY, Standing.BREACHED),
        (3000 * DAY, Standing.BREACHED),
    ],
)
def test_standing_by_age(age: timedelta, standing: Standing) -> None:
    """Within, then approaching for the last fifth of the time, then breached from the moment it is due."""
    (found,) = assess((finding(clock_start=NOW - age),), DEFAULTS, NOW)
    assert (found.standing, found.due_at) == (standing, NOW - age + 30 * DAY)


def test_two_days_are_always_a_warning() -> None:
    """A short SLA is announced two days ahead, although a fifth of it is less."""
    (found,) = assess((finding(severity=Severity.CRITICAL, clock_start=NOW - 5 * DAY),), DEFAULTS, NOW)
    assert found.standing is Standing.APPROACHING


def test_a_severity_without_sla_never_breaches() -> None:
    """Where no days are given there is no due date, however old the finding is."""
    old = finding(severity=Severity.INFO, clock_start=NOW - 3000 * DAY)
    (found,) = assess((old,), DEFAULTS, NOW)
    assert (found.due_at, found.standing, due_at(old, DEFAULTS)) == (None, Standing.NONE, None)


def test_a_silenced_finding_is_paused() -> None:
    """Accepting a risk stops the reminders; the day it was due stays."""
    silenced = finding(clock_start=NOW - 40 * DAY, decision=Decision(Disposition.RISK_ACCEPTED))
    (found,) = assess((silenced,), DEFAULTS, NOW)
    assert (found.standing, found.due_at) == (Standing.PAUSED, NOW - 10 * DAY)


def test_a_closed_finding_has_no_standing() -> None:
    """A closed finding keeps the day it was due and stands nowhere."""
    (found,) = assess((finding(closed_at=NOW, baseline=Baseline.ABSENT),), DEFAULTS, NOW)
    assert (found.standing, found.due_at) == (Standing.NONE, BEFORE + 30 * DAY)


def test_a_finding_without_a_clock_is_left_alone() -> None:
    """Before the lifecycle has dated it, a finding is not due."""
    bare = finding(clock_start=None)
    assert (assess((bare,), DEFAULTS, NOW), due_at(bare, DEFAULTS)) == ((bare,), None)


def test_severity_moves_the_day_from_the_same_start() -> None:
    """A rise shortens the time from the original start; a fall gives it back."""
    rated = {severity: due_at(finding(severity=severity), DEFAULTS) for severity in Severity}
    assert rated[Severity.CRITICAL] == BEFORE + 7 * DAY
    assert rated[Severity.LOW] == BEFORE + 180 * DAY
