"""Tests of :mod:`aggregator.planning.statements`: what people say on issues, and what comes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition
from aggregator.model.overruled import overruling
from aggregator.model.statement import NOTHING_SAID, Statement, Statements
from aggregator.planning.statements import merge_statements, statements_of_issues
from aggregator.policy import ExceptionRule
from aggregator.sinks.github.issues import GitHubIssues
from tests.builders import NOW
from tests.unit.planning.issue_life import Life, fixed, late, many

ACCEPT = "/onefold accept until 2027-12-31 because it is old"


def opened(*sayings: str, by: str = "kim") -> Life:
    """A life with one issue, below which somebody said something; one run heard it."""
    life = Life()
    life.run(late())
    for saying in sayings:
        life.tracker.say(1, by, saying)
    life.run(late())
    return life


def decision(life: Life) -> Decision:
    """What holds for the first finding."""
    assert life.outcome is not None
    return life.outcome.findings[0].decision


def test_a_command_decides_with_its_whole_story() -> None:
    """Author, time, reason and end come from the comment; the answer and the closing say so."""
    life = opened(ACCEPT)
    said_at = life.tracker.said[0].created_at
    end = datetime(2028, 1, 1, tzinfo=UTC)
    assert decision(life) == Decision(Disposition.RISK_ACCEPTED, "it is old", "kim", "issues", said_at, end)
    assert (life.tracker.of_us(1), life.issues()) == (["answer", "closed"], {1: "not_planned"})
    assert "risk accepted" in life.tracker.said[1].body


def test_only_who_may_write_decides() -> None:
    """A command of somebody else does nothing and gets no answer."""
    for nobody in ("eve", "mallory", ""):
        life = opened(ACCEPT, by=nobody)
        assert (life.decisions(), life.tracker.of_us(1)) == ({"F-0001": "open"}, [])


def test_the_last_word_holds() -> None:
    """Of several commands the latest counts, and one comment answers them all."""
    life = opened(ACCEPT, "/onefold verify", "/onefold false-positive because of the tests")
    assert life.decisions() == {"F-0001": "false_positive"}
    assert life.tracker.of_us(1) == ["answer", "closed"]
    assert life.tracker.said[3].body.count("\n- ") == 3


def test_a_wrong_command_is_answered_and_changes_nothing() -> None:
    """The answer says what is wrong and how it is written; the word before it holds."""
    life = opened("/onefold verify", "/onefold accept forever")
    assert life.decisions() == {"F-0001": "verified"}
    assert "nothing changed. This is none of the commands." in life.tracker.said[-1].body
    assert life.run(late()) == []


def test_the_end_of_an_acceptance_opens_the_issue_again() -> None:
    """When the last day is over the finding is late again, and the issue says so."""
    life = opened("/onefold accept until 2026-11-30 because of the freeze")
    assert life.issues() == {1: "not_planned"}
    assert life.run(late(), days=10) == ["reopen 1", "reminder 1"]
    assert decision(life).reason == "The decision has expired."
    assert life.run(late()) == []


def test_taken_back_by_a_command() -> None:
    """`reopen` takes back what was said, even a closing as not planned."""
    life = opened(ACCEPT)
    life.tracker.say(1, "lee", "/onefold reopen")
    assert life.run(late()) == ["answer 1", "reopen 1", "reminder 1"]
    assert "it is open" in life.tracker.said[-2].body
    life.tracker.close(1, "kim", "not_planned")
    life.run(late())
    assert life.decisions() == {"F-0001": "risk_accepted"}
    life.tracker.say(1, "lee", "/onefold reopen")
    assert life.run(late(), days=2)[:2] == ["answer 1", "reopen 1"]
    assert life.decisions() == {"F-0001": "open"}


def test_taken_back_by_opening_the_issue() -> None:
    """A person who opens the issue again takes back what closed it, for good."""
    life = opened(ACCEPT)
    life.tracker.reopen(1)
    assert life.run(late())[:1] != ["close 1 not_planned"]
    for _ in range(20):
        life.run(late())
        assert life.decisions() == {"F-0001": "open"}
    life.tracker.say(1, "kim", ACCEPT)
    assert life.run(late()) == ["answer 1", "close 1 not_planned"]
    life.run(fixed(late()))
    life.run(late(reopened_at=life.now + timedelta(days=1)))
    assert life.decisions() == {"F-0001": "risk_accepted"}


@pytest.mark.parametrize(
    ("label", "becomes"),
    [
        ("onefold/verified", "verified"),
        ("onefold/risk-accepted", "risk_accepted"),
        ("onefold/false-positive", "false_positive"),
        ("bug", "open"),
    ],
)
def test_labels_decide_while_they_are_there(label: str, becomes: str) -> None:
    """A label of ours is a decision; taken off, it is undone."""
    life = opened()
    life.tracker.label(1, label)
    life.run(late())
    assert life.decisions() == {"F-0001": becomes}
    life.tracker.change(1, labels=("onefold",))
    life.run(late())
    assert life.decisions() == {"F-0001": "open"}
    assert life.issues() == {1: "open"}


def test_of_several_labels_the_strictest_counts() -> None:
    """Two labels that disagree leave the stricter word."""
    life = opened()
    life.tracker.label(1, "onefold/false-positive", "onefold/risk-accepted")
    life.run(late())
    assert life.decisions() == {"F-0001": "risk_accepted"}


def test_a_new_command_outweighs_a_label_and_a_new_label_an_old_command() -> None:
    """Answering a command takes the labels off: one that is there afterwards was set later."""
    life = opened()
    life.tracker.label(1, "onefold/false-positive")
    life.run(late())
    life.tracker.say(1, "kim", "/onefold reopen")
    life.run(late())
    assert (life.decisions(), life.tracker.kept[1].labels) == ({"F-0001": "open"}, ("onefold",))
    life.tracker.label(1, "onefold/risk-accepted")
    life.run(late())
    assert life.decisions() == {"F-0001": "risk_accepted"}


def test_a_decision_holds_while_nobody_touches_the_issue() -> None:
    """Comments of an issue that nobody touched are not read again, and what was heard there holds on."""
    life = opened(ACCEPT)
    for _ in range(4):
        life.run(late())
    life.tracker.calls.clear()
    life.run(late())
    assert life.tracker.calls == ["issues"]
    assert life.decisions() == {"F-0001": "risk_accepted"}


def test_a_decision_behind_a_stricter_one_is_not_forgotten() -> None:
    """While the exceptions file is stricter its word holds; when that ends, what was said on the issue does."""
    life = opened("/onefold false-positive because of the tests")
    life.exceptions = (
        ExceptionRule(status="risk_accepted", reason="Known.", owner="lee", expires=date(2027, 1, 31), id="F-0001"),
    )
    for _ in range(5):
        life.run(late())
    assert decision(life).origin == "exceptions"
    life.exceptions = ()
    life.run(late())
    assert life.decisions() == {"F-0001": "false_positive"}


def test_each_of_two_issues_about_one_finding_has_its_say() -> None:
    """Findings that became one keep both words; both issues are read again, and taking one back leaves the other."""
    life = Life()
    life.run(late(1), late(2))
    life.tracker.say(1, "kim", ACCEPT)
    life.tracker.say(2, "lee", "/onefold false-positive because of the tests")
    life.run(late(1), late(2))
    assert life.state is not None
    one, two = life.state.findings
    joined = replace(
        one, aliases=(two.id,), tickets=(*one.tickets, *two.tickets), decision=overruling(one.decision, [two.decision])
    )
    life.state = replace(life.state, findings=(joined,))
    both = late(1, aliases=(two.id,))
    for _ in range(5):
        assert life.run(both) == []
        assert life.decisions() == {"F-0001": "risk_accepted"}
    life.tracker.say(1, "kim", "/onefold reopen")
    for _ in range(5):
        life.run(both)
        assert life.decisions() == {"F-0001": "false_positive"}
    assert life.issues() == {1: "not_planned", 2: "not_planned"}
    life.tracker.say(2, "kim", "/onefold reopen")
    life.run(both)
    assert life.decisions() == {"F-0001": "open"}


def test_a_lost_state_forgets_no_decision() -> None:
    """Without a state everything is read again."""
    life = opened(ACCEPT)
    life.run(late(), days=10)
    life.state = None
    life.run(late())
    assert life.decisions() == {"F-0001": "risk_accepted"}


def test_a_lost_state_forgets_no_shared_decision() -> None:
    """A shared issue names its findings itself: without a memory they are still decided, and no other issue comes."""
    life = Life(group_by="rule")
    life.run(*many(3))
    life.tracker.close(1, "kim", "not_planned")
    life.run(*many(3))
    life.state = None
    assert life.run(*many(3)) == []
    assert set(life.decisions().values()) == {"risk_accepted"}


def test_a_shared_issue_about_nothing_known_decides_nothing() -> None:
    """Without a memory, and with a text in which people struck out its findings, nobody knows what is meant."""
    life = Life(group_by="rule")
    life.run(*many(3))
    life.tracker.say(1, "kim", "/onefold verify F-0001")
    (issue,) = GitHubIssues(life.tracker.client, "onefold").observe(None)
    assert len(statements_of_issues((issue,), None).said) == 1
    assert statements_of_issues((replace(issue, body="Nothing."),), None).said == ()


def test_a_decision_on_a_shared_issue_holds_for_its_findings() -> None:
    """All findings in it are meant, or the one that is named; one that is not in it is refused."""
    life = Life(group_by="rule")
    life.run(*many(3))
    life.tracker.say(1, "kim", "/onefold verify F-0002")
    life.tracker.say(1, "kim", "/onefold verify F-0009")
    life.run(*many(3))
    assert life.decisions() == {"F-0001": "open", "F-0002": "verified", "F-0003": "open"}
    assert "That finding is not in this issue." in life.tracker.said[-1].body
    life.tracker.say(1, "kim", "/onefold false-positive because of the tests")
    life.run(*many(3))
    assert set(life.decisions().values()) == {"false_positive"}


def test_on_the_rolling_issue_findings_are_named() -> None:
    """A command there means the finding it names; without a name, by a label or a closing nothing is decided."""
    life = Life(most=1)
    findings = (late(1), late(2), late(3))
    life.run(*findings)
    life.tracker.say(2, "kim", "/onefold false-positive F-0003 because of the tests")
    life.tracker.say(2, "kim", "/onefold verify")
    life.tracker.say(2, "kim", "/onefold verify F-9999")
    life.tracker.label(2, "onefold/verified")
    life.run(*findings)
    assert life.decisions() == {"F-0001": "open", "F-0002": "open", "F-0003": "false_positive"}
    told = next(each.body for each in life.tracker.said if "answer" in each.body)
    assert "Say which finding is meant" in told
    assert "no finding that is known here" in told
    assert "**false positive**" in told
    for _ in range(5):
        life.run(*findings)
    assert life.decisions()["F-0003"] == "false_positive"
    life.tracker.close(2, "kim", "not_planned")
    life.run(*findings)
    assert life.decisions()["F-0002"] == "open"


def test_nothing_is_heard_when_nothing_could_be_read() -> None:
    """Issues that could not be listed were not listened to; none at all were."""
    assert statements_of_issues(None, None) == NOTHING_SAID
    assert statements_of_issues((), None) == Statements(frozenset({"issues"}))


def test_what_was_heard_before_is_said_again() -> None:
    """What was decided on an untouched issue is carried on, overruled or for a fixed finding too, but nothing else."""
    life = opened(ACCEPT)
    assert life.state is not None
    (tracked,) = life.state.findings
    (issue,) = GitHubIssues(life.tracker.client, "onefold").observe(None)
    unread = replace(issue, is_known=False, remarks=(), reminders=())
    word = tracked.decision
    written = Decision(Disposition.RISK_ACCEPTED, "Known.", origin="exceptions", overruled=(word,))
    both = replace(word, overruled=(replace(word, disposition=Disposition.FALSE_POSITIVE),))
    for item, said in (
        (tracked, 1),
        (replace(tracked, closed_at=NOW), 1),
        (replace(tracked, decision=replace(word, origin="tool")), 0),
        (replace(tracked, decision=written), 1),
        (replace(tracked, decision=both), 2),
        (replace(tracked, id="F-9", aliases=("F-0001",)), 1),
        (replace(tracked, id="F-9"), 0),
    ):
        state = replace(life.state, findings=(item,))
        assert len(statements_of_issues((unread,), state).said) == said


def test_statements_of_several_places_add_up() -> None:
    """All that was said, in one order, and every place that was listened to."""
    one = Statement("F-1", Decision(Disposition.VERIFIED, "a"), "issue #1")
    two = Statement("F-1", Decision(Disposition.FALSE_POSITIVE, "b"), "alert 2")
    parts = [Statements(frozenset({"issues"}), (one,)), Statements(frozenset({"github"}), (two, one)), NOTHING_SAID]
    merged = merge_statements(parts)
    assert merged == Statements(frozenset({"issues", "github"}), (two, one))
    assert merge_statements(reversed(parts)) == merged
