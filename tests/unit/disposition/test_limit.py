"""Tests of :mod:`aggregator.disposition.limit`: the policy's limit of an exception's life."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.disposition import Disposed, dispose
from aggregator.disposition.limit import ends_at
from aggregator.model.finding import Disposition, Finding, Transition
from aggregator.model.severity import Severity
from aggregator.policy import ExceptionRule
from aggregator.policy.limits import ExceptionLimits, LongestDays
from aggregator.state.history import bounded
from tests.builders import NOW, finding

THIRTY = ExceptionLimits(longest_days=LongestDays(high=30))


def rule(**fields: Any) -> ExceptionRule:
    """An exception for the usual finding that goes on for a year, except as given."""
    given: dict[str, Any] = {"status": "risk_accepted", "reason": "We know.", "owner": "kim", "id": "F-1111111111"}
    return ExceptionRule(**given | {"expires": date(2027, 11, 30)} | fields).placed("e.yml:3")


def after(days: int, item: Finding, *rules: ExceptionRule) -> Disposed:
    """A run so many days later."""
    return dispose((item,), rules, NOW + timedelta(days=days), limits=THIRTY)


def test_a_long_exception_is_cut_and_said() -> None:
    """It holds for the policy's days from the first run that knew it, and every run says so."""
    first = after(0, finding(), rule())
    (item,) = first.findings
    assert item.decision.expires_at == datetime(2026, 12, 23, tzinfo=UTC)
    (said,) = first.diagnostics
    assert (said.code, said.subject) == ("exception-too-long", "e.yml:3")
    assert said.reason == (
        "The exception runs until 2027-11-30, longer than the policy allows for 1 finding; the first of them is "
        "accepted until 2026-12-22."
    )
    assert after(10, item, rule()).findings == (item,)


def test_a_cut_exception_does_not_begin_anew() -> None:
    """Once its days are over the finding is open, in every later run, until people decide again."""
    (item,) = after(0, finding(), rule()).findings
    for days in (31, 32, 200):
        over = after(days, item, rule())
        (item,) = over.findings
        assert item.decision.disposition is Disposition.OPEN
        assert over.diagnostics[0].reason.endswith("was accepted until 2026-12-22, and 1 of them no longer.")
    (again,) = after(200, item, rule(decided=date(2027, 6, 9))).findings
    assert again.decision.disposition is Disposition.RISK_ACCEPTED
    assert again.decision.expires_at == datetime(2027, 7, 10, tzinfo=UTC)


def test_a_day_to_come_is_no_beginning() -> None:
    """An entry cannot be dated ahead to hold for longer."""
    (item,) = after(0, finding(), rule(decided=date(2027, 6, 9))).findings
    assert item.decision.expires_at == datetime(2026, 12, 23, tzinfo=UTC)


def test_what_is_short_enough_is_left_alone() -> None:
    """An entry within the limit, and one for a severity without a limit, end when they say."""
    assert after(0, finding(), rule(expires=date(2026, 12, 22))).diagnostics == ()
    low = after(0, finding(severity=Severity.LOW), rule())
    assert (low.diagnostics, low.findings[0].decision.expires_at) == ((), rule().expires_at)


def test_what_is_called_real_is_not_cut() -> None:
    """``verified`` puts nothing off, so no limit ends it; nothing is silenced by it."""
    verified = after(0, finding(), rule(status="verified"))
    assert (verified.diagnostics, verified.findings[0].decision.expires_at) == ((), rule().expires_at)
    assert (verified.findings[0].status, verified.findings[0].is_open) == ("verified", True)


def test_a_busy_history_does_not_begin_a_limit_anew() -> None:
    """However much happens to a finding, the first day of a decision is remembered; what was cut stays over."""
    (item,) = after(0, finding(), rule()).findings
    for day in range(1, 60):
        happened = Transition(NOW + timedelta(days=day), "updated", str(day), "version 1 -> 2")
        item = replace(item, history=bounded((*item.history, happened)))
        (item,) = after(day, item, rule()).findings
    assert item.decision.disposition is Disposition.OPEN


def test_an_end_is_announced_as_early_as_the_policy_says() -> None:
    """``warn-days`` moves the announcement."""
    short = rule(expires=date(2026, 12, 22))
    said = dispose((finding(),), (short,), NOW, limits=ExceptionLimits(warn_days=40)).diagnostics
    assert [each.code for each in said] == ["exception-expires-soon"]


@given(st.integers(1, 400), st.integers(1, 3650), st.integers(0, 400))
def test_a_limit_only_shortens(days: int, longest: int, later: int) -> None:
    """No limit lets an entry go on longer than it says, and none outlasts its days."""
    limits = ExceptionLimits(longest_days=LongestDays(high=longest))
    entry = rule(expires=NOW.date() + timedelta(days=days), decided=NOW.date())
    end = ends_at(entry, finding(), NOW + timedelta(days=later), limits)
    assert end <= entry.expires_at
    assert end <= NOW + timedelta(days=longest + 1)
