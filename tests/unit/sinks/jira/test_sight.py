"""Tests of :mod:`aggregator.sinks.jira.sight`."""

from __future__ import annotations

import pytest

from aggregator.sinks.jira.rows import Change, ChangeItem, IssueRow, Person
from aggregator.sinks.jira.sight import seen

ME, ANN, BEN = (Person(accountId=name, displayName=name) for name in ("me", "ann", "ben"))
MOVED = (ChangeItem("status", "status"),)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-10-25T02:40:00.000+0200", "2026-10-25T02:10:00.000+0100"),
        ("2026-11-22T12:00:00.100+0000", "2026-11-22T12:00:00.900+0000"),
        ("no time at all", "2026-11-22T12:00:00.000+0000"),
    ],
)
def test_who_moved_it_last(earlier: str, later: str) -> None:
    """The last move is the last in time: in the hour that is there twice, and within one second."""
    history = (Change(later, BEN, MOVED), Change(earlier, ANN, MOVED))
    for order in (history, history[::-1]):
        assert seen(IssueRow("SEC-1"), "https://jira.example/browse/SEC-1", ME, (), order).moved_by == "ben"
