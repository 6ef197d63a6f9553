"""Tests of :mod:`aggregator.planning.dismissals`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Finding, Transition
from aggregator.model.outcome import Outcome
from aggregator.planning.dismissals import (
    COMMENT_LIMIT,
    MOST,
    Dismissals,
    comment_of,
    drivers_to_look_at,
    plan_dismissals,
    remember_dismissals,
)
from aggregator.planning.github_actions import DismissAlert, ReopenAlert
from tests.builders import NOW, finding, outcome
from tests.unit.planning.test_alert_matching import alert
from tests.unit.planning.test_alert_words import US, dismissed
from tests.writers import uploaded

ENDS = datetime(2027, 2, 1, tzinfo=UTC)
ACCEPTED = Decision(Disposition.RISK_ACCEPTED, "Nobody can reach it.", "@shop/security", "exceptions", NOW, ENDS)
OPEN = alert(12, message="SQL. Onefold F-1")
OURS = dismissed(dismissed_by=US, dismissed_comment="Onefold F-1: accepted")


def run(decision: Decision = ACCEPTED, **fields: Any) -> Outcome:
    items = uploaded(finding(id="F-1"))
    return outcome(*(replace(item, decision=decision, **fields) for item in items))


def test_accepted_is_dismissed() -> None:
    """The open alert of an accepted finding is dismissed with reason, author and last day."""
    comment = "Onefold F-1: Nobody can reach it. (@\u200bshop/security, until 2027-01-31)"
    action = DismissAlert(12, "won't fix", comment)
    assert plan_dismissals(run(), (OPEN,), US) == Dismissals((action,), ((action.key, "F-1"),))


def test_seen_twice_is_dismissed_once() -> None:
    """An alert that was looked at for two reasons is one alert."""
    assert len(plan_dismissals(run(), (OPEN, OPEN), US).actions) == 1


@pytest.mark.parametrize(
    ("disposition", "reason"),
    [
        (Disposition.FALSE_POSITIVE, "false positive"),
        (Disposition.NOT_AFFECTED, "false positive"),
        (Disposition.OUT_OF_SCOPE, "used in tests"),
        (Disposition.RISK_ACCEPTED, "won't fix"),
        (Disposition.MITIGATED, "won't fix"),
        (Disposition.SUPPRESSED, "won't fix"),
    ],
)
def test_reasons(disposition: Disposition, reason: str) -> None:
    """Every disposition that silences has one of GitHub's reasons."""
    (action,) = plan_dismissals(run(Decision(disposition)), (OPEN,)).actions
    assert isinstance(action, DismissAlert)
    assert (action.reason, action.comment) == (reason, f"Onefold F-1: {disposition.value.replace('_', ' ')}")


@pytest.mark.parametrize("disposition", [each for each in Disposition if not each.silences])
def test_open_is_left_open(disposition: Disposition) -> None:
    """An alert whose finding asks for action stays as it is."""
    assert plan_dismissals(run(Decision(disposition)), (OPEN,)) == Dismissals()


def test_ended_decision_opens_again() -> None:
    """What we dismissed is opened when nobody accepts the finding any more."""
    assert plan_dismissals(run(Decision()), (OURS,), US).actions == (ReopenAlert(12),)


def test_dismissal_of_another_line_stays() -> None:
    """Products that scan one file share its alert: what one of them dismissed is opened by that one alone."""
    shared = replace(OURS, dismissed_comment="Onefold F-2: accepted")
    assert plan_dismissals(run(Decision()), (shared,), US) == Dismissals()
    assert plan_dismissals(run(Decision(), aliases=("F-2",)), (shared,), US).actions == (ReopenAlert(12),)


def test_dismissal_of_a_person_stays() -> None:
    """What a person dismissed is never opened, whatever our decisions say."""
    assert plan_dismissals(run(Decision()), (dismissed(),), US) == Dismissals()


def test_dismissed_stays() -> None:
    """A dismissed alert of an accepted finding is as it should be."""
    assert plan_dismissals(run(), (OURS,), US) == Dismissals()


def test_fixed_and_closed_are_left_alone() -> None:
    """A fixed alert, a closed finding, an alert of no finding of ours: nothing to do."""
    assert plan_dismissals(run(), (alert(12, message="x Onefold F-1", state="fixed"),)) == Dismissals()
    assert plan_dismissals(run(closed_at=NOW), (OPEN,)) == Dismissals()
    assert plan_dismissals(run(), (alert(1, path="else.py"),)) == Dismissals()


@pytest.mark.parametrize("alerts", [None, ()])
def test_nothing_seen(alerts: tuple[()] | None) -> None:
    """Where nobody could look, nothing is done."""
    assert plan_dismissals(run(), alerts) == Dismissals()


def test_planned_twice_is_done_once() -> None:
    """A dismissal that was carried out leaves nothing to plan."""
    (action,) = plan_dismissals(run(), (OPEN,)).actions
    assert isinstance(action, DismissAlert)
    done = dismissed(dismissed_by=US, dismissed_comment=action.comment, dismissed_reason=action.reason)
    assert plan_dismissals(run(), (done,), US) == Dismissals()


