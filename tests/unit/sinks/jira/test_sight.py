"""Tests of :mod:`aggregator.sinks.jira.sight`."""

from __future__ import annotations

import pytest

from aggregator.sinks.jira.rows import (
    Change,
    ChangeItem,
    Fields,
    IssueRow,
    Named,
    Person,
    Status,
    StatusCategory,
)
from aggregator.sinks.jira.sight import seen

ME, ANN, BEN = (Person(accountId=name, displayName=name) for name in ("me", "ann", "ben"))
MOVED = (ChangeItem("status", "status"),)
OPEN, RESOLVED, CLOSED = (
    Status(name, StatusCategory(kind), name.lower())
    for name, kind in (("Open", "new"), ("Resolved", "done"), ("Closed", "done"))
)
KNOWN = {each.id: each for each in (OPEN, RESOLVED, CLOSED)}


def change(number: int, author: Person, *steps: tuple[str, str, str]) -> Change:
    """What one person changed at once: fields, with what they were and what they became."""
    items = tuple(ChangeItem(name, name, before.lower() or None, before, after) for name, before, after in steps)
    return Change(f"2026-11-22T12:00:{number:02}.000+0000", author, items)


def moves(status: Status, resolution: str, *history: Change, known: bool = True) -> list[tuple[str, str, str]]:
    """Who brought a ticket to which status and which resolution."""
    row = IssueRow("SEC-1", fields=Fields(status=status, resolution=Named(name=resolution) if resolution else None))
    url = "https://jira.example/browse/SEC-1"
    ticket = seen(row, url, ME, (), history, KNOWN.get if known else lambda _: None)
    return [(move.by, move.status, move.resolution) for move in ticket.moves]


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
        ticket = seen(IssueRow("SEC-1"), "https://jira.example/browse/SEC-1", ME, (), order, lambda _: None)
        assert [move.by for move in ticket.moves] == ["ben"]


ENDED = change(2, ANN, ("status", "Open", "Resolved"), ("resolution", "", "Done"))
ON = change(4, BEN, ("status", "Resolved", "Closed"))


@pytest.mark.parametrize("known", [True, False])
def test_moves_within_done_are_told_from_the_one_that_ended_it(known: bool) -> None:
    """All since it was open last; of a status that nobody knows any more the resolution tells whether it was done."""
    earlier = change(1, BEN, ("status", "Resolved", "Open"), ("resolution", "Done", ""))
    assert moves(CLOSED, "Done", earlier, ENDED, change(3, BEN, ("labels", "", "x")), ON, known=known) == [
        ("ann", "Resolved", "Done"),
        ("ben", "Closed", "Done"),
    ]
    assert moves(OPEN, "", ENDED, earlier, known=known) == [("ann", "Open", "")]


def test_where_nobody_resolves_the_status_tells() -> None:
    """Without resolutions a move from done to done is one by the kind of the status, if that is known."""
    ended = change(2, ANN, ("status", "Open", "Resolved"))
    assert moves(CLOSED, "", ended, ON) == [("ann", "Resolved", ""), ("ben", "Closed", "")]
    assert moves(CLOSED, "", ended, ON, known=False) == [("ben", "Closed", "")]


def test_another_resolution_is_a_move() -> None:
    """Whoever changes how a ticket was resolved says something; what sets it at all completes the move before."""
    turned = change(3, ME, ("resolution", "Done", "Won't Do"))
    assert moves(CLOSED, "Won't Do", ENDED, turned, ON) == [
        ("ann", "Resolved", "Done"),
        ("me", "Resolved", "Won't Do"),
        ("ben", "Closed", "Won't Do"),
    ]
    ended, completed = change(2, ANN, ("status", "Open", "Resolved")), change(3, BEN, ("resolution", "", "Done"))
    assert moves(RESOLVED, "Done", ended, completed) == [("ann", "Resolved", "Done")]
    assert moves(OPEN, "", ENDED, turned, change(5, BEN, ("status", "Resolved", "Open"))) == [("ben", "Open", "")]
