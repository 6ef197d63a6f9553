"""Tests of :mod:`aggregator.planning.defectdojo`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.finding import Decision, Disposition, Finding, Transition
from aggregator.model.outcome import Context, Outcome
from aggregator.model.severity import Severity
from aggregator.model.state import ScopeRecord, Telling
from aggregator.planning.defectdojo import Facts, Pushes, plan_pushes, remember_pushes
from aggregator.planning.defectdojo_actions import PushTest
from aggregator.planning.plan import Delivery, Receipt
from aggregator.policy.defectdojo import DefectDojo
from tests.builders import LINE, NOW, RUN, finding, outcome, result, scan

FACTS = Facts(server="s")
CHANNEL = "defectdojo:shop/Onefold %28main%29/Semgrep src"
EARLIER = NOW - timedelta(days=1)


def ran(*findings: Finding, covered: bool = True, told: tuple[Telling, ...] = (), **fields: Any) -> Outcome:
    """A run that looked at Semgrep's sources, as a rule completely."""
    fields = {"scans": (scan(),)} | fields
    made = outcome(*findings, **fields)
    scopes = tuple(ScopeRecord(each.tool, each.scope, NOW, 1) for each in made.scans) if covered else ()
    return replace(made, state=replace(made.state, scopes=scopes, told=told))


def planned(made: Outcome, facts: Facts = FACTS, **rules: Any) -> Pushes:
    """What is pushed under these rules."""
    return plan_pushes(made, DefectDojo.model_validate(rules), facts)


def one(made: Outcome, **rules: Any) -> PushTest:
    """The one push."""
    (action,) = planned(made, **rules).actions
    return action


def pushed(made: Outcome, *, at: Any = EARLIER, **rules: Any) -> tuple[Telling, ...]:
    """What is remembered once all that is due was pushed."""
    actions = planned(made, **rules).actions
    receipts = [Receipt(action.key, Delivery.DONE) for action in actions]
    return remember_pushes(replace(made.state, at=at), actions, receipts).told


def test_the_first_push_tells_and_closes_nothing() -> None:
    """A test that nobody pushed yet is filled in, with where it belongs and what was looked at."""
    action = one(ran(finding(), context=Context(line=LINE, run=RUN, commit="c" * 40)))
    assert action == PushTest(
        channel=CHANNEL,
        product_type="Research and Development",
        product="shop",
        engagement="Onefold (main)",
        test="Semgrep src",
        branch="main",
        commit="c" * 40,
        build="4711",
        tags=("onefold",),
        findings=1,
        steps=("tell",),
        digest=action.digest,
    )
    assert action.key == CHANNEL
    assert action.sentence() == "push 1 open finding to DefectDojo (shop / Onefold (main) / Semgrep src)"


def test_what_was_pushed_is_not_pushed_again() -> None:
    """First told, then once more with closing as soon as all was looked at, then never."""
    first = pushed(ran(finding()))
    second = ran(finding(), told=first)
    assert one(second).steps == ("close",)
    assert one(second).sentence().endswith("Semgrep src) and close there what is gone")
    third = ran(finding(), told=pushed(second))
    assert planned(third) == Pushes()
    assert planned(ran(finding(), told=pushed(second), covered=False)) == Pushes()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Reworded"},
        {"severity": Severity.LOW},
        {"decision": Decision(Disposition.FALSE_POSITIVE)},
        {"id": "F-2"},
    ],
)
def test_what_differs_is_pushed(change: dict[str, Any]) -> None:
    """A title, a severity, a decision or another finding is news."""
    told = pushed(ran(finding(), told=pushed(ran(finding()))))
    assert one(ran(finding(**change), told=told)).channel == CHANNEL


