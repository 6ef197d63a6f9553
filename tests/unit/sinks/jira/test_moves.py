"""Transitions of any workflow, chosen by where they lead."""

from __future__ import annotations

import pytest

from aggregator.sinks.jira.moves import Move, NoMove, move_for
from aggregator.sinks.jira.rows import ScreenField, Status, StatusCategory, TransitionRow

RESOLVED = ({"id": "1", "name": "Won't Do"}, {"id": "2", "name": "Fixed"}, {"name": "No id"}, 7)


def way(id_: str, to: str, category: str, name: str = "", **fields: ScreenField) -> TransitionRow:
    return TransitionRow(id_, name or to, Status(to, StatusCategory(category)), fields=fields)


def test_the_kind_of_status_decides() -> None:
    """Names do not matter: the Spanish workflow is closed and reopened as well."""
    ways = [way("3", "Terminada", "done"), way("2", "En curso", "indeterminate"), way("1", "Por hacer", "new")]
    assert move_for(ways, "done", ()) == Move("3")
    assert move_for(ways, "reopen", ()) == Move("1")
    assert move_for(ways[:2], "reopen", ()) == Move("2")
    assert move_for([way("9", "Nowhere", "undefined")], "reopen", ()) == NoMove()


def test_a_status_may_say_what_a_resolution_says() -> None:
    """The status that is named like a wanted resolution is taken, in the order in which they are wanted."""
    ways = [way("1", "Done", "done"), way("2", "WON'T DO", "done"), way("3", "Risk accepted", "done")]
    assert move_for(ways, "done", ("Risk Accepted", "Won't Do")) == Move("3")
    assert move_for(ways[:2], "done", ("Risk Accepted", "Wont_Do")) == Move("2")


def test_work_done_goes_before_work_dropped() -> None:
    """Without a wish, a status that says that nothing was done comes last; else the smallest id."""
    ways = [way("1", "Cancelled", "done"), way("20", "Done", "done"), way("3", "Closed", "done"), way("x", "Z", "done")]
    assert move_for(ways, "done", ()) == Move("3")
    assert move_for([*ways[:1], ways[3]], "done", ()) == Move("x")
    assert move_for(ways[:1], "done", ()) == Move("1")


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("Won't Do", ""),
        ("WONTFIX", ""),
        ("Rejected", ""),
        ("Closed", "Reject it"),
        ("NOT_A_BUG", ""),
        ("Duplicate", ""),
        ("Can\u2019t reproduce", ""),
        ("Cancelled", ""),
        ("Parked", ""),
        ("Closed", "Out-of-scope"),
    ],
)
def test_what_is_fixed_is_not_called_dropped(status: str, name: str) -> None:
    """A way whose name says that nothing was done is none, nor one that the policy knows as another word."""
    way_out = way("1", status, "done", name)
    assert move_for([way_out], "done", ("Done",), (), ("parked",)) == NoMove((), (status,))
    assert move_for([way_out], "done", ("Done",)) == Move("1")
    ways = [way_out, way("2", "Applicant significant", "done", "Won the vacant applicant")]
    assert move_for(ways, "done", ("Done",), (), ("parked",)) == Move("2")
    assert move_for([way_out], "done", ("Done", status), (), ("parked",)) == Move("1")


def test_what_is_fixed_is_not_resolved_as_dropped() -> None:
    """Where a resolution has to be given, none is that says that nothing was done, or that the policy means so."""
    offered = ({"id": "1", "name": "Won't Do"}, {"id": "2", "name": "Parked"}, {"id": "3", "name": "Completed"})
    for most, expected in ((3, Move("1", {"resolution": {"id": "3"}})), (2, NoMove((("resolution", "Resolution"),)))):
        screen = ScreenField("Resolution", required=True, allowedValues=offered[:most])
        ways = [way("1", "Closed", "done", resolution=screen)]
        assert move_for(ways, "done", ("Done",), (), ("Parked",)) == expected


def test_reopening_prefers_what_is_called_so() -> None:
    """Of several statuses for new work the one that is named for reopening is taken."""
    assert move_for([way("1", "Open", "new"), way("4", "Reopened", "new")], "reopen", ()) == Move("4")
    assert move_for([way("1", "Open", "new"), way("4", "Open", "new", "Reopen it")], "reopen", ()) == Move("4")


@pytest.mark.parametrize(
    ("wanted", "required", "chosen"),
    [
        (("Fixed",), True, "2"),
        (("Fixed",), False, "2"),
        (("Absent", "won't do"), True, "1"),
        (("Absent",), True, "2"),
        (("Absent",), False, None),
        ((), False, None),
    ],
)
def test_a_resolution_is_given_where_one_is_asked_for(
    wanted: tuple[str, ...], required: bool, chosen: str | None
) -> None:
    """The first wanted one that the screen offers; where one has to be given, one that means that work was done."""
    screen = ScreenField("Resolution", required, allowedValues=RESOLVED)
    fields = {} if chosen is None else {"resolution": {"id": chosen}}
    assert move_for([way("1", "Done", "done", resolution=screen)], "done", wanted) == Move("1", fields)


def test_what_cannot_be_filled_is_named() -> None:
    """A screen that wants what we do not have is passed over; where all do, the names of the fields are told."""
    asks = ScreenField("Release", required=True)
    nothing_sensible = ScreenField("Resolution", required=True, allowedValues=RESOLVED[:1])
    ways = [way("1", "Done", "done", cf=asks), way("2", "Closed", "done", resolution=nothing_sensible)]
    assert move_for(ways, "done", ()) == NoMove((("cf", "Release"), ("resolution", "Resolution")))
    assert move_for(ways, "done", (), {"cf"}) == Move("1")
    assert move_for([*ways, way("3", "Gone", "done")], "done", ()) == Move("3")
    filled = ScreenField("Release", required=True, hasDefaultValue=True)
    assert move_for([way("1", "Done", "done", cf=filled, other=ScreenField())], "done", ()) == Move("1")
    assert move_for([way("1", "Open", "new", resolution=ScreenField(required=True))], "reopen", ()) == NoMove(
        (("resolution", "resolution"),)
    )
