"""Tests of what :mod:`aggregator.disposition` remembers beside the decision that holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from aggregator.disposition import dispose
from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.overruled import MOST_OVERRULED, words_by, words_in
from aggregator.model.result import Suppression
from aggregator.model.statement import Statement, Statements
from aggregator.policy import ExceptionRule
from tests.builders import BEFORE, NOW, finding, result

LATER = NOW + timedelta(days=10)
FALSE = Decision(Disposition.FALSE_POSITIVE, "Constant.", "kim", "issues", BEFORE)
DISMISSED = Decision(Disposition.FALSE_POSITIVE, "Constant.", "kim", "alerts", BEFORE)
ACCEPTED = Decision(Disposition.RISK_ACCEPTED, "For now.", "lee", "issues", BEFORE, NOW + timedelta(days=5))
UNTIL = ExceptionRule(
    status="risk_accepted", reason="Written.", owner="lee", expires=date(2026, 11, 26), id="F-1111111111"
)


def run(item: Finding, *said: Decision, heard: tuple[str, ...] = (), days: int = 0, written: bool = False) -> Finding:
    """The finding after one run that listened to these places, and to those where something was said."""
    statements = Statements(
        frozenset({*heard, *(each.origin for each in said)}), tuple(Statement(item.id, each, "here") for each in said)
    )
    rules = (UNTIL,) if written else ()
    (found,) = dispose((item,), rules, NOW + timedelta(days=days), f"run {days}", statements).findings
    return found


def test_what_an_exception_overrules_holds_when_it_ends_unheard() -> None:
    """A run that may not read the issues goes on with what was said there, and the history tells only changes."""
    both = run(run(finding(), FALSE), FALSE, written=True)
    assert (both.decision.origin, both.decision.overruled) == ("exceptions", (FALSE,))
    assert run(both, written=True, days=1) is both
    over = run(both, written=True, days=10)
    assert over.decision == FALSE
    assert [step.to for step in over.history] == ["false_positive", "risk_accepted", "false_positive"]


def test_what_one_place_said_outlives_another_one_s_end() -> None:
    """Accepted on the issue until a day and dismissed as wrong: whichever of the two a run hears, the other holds."""
    both = run(finding(), ACCEPTED, DISMISSED)
    assert both.decision == replace(ACCEPTED, overruled=(DISMISSED,))
    assert run(both, ACCEPTED, days=10).decision == DISMISSED
    assert run(both, days=10).decision == DISMISSED


def test_two_words_of_one_place() -> None:
    """Two issues about one finding say different things: both are remembered."""
    both = run(finding(), ACCEPTED, FALSE)
    assert (both.decision.disposition, both.decision.overruled) == (Disposition.RISK_ACCEPTED, (FALSE,))
    assert run(both, days=10).decision == FALSE
    assert words_by(both.decision, "issues") == (ACCEPTED, FALSE)
    assert words_by(both.decision, "alerts") == ()


def test_a_mark_behind_an_exception_is_remembered() -> None:
    """A tick after the exception's end, in which no tool speaks, does not open what the tool marks."""
    marked = finding(result(suppression=Suppression("suppressed", "nosem")))
    both = run(marked, written=True)
    assert both.decision.origin == "exceptions"
    tick = run(replace(both, sources=()), written=True, days=10)
    assert (tick.status, tick.decision.reason) == ("suppressed", "nosem")
    other = run(replace(both, sources=(result(tool="CodeQL"),)), written=True, days=10)
    assert (other.status, other.decision.reason) == ("active", "The decision has expired.")


def test_what_is_taken_back_is_forgotten() -> None:
    """A place that was listened to and says it no more has taken it back; that is no change of the decision."""
    both = run(finding(), ACCEPTED, DISMISSED)
    alone = run(both, ACCEPTED, heard=("alerts",), days=1)
    assert (alone.decision, alone.history) == (ACCEPTED, both.history)
    assert run(alone, days=10).decision.reason == "The decision has expired."


def test_what_has_ended_is_forgotten() -> None:
    """A word that is over does not come back."""
    ending = replace(DISMISSED, disposition=Disposition.MITIGATED, expires_at=NOW + timedelta(days=2))
    both = run(finding(), replace(ACCEPTED, expires_at=None), ending)
    assert both.decision.overruled == (ending,)
    assert run(both, days=1) is both
    assert run(both, days=3).decision.overruled == ()


def test_a_word_is_remembered_once() -> None:
    """Where one run knows the date of a word and another one does not, it is one word all the same."""
    undated = replace(FALSE, decided_at=None)
    both = run(finding(), undated, DISMISSED, FALSE)
    assert len(words_in(both.decision)) == 2
    labelled = run(finding(), undated)
    assert labelled.decision == replace(undated, decided_at=NOW)
    assert run(labelled, labelled.decision, undated, days=1) is labelled


def test_their_number_is_bounded() -> None:
    """The strictest, and of those the first to end, are kept."""
    many = [replace(FALSE, reason=f"Because {number:02}.") for number in range(20)]
    first, *others = words_in(run(finding(), *reversed(many)).decision)
    assert (first, others) == (many[0], many[1 : MOST_OVERRULED + 1])


@pytest.mark.parametrize("origin", ["", "issues"])
def test_what_was_undone_overrules_nothing(origin: str) -> None:
    """Where runs raced, a finding may be open over a word that another run still knew; it is forgotten."""
    undone = Decision(reason="The decision was taken back.", origin=origin, decided_at=NOW, overruled=(FALSE,))
    item = finding(decision=undone)
    found = run(item)
    assert found.decision == (undone if origin else replace(undone, overruled=()))
    assert found.history == ()


def test_a_closed_finding_keeps_all_words() -> None:
    """What comes back is decided as it was."""
    gone = finding(closed_at=NOW, decision=replace(ACCEPTED, overruled=(DISMISSED,)))
    assert run(gone, heard=("issues", "alerts")) is gone