@pytest.mark.parametrize("change", [{"last_seen": NOW}, {"due_at": NOW}, {"tickets": ("https://x/1",)}])
def test_what_defectdojo_would_not_show_is_no_news(change: dict[str, Any]) -> None:
    """A date of ours or a ticket makes no push."""
    told = pushed(ran(finding(), told=pushed(ran(finding()))))
    assert planned(ran(finding(**change), told=told)) == Pushes()


def test_after_some_days_it_is_pushed_again() -> None:
    """A test that somebody deleted there comes back, in days."""
    told = pushed(ran(finding(), told=pushed(ran(finding()))), at=NOW - timedelta(days=7))
    assert one(ran(finding(), told=told)).steps == ("close",)
    assert planned(ran(finding(), told=told), repeat_days=8) == Pushes()


def test_another_server_knows_nothing_yet() -> None:
    """What was pushed to one DefectDojo is pushed to the next one too."""
    told = pushed(ran(finding()))
    assert planned(ran(finding(), told=told), replace(FACTS, server="t")).actions


def test_nothing_is_closed_unless_all_was_looked_at() -> None:
    """A scope that was not scanned, only in part, or for the first time closes nothing."""
    told = pushed(ran(finding()))
    less = finding(id="F-2")
    assert one(ran(less, told=told)).steps == ("close",)
    assert one(ran(less, told=told, covered=False)).steps == ("tell",)
    assert one(ran(less, told=told, scans=(scan(completeness=Completeness.PARTIAL),))).steps == ("tell",)
    assert one(ran(less, told=told, is_baseline=True)).steps == ("tell",)


def test_a_retired_tool_has_nothing_left_to_look_at() -> None:
    """What people said will never report again may be closed."""
    told = pushed(ran(finding()))
    assert one(ran(finding(id="F-2"), told=told, covered=False, retired=("semgrep",))).steps == ("close",)


def test_what_closed_here_is_told_as_closed_once() -> None:
    """A finding closed since the last push is in the report as closed; one closed before is not."""
    told = pushed(ran(finding(), told=pushed(ran(finding()))))
    closed = finding(closed_at=NOW, closed_reason="Proof.")
    action = one(ran(closed, told=told, covered=False))
    assert action.steps == ("tell",)
    (each,) = planned(ran(closed, told=told)).told[CHANNEL]
    assert (each.is_mitigated, each.active) == (True, False)
    assert planned(ran(closed)).actions == ()
    after = pushed(ran(closed, told=told), at=NOW)
    assert planned(ran(closed, told=after)) == Pushes()


def test_what_silences_is_told_before_anything_closes() -> None:
    """A reimport that closes would mark as mitigated what people accepted."""
    told = pushed(ran(finding(), told=pushed(ran(finding()))))
    accepted = finding(decision=Decision(Disposition.RISK_ACCEPTED))
    assert one(ran(accepted, told=told)).steps == ("tell", "close")


def test_what_was_closed_there_and_is_silenced_is_told_twice() -> None:
    """The first reimport only opens it, the second one silences it."""
    told = pushed(ran(finding(), told=pushed(ran(finding()))))
    history = (Transition(EARLIER, "absent"), Transition(NOW, "reopened"), Transition(NOW, "false_positive"))
    again = finding(decision=Decision(Disposition.FALSE_POSITIVE), history=history)
    assert one(ran(again, told=told)).steps == ("tell", "tell", "close")


def test_what_is_silenced_is_told_in_every_push() -> None:
    """What people opened there again is silenced before anything closes; where nothing is known, it is told twice."""
    accepted = finding(decision=Decision(Disposition.RISK_ACCEPTED))
    assert one(ran(accepted)).steps == ("tell", "tell")
    told = pushed(ran(accepted, told=pushed(ran(accepted))))
    other = ran(accepted, finding(id="F-2"), told=told)
    assert one(other).steps == ("tell", "close")
    unclear = (Telling(CHANNEL, EARLIER, ""),)
    assert one(ran(accepted, told=unclear)).steps == ("tell", "tell", "close")
    scans = (scan(result(tool="Bandit")), scan())
    bandit = finding(result(tool="Bandit"), id="F-3")
    both = pushed(ran(accepted, bandit, scans=scans, told=pushed(ran(accepted, bandit, scans=scans))))
    late = planned(ran(accepted, bandit, scans=scans, told=both), repeat_days=1).actions
    assert [(each.test, each.steps) for each in late] == [
        ("Semgrep src", ("tell",)),
        ("Bandit src", ("close",)),
        ("Semgrep src", ("close",)),
    ]


