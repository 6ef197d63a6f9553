"""Tests of :mod:`aggregator.planning.defectdojo_edits`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.model.finding import Decision, Disposition, Finding, Transition
from aggregator.model.location import Component
from aggregator.planning.defectdojo_actions import Edit
from aggregator.planning.defectdojo_edits import edits_of, may_be_closed_there
from aggregator.writers.defectdojo_findings import dojo_finding
from tests.builders import BEFORE, NOW, finding, tracked

SINCE = NOW - timedelta(days=1)


def edits(item: Finding) -> list[Edit]:
    """What is edited."""
    known = tracked(item)
    return list(edits_of([known], [dojo_finding(known, "t", lines=False)], SINCE))


@pytest.mark.parametrize(
    ("reason", "is_told"),
    [
        ("severity LOW -> HIGH", True),
        ("title reworded", True),
        ("moved from a.py to b.py; version 1 -> 2", True),
        ("moved from a.py to b.py", False),
        ("now also reported by Bandit", False),
        ("fixed in 2.0", False),
    ],
)
def test_what_a_reimport_does_not_refresh_is_edited(reason: str, is_told: bool) -> None:
    """Severity, title and version: what DefectDojo shows and goes on showing as it was."""
    item = finding(
        component=Component("pkg:pypi/a", "a", "2"), history=(Transition(NOW, "updated", "", reason),), location=None
    )
    edit = Edit("F-1111111111/t", "SQL query built from user input", "High", "2")
    assert edits(item) == ([edit] if is_told else [])


def test_what_was_pushed_since_is_no_news() -> None:
    """A change of before the last push stands there already."""
    assert edits(finding(history=(Transition(SINCE, "updated", "", "severity LOW -> HIGH"),))) == []


@pytest.mark.parametrize("word", [each.value for each in Disposition if each.silences])
def test_a_decision_that_is_over_reopens(word: str) -> None:
    """What silenced it is taken back there, once."""
    history = (Transition(BEFORE, word), Transition(NOW, "open"))
    assert [edit.reopens for edit in edits(finding(history=history))] == [True]
    assert edits(finding(history=(Transition(BEFORE, word), Transition(SINCE, "open")))) == []
    assert edits(finding(history=(*history, Transition(NOW, word)), decision=Decision(Disposition(word)))) == []


def test_verified_is_open() -> None:
    """An accepted finding that somebody verifies asks for action again; other steps between them change nothing."""
    history = (Transition(BEFORE, "risk_accepted"), Transition(SINCE, "updated"), Transition(NOW, "verified"))
    assert [edit.reopens for edit in edits(finding(history=history))] == [True]
    assert edits(finding(history=(Transition(NOW, "verified"),))) == []


def test_what_is_closed_is_not_edited() -> None:
    """A closed finding keeps what it had."""
    history = (Transition(NOW, "updated", "", "severity LOW -> HIGH"),)
    assert edits(finding(closed_at=NOW, history=history)) == []


@pytest.mark.parametrize(
    ("history", "decision", "expected"),
    [
        ((("absent", BEFORE), ("false_positive", NOW)), Disposition.FALSE_POSITIVE, True),
        ((("mitigated", BEFORE), ("false_positive", NOW)), Disposition.FALSE_POSITIVE, True),
        ((("false_positive", NOW),), Disposition.FALSE_POSITIVE, False),
        ((("false_positive", BEFORE), ("absent", BEFORE), ("reopened", NOW)), Disposition.FALSE_POSITIVE, True),
        ((("false_positive", BEFORE), ("absent", BEFORE), ("reopened", SINCE)), Disposition.FALSE_POSITIVE, False),
        ((("new", NOW),), Disposition.RISK_ACCEPTED, True),
        ((("new", NOW),), Disposition.OPEN, False),
        ((("absent", BEFORE), ("false_positive", SINCE)), Disposition.FALSE_POSITIVE, False),
        ((("absent", BEFORE), ("mitigated", NOW)), Disposition.MITIGATED, False),
        ((("absent", BEFORE), ("open", NOW)), Disposition.OPEN, False),
    ],
)
def test_what_may_be_closed_there_is_known(history: object, decision: Disposition, expected: bool) -> None:
    """Silenced or back since the last push, and perhaps closed there: the first reimport would open it."""
    assert isinstance(history, tuple)
    steps = tuple(Transition(at, to) for to, at in history)
    known = tracked(finding(history=steps, decision=Decision(decision, decided_at=NOW)))
    assert may_be_closed_there([known], [dojo_finding(known, "t", lines=False)], SINCE) is expected