def remembered(at: datetime = NOW, reason: str = "alert 12") -> Outcome:
    return run(history=(Transition(at, "dismissed", "1", reason),))


def test_person_who_reopens_has_the_last_word() -> None:
    """An alert that we dismissed for this decision and that is open was opened by somebody: it is left so, aloud."""
    plan = plan_dismissals(remembered(), (OPEN,))
    assert plan.actions == ()
    assert [(note.code, note.subject) for note in plan.notes] == [("alert-reopened", "alert 12")]


def test_a_run_that_heard_nothing_dismisses_nothing_in_the_name_of_alerts() -> None:
    """Where dismissed alerts could not be read, an open one may be a person's who took the dismissal back."""
    said = run(replace(ACCEPTED, origin="alerts"))
    assert plan_dismissals(said, (OPEN,), US, is_deaf=True) == Dismissals()
    assert plan_dismissals(said, (OPEN,), US).actions != ()
    assert plan_dismissals(run(), (OPEN,), US, is_deaf=True).actions != ()


def test_new_decision_is_a_new_word() -> None:
    """A decision that fell after the dismissal may dismiss again, and so may one about another alert."""
    assert plan_dismissals(remembered(NOW - timedelta(days=1)), (OPEN,)).actions
    assert plan_dismissals(remembered(reason="alert 11"), (OPEN,)).actions
    undated = replace(ACCEPTED, decided_at=None)
    assert plan_dismissals(run(undated, history=remembered().findings[0].history), (OPEN,)).actions == ()


def test_dismissals_are_remembered() -> None:
    """What was carried out enters the history of its finding, once for each alert; what failed does not."""
    of = run()
    plan = plan_dismissals(of, (OPEN, replace(OPEN, number=13), replace(OPEN, number=14)))
    state = remember_dismissals(of.state, plan, frozenset({"alert:12", "alert:14"}), "9")
    assert state.findings[0].history == (
        Transition(NOW, "dismissed", "9", "alert 12"),
        Transition(NOW, "dismissed", "9", "alert 14"),
    )
    assert remember_dismissals(of.state, plan, frozenset()) is of.state


def test_what_we_opened_may_be_dismissed_again() -> None:
    """An alert that we opened ourselves is dismissed again when an earlier word holds once more."""
    of = run(Decision())
    plan = plan_dismissals(of, (OURS,), US)
    (step,) = remember_dismissals(of.state, plan, frozenset({"alert:12"}), "9").findings[0].history
    assert step == Transition(NOW, "undismissed", "9", "alert 12")
    history = (Transition(NOW, "dismissed", "8", "alert 12"), step)
    assert plan_dismissals(run(history=history), (OPEN,)).actions
    assert drivers_to_look_at(run(history=history)) == ("Semgrep (Onefold)",)


def test_others_keep_their_history() -> None:
    """A dismissal changes the history of its own finding alone."""
    items = uploaded(finding(id="F-1", decision=ACCEPTED), finding(id="F-2"))
    of = outcome(*(replace(item, decision=ACCEPTED) if item.id == "F-1" else item for item in items))
    plan = plan_dismissals(of, (OPEN,))
    state = remember_dismissals(of.state, plan, frozenset({"alert:12"}))
    assert [len(item.history) for item in state.findings] == [1, 0]


def test_many_take_several_runs() -> None:
    """No more alerts than a run may change are planned; the first ones first, and the rest is said."""
    alerts = tuple(replace(OPEN, number=number) for number in range(MOST + 2, 0, -1))
    plan = plan_dismissals(run(), alerts)
    assert [action.number for action in plan.actions] == list(range(1, MOST + 1))
    assert len(plan.about) == MOST
    assert plan.notes[0].reason.startswith("2 alerts are left")
    (note,) = plan_dismissals(run(), alerts[1:]).notes
    assert note.reason.startswith("1 alert is left")


def silenced(**fields: Any) -> Finding:
    return finding(id="F-1", **{"decision": ACCEPTED} | fields)


def test_comment_is_within_the_limit() -> None:
    """However long the words, GitHub takes the comment, and who and until when are still in it."""
    wordy = replace(ACCEPTED, reason="@" * 500, author="@" * 500)
    comment = comment_of(silenced(decision=wordy))
    assert len(comment) == COMMENT_LIMIT
    assert comment.endswith("…, until 2027-01-31)")
    assert "@@" not in comment


def test_whom_to_look_at() -> None:
    """Open alerts are asked for only where a silenced finding may still have one."""
    assert drivers_to_look_at(run()) == ("Semgrep (Onefold)",)
    assert drivers_to_look_at(run(Decision())) == ()
    assert drivers_to_look_at(run(closed_at=NOW)) == ()
    assert drivers_to_look_at(run(upload=None)) == ()
    assert drivers_to_look_at(remembered()) == ()