def test_what_a_reimport_leaves_is_edited() -> None:
    """A severity after everything else; a decision that is over before what it silenced could be closed."""
    rated = finding(severity=Severity.LOW, history=(Transition(NOW, "updated", "4711", "severity HIGH -> LOW"),))
    told = pushed(ran(finding(), told=pushed(ran(finding()))))
    assert one(ran(rated, told=told)).steps == ("close", "edit")
    accepted = finding(decision=Decision(Disposition.RISK_ACCEPTED))
    told = pushed(ran(accepted, told=pushed(ran(accepted))))
    over = finding(history=(Transition(EARLIER, "risk_accepted"), Transition(NOW, "open")))
    action = one(ran(over, told=told))
    assert action.steps == ("tell", "edit", "close")
    assert [(edit.unique_id, edit.reopens) for edit in action.edits] == [("F-1111111111/Semgrep src", True)]


@pytest.mark.parametrize("digest", ["", "a.b", "a.b.c.d"])
def test_a_telling_that_cannot_be_read_is_told_anew(digest: str) -> None:
    """Of a memory written otherwise only the time counts."""
    action = one(ran(finding(), told=(Telling(CHANNEL, EARLIER, digest),)))
    assert action.steps == ("tell", "close")


def test_one_test_for_everything_is_told_before_it_is_asked() -> None:
    """Whether it may close is found out there, in the test that the first reimport names."""
    first = pushed(ran(finding()), tests="one")
    action = one(ran(finding(), told=first), tests="one")
    assert (action.test, action.steps, action.asks) == ("Onefold", ("tell", "close"), True)
    assert one(ran(finding(id="F-2"), told=first, covered=False), tests="one").steps == ("tell",)
    assert not one(ran(finding())).asks


def test_one_test_for_everything_closes_when_all_was_looked_at() -> None:
    """While one of the tools did not run what is gone of the others may be gone or not: nothing is closed."""
    scans = (scan(result(tool="Bandit")), scan())
    bandit, semgrep = finding(result(tool="Bandit"), id="F-3"), finding(id="F-4")
    told = pushed(ran(bandit, semgrep, scans=scans), tests="one")
    assert one(ran(bandit, told=told), tests="one").steps == ("tell",)
    assert one(ran(bandit, told=told, scans=scans), tests="one").steps == ("tell", "close")


def test_all_tests_are_told_before_one_closes() -> None:
    """What moves stands in its new test before the old one is told that it is gone; what was told is not told again."""
    scans = (scan(result(tool="Bandit")), scan())
    bandit, semgrep = finding(result(tool="Bandit"), id="F-3"), finding(id="F-4")
    told = pushed(ran(bandit, semgrep, scans=scans))
    again = planned(ran(bandit, semgrep, told=told, scans=scans)).actions
    assert [(each.test, each.steps) for each in again] == [("Bandit src", ("close",)), ("Semgrep src", ("close",))]
    moved = ran(bandit, semgrep, finding(id="F-5", severity=Severity.LOW), told=told, scans=scans)
    actions = planned(moved).actions
    assert [(each.test, each.steps, each.is_second) for each in actions] == [
        ("Semgrep src", ("tell",), False),
        ("Bandit src", ("close",), True),
        ("Semgrep src", ("close",), True),
    ]
    assert len({each.key for each in actions}) == 3
    assert actions[-1].sentence() == "let DefectDojo close what is gone (shop / Onefold (main) / Semgrep src)"
    half = [Receipt(each.key, Delivery.DONE) for each in actions[:2]]
    after = remember_pushes(moved.state, actions, [*half, Receipt(actions[2].key, Delivery.FAILED, "Lost.")])
    assert [telling.digest == "" for telling in after.told] == [False, True]


