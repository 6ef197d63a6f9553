"""Tests of how :mod:`aggregator.planning.issues` keeps what it does from being a flood."""

from __future__ import annotations

from datetime import date

from aggregator.model.finding import Finding
from aggregator.policy import ExceptionRule
from tests.unit.planning.issue_life import Life, late

EVERYTHING = ExceptionRule(status="risk_accepted", reason="Internal.", owner="kim", expires=date(2026, 12, 1), path="*")


def tracked(count: int, most: int, **settings: object) -> tuple[Life, list[Finding]]:
    """A life in which each of so many findings has an issue, and as many deeds as that may be done in one run."""
    findings = [late(number) for number in range(1, count + 1)]
    life = Life(remind_days=99, most=count, **settings)
    life.run(*findings)
    life.settings = life.settings.model_copy(update={"most": most})
    return life, findings


def said(life: Life) -> list[str]:
    """What the last run said of what it left to the next ones."""
    return [f"{note.code}: {note.reason}" for note in life.plan.notes]


def test_one_exception_for_all_closes_few_issues_in_a_run() -> None:
    """A glob in the exceptions file fills nobody's mailbox: the next runs close the others, and each says how many."""
    life, findings = tracked(5, 2)
    life.exceptions = (EVERYTHING,)
    left = []
    for closed in (2, 4, 5, 5):
        life.run(*findings)
        left += said(life)
        assert set(life.decisions().values()) == {"risk_accepted"}
        assert sum(word == "not_planned" for word in life.issues().values()) == closed
    assert [len(life.tracker.of_us(number)) for number in range(1, 6)] == [1, 1, 1, 1, 1]
    assert left == [
        "issues-left: 3 more issues are to be closed: one run closes 2 at most, and the next ones go on.",
        "issues-left: 1 more issue is to be closed: one run closes 2 at most, and the next ones go on.",
    ]


def test_what_ends_for_all_opens_few_issues_in_a_run() -> None:
    """When one day ends what was decided about everything, few issues open in a run, each with its word."""
    life, findings = tracked(5, 5)
    life.exceptions = (EVERYTHING,)
    life.run(*findings)
    life.exceptions, life.settings = (), life.settings.model_copy(update={"most": 2})
    left = []
    for opened in (2, 4, 5):
        words = life.run(*findings, days=0.3)
        left += said(life)
        numbers = [word.split()[1] for word in words if word.startswith("reopen")]
        assert words == [f"{deed} {number}" for number in numbers for deed in ("reopen", "reminder")]
        assert sum(word == "open" for word in life.issues().values()) == opened
    assert left == [
        "issues-left: 3 more issues are to be opened again: one run opens again 2 at most, and the next ones go on.",
        "issues-left: 1 more issue is to be opened again: one run opens again 2 at most, and the next ones go on.",
    ]
    assert life.run(*findings) == []


def test_who_decides_on_an_issue_sees_it_close_at_once() -> None:
    """What a command closes or opens waits for no flood from elsewhere."""
    life, findings = tracked(5, 1)
    for number in range(1, 5):
        life.tracker.say(number, "kim", "/onefold false-positive because of the tests")
    assert [word for word in life.run(*findings) if word.startswith("close")] == [
        f"close {number} not_planned" for number in range(1, 5)
    ]
    for number in range(1, 5):
        life.tracker.say(number, "kim", "/onefold reopen")
    words = life.run(*findings)
    assert [word for word in words if not word.startswith("answer")] == [
        f"{deed} {number}" for number in range(1, 5) for deed in ("reopen", "reminder")
    ]
    assert said(life) == []


def test_what_joins_an_issue_that_waits_to_be_opened_is_not_said_to_be_in_it() -> None:
    """The state takes a finding for one of an issue when its text names it, not before."""
    life = Life(group_by="rule", remind_days=99, most=2)
    first = [late(1, rule="one"), late(2, rule="two")]
    life.run(*first)
    life.exceptions = (EVERYTHING,)
    life.run(*first)
    life.exceptions, life.settings = (), life.settings.model_copy(update={"most": 1})
    more = [*first, late(3, rule="one"), late(4, rule="two")]
    life.run(*more)
    opened = next(number for number, word in life.issues().items() if word == "open")
    assert life.state is not None
    named = {each.id: each.tickets for each in life.state.findings}
    assert [bool(named["F-0003"]), bool(named["F-0004"])] == [opened == 1, opened == 2]
    life.run(*more)
    assert all(each.tickets for each in life.state.findings)


def test_the_rolling_issue_waits_for_no_other() -> None:
    """It is one, and it says what has no issue of its own: it opens and closes whatever else there is to do."""
    life, findings = tracked(4, 2)
    more = [*findings, *(late(number) for number in range(5, 9))]
    assert life.run(*more)[-1] == "open rolling"
    rolling = max(life.tracker.kept)
    assert life.run(*more)[-1] == f"close {rolling} completed"
    life.exceptions = (EVERYTHING,)
    assert len(life.run(*more)) == 2
    life.exceptions = ()
    last = life.run(*more, *(late(number) for number in range(9, 12)))[-1]
    assert last == f"reopen {rolling}"
