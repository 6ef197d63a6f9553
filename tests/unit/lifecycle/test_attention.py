"""Tests of :mod:`aggregator.lifecycle.attention`: silence counts in days on which anybody looked."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.lifecycle.attention import silent_before
from aggregator.model.state import RunRecord
from tests.builders import NOW, RUN


def looked(*days: int) -> list[RunRecord]:
    """Runs that read reports, so many days ago."""
    return [RunRecord(run=RUN, at=NOW - timedelta(days=each), open={}) for each in days]


def ticked(*days: int) -> list[RunRecord]:
    """Runs that read none."""
    return [RunRecord(run=RUN, at=NOW - timedelta(days=each), open={}, looked=False) for each in days]


def days_back(runs: list[RunRecord], days: int = 90) -> int:
    """How many days ago the moment is."""
    return (NOW - silent_before(runs, NOW, days)).days


def test_the_calendar_counts_while_somebody_looks() -> None:
    """Runs a fortnight apart, or none that is remembered, leave the days as they are."""
    assert days_back([]) == 90
    assert days_back(looked(*range(0, 400, 14))) == 90


def test_a_pause_counts_for_a_fortnight() -> None:
    """However long it was, and whether clocks were moved in it or not."""
    assert days_back(looked(*range(100, 300, 7))) == 100 + 90 - 14
    assert days_back([*looked(*range(100, 300, 7)), *ticked(*range(0, 100, 7))]) == 100 + 90 - 14
    assert days_back(looked(1, *range(101, 300, 7))) == 101 + 90 - 15


def test_it_may_lie_in_the_pause() -> None:
    """When enough was looked at since."""
    assert days_back(looked(*range(0, 85, 7), 300)) == 90


@given(st.lists(st.integers(-5, 700), max_size=12), st.lists(st.integers(0, 700), max_size=5), st.integers(1, 400))
def test_never_later_than_the_calendar(looks: list[int], ticks: list[int], days: int) -> None:
    """Nothing is forgotten sooner than it was said; ticks, and runs of tomorrow, change nothing."""
    back = days_back(looked(*looks), days)
    assert back >= days
    assert days_back([*ticked(*ticks), *looked(*looks)], days) == back
    assert days_back(looked(*(each for each in looks if each >= 0)), days) == back