def test_edits_come_before_the_tests_close() -> None:
    """In one push and in several."""
    told = pushed(ran(finding(), told=pushed(ran(finding()))))
    rated = finding(severity=Severity.LOW, history=(Transition(NOW, "updated", "4711", "severity HIGH -> LOW"),))
    other = finding(result(scope="lib"), id="F-9")
    actions = planned(ran(rated, other, told=told)).actions
    assert [each.steps for each in actions] == [("tell",), ("tell", "edit"), ("close",)]


def test_a_test_of_which_nothing_is_left_is_emptied() -> None:
    """Where all findings are gone, their test is still told so; one that never had any is not made."""
    told = pushed(ran(finding()))
    action = one(ran(told=told))
    assert (action.findings, action.steps) == (0, ("close",))
    assert planned(ran()) == Pushes()


@pytest.mark.parametrize(
    ("context", "facts", "why"),
    [
        ({}, replace(FACTS, held="it is late"), "it is late"),
        ({"is_change": True}, FACTS, "this run is about a change that is not on the branch yet"),
        ({"is_past_unread": True}, FACTS, "the earlier states could not be read, and findings would be missing"),
    ],
)
def test_what_must_not_be_pushed_is_held(context: dict[str, Any], facts: Facts, why: str) -> None:
    """One line says what is held and why; what is not due is not mentioned."""
    made = ran(finding(), finding(id="F-2", decision=Decision()), context=Context(line=LINE, run=RUN, **context))
    pushes = planned(made, facts)
    assert pushes.actions == ()
    assert [held.reason for held in pushes.held] == [why]
    other = finding(result(scope="lib"), id="F-3")
    more = planned(ran(finding(), other, context=Context(line=LINE, run=RUN, **context)), facts)
    assert [held.reason for held in more.held] == [f"{why}; 1 more is held for the same reason"]
    assert planned(ran(context=Context(line=LINE, run=RUN, **context)), facts) == Pushes()


def test_only_what_was_pushed_is_remembered() -> None:
    """What other places were told stays, and a push that was not made leaves nothing."""
    made = ran(finding(), finding(result(scope="lib"), id="F-3"))
    actions = planned(made).actions
    state = replace(made.state, told=(Telling("slack", EARLIER),))
    after = remember_pushes(state, actions, [Receipt(actions[0].key, Delivery.DONE)])
    assert after.told == (Telling(actions[0].channel, NOW, actions[0].digest), Telling("slack", EARLIER))
    assert remember_pushes(state, actions, []) is state


def test_a_push_that_failed_may_have_been_carried_out() -> None:
    """What was told is not known any more, and is told again even where all is as it was before."""
    made = ran(finding())
    told = pushed(ran(finding(), told=pushed(made)))
    (action,) = planned(ran(finding(), finding(id="F-2"), told=told)).actions
    lost = remember_pushes(replace(made.state, told=told), [action], [Receipt(action.key, Delivery.FAILED, "Lost.")])
    assert lost.told == (Telling(CHANNEL, EARLIER, ""),)
    again = ran(finding(), finding(id="F-2", closed_at=NOW, closed_reason="Proof."), told=lost.told)
    assert one(again).steps == ("tell", "close")
    assert [each.is_mitigated for each in planned(again).told[CHANNEL]] == [False, True]
    first = remember_pushes(made.state, [action], [Receipt(action.key, Delivery.FAILED, "Lost.")])
    assert first.told == (Telling(CHANNEL, NOW, ""),)
    assert one(replace(ran(told=first.told), now=NOW + timedelta(days=1))).steps == ("tell",)
