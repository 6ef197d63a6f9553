"""Tests of what holds on our issues when people leave, edit what they said, or lock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.severity import Severity
from aggregator.policy import ExceptionRule
from tests.unit.planning.issue_life import Life, fixed, late, many

KNOWN = ExceptionRule(status="risk_accepted", reason="Known.", owner="lee", expires=date(2027, 1, 31), id="F-0001")
ACCEPT = "/onefold accept until 2027-12-31 because it is old"


def accepted(command: str = ACCEPT, author: str = "kim") -> Life:
    """A life in which somebody accepted the risk of a finding on its issue, and was answered."""
    life = Life(remind_days=99)
    life.run(late())
    life.tracker.say(1, author, command)
    life.run(late())
    assert life.decisions() == {"F-0001": "risk_accepted"}
    return life


def touched(life: Life) -> str:
    """What holds for the first finding once others touched its issue, however long after."""
    words = set()
    for days in (0.1, 9, 0.1):
        life.tracker.label(1, f"team-{days}")
        life.run(late(), days=days)
        words.add(life.decisions()["F-0001"])
    (word,) = words
    return word


@pytest.mark.parametrize("may", ["none", "read", "ghost"])
def test_who_decided_may_leave(may: str) -> None:
    """What somebody decided who might then holds on when they lose the right, or GitHub, whoever touches the issue."""
    life = accepted()
    if may == "ghost":
        life.tracker.leave("kim")
    life.tracker.may["kim"] = may
    assert touched(life) == "risk_accepted"
    assert life.outcome is not None
    assert life.outcome.findings[0].decision.author == "kim"
    life.state = None
    assert touched(life) == "risk_accepted"
    assert (life.issues(), life.tracker.of_us(1)) == ({1: "not_planned"}, ["answer", "closed"])


def test_who_took_it_back_may_leave() -> None:
    """What somebody took back does not come to life again when they leave."""
    life = accepted()
    life.tracker.say(1, "lee", "/onefold reopen")
    life.run(late())
    life.tracker.may["lee"] = "read"
    assert touched(life) == "open"
    life.state = None
    assert touched(life) == "open"


def test_who_decided_on_a_locked_issue_may_leave() -> None:
    """Where nothing could be answered the state tells what was heard, and what was not."""
    life = Life(remind_days=99)
    life.run(late())
    life.tracker.change(1, is_locked=True)
    said = life.tracker.say(1, "kim", ACCEPT)
    life.tracker.say(1, "eve", "/onefold false-positive because of the tests")
    life.run(late())
    life.tracker.leave("kim")
    assert touched(life) == "risk_accepted"
    life.tracker.edit(said, "/onefold false-positive because of the tests")
    assert touched(life) == "open"


def test_who_left_decides_nothing_new() -> None:
    """What somebody says, or makes of what they said, once they may no longer decide does nothing; others undo it."""
    life = accepted("/onefold accept F-0001 until 2027-01-31 because it is old")
    life.tracker.may["kim"] = "read"
    life.tracker.say(1, "kim", ACCEPT)
    assert touched(life) == "risk_accepted"
    assert life.state is not None
    assert life.state.findings[0].decision.expires_at == life.now.replace(2027, 2, 1, 0, 0, 0)
    (first, *_) = life.tracker.said
    life.tracker.edit(first, ACCEPT)
    assert touched(life) == "open"
    assert life.tracker.of_us(1) == ["answer", "closed", "reminder"]


def test_what_was_heard_asks_for_no_right_again() -> None:
    """Who may decide is asked of new commands only."""
    life = accepted()
    asked = life.tracker.calls.count("permission_of")
    assert touched(life) == "risk_accepted"
    assert life.tracker.calls.count("permission_of") == asked


def test_a_mistake_that_is_edited_is_answered_again() -> None:
    """A command counts as it stands there now, and each meaning that it gets is answered once."""
    life = Life(remind_days=99)
    life.run(late())
    said = life.tracker.say(1, "kim", "/onefold accept because it is old")
    assert life.run(late()) == ["answer 1"]
    life.tracker.edit(said, ACCEPT)
    assert life.run(late(), days=0.1) == ["answer 1", "close 1 not_planned"]
    assert "it is **risk accepted**" in life.tracker.said[-2].body
    life.tracker.edit(said, f"{ACCEPT}, very old")
    assert life.run(late(), days=0.1) == []
    assert life.outcome is not None
    assert life.outcome.findings[0].decision.reason == "it is old, very old"
    life.tracker.edit(said, "/onefold verify")
    assert life.run(late(), days=0.1) == ["answer 1", "reopen 1", "reminder 1"]
    assert life.decisions() == {"F-0001": "verified"}


def test_what_is_edited_counts_from_when_it_was_first_said() -> None:
    """An old comment that becomes a command outweighs nothing that was said later; the answer says what holds."""
    life = Life(remind_days=99)
    life.run(late())
    old = life.tracker.say(1, "kim", "I will look at it on Monday.")
    life.tracker.say(1, "lee", "/onefold verify")
    life.run(late())
    life.tracker.label(1, "onefold/risk-accepted")
    life.run(late())
    life.tracker.edit(old, "/onefold false-positive because of the tests")
    assert life.run(late(), days=0.1) == ["answer 1"]
    assert "it is **risk accepted**" in life.tracker.said[-1].body
    assert "onefold/risk-accepted" in life.tracker.kept[1].labels
    life.tracker.change(1, labels=("onefold",))
    life.run(late())
    assert life.decisions() == {"F-0001": "verified"}


def test_what_is_edited_away_or_deleted_is_taken_back() -> None:
    """A command that is gone decides nothing any more."""
    life = accepted()
    life.tracker.edit(life.tracker.said[0], "Never mind.")
    assert touched(life) == "open"
    gone = accepted()
    gone.tracker.said.pop(0)
    gone.tracker.change(1)
    assert touched(gone) == "open"


def test_a_command_of_others_is_no_word_of_who_was_heard() -> None:
    """On a shared issue each command counts for itself."""
    life = Life(group_by="rule", remind_days=99)
    life.run(*many(2))
    life.tracker.say(1, "kim", "/onefold verify F-0001")
    life.tracker.say(1, "eve", "/onefold verify F-0002")
    life.run(*many(2))
    life.tracker.may["kim"] = "read"
    life.run(*many(2))
    assert life.decisions() == {"F-0001": "verified", "F-0002": "open"}


@pytest.mark.parametrize("account", ["security-app[bot]", "kim-for-onefold"])
def test_another_token_takes_the_issues_over(account: str) -> None:
    """What another account of ours opened, said and heard is ours as long as the state remembers its issues."""
    life = Life(remind_days=99, most=3)
    findings = [late(number) for number in range(1, 6)]
    life.run(*findings)
    life.tracker.say(1, "kim", ACCEPT)
    life.tracker.say(4, "kim", "/onefold verify F-0004")
    life.tracker.close(2, "kim", "not_planned")
    life.run(*findings)
    told = [(each.author, each.body) for each in life.tracker.said]
    life.tracker.us = account
    for days in (0.1, 9, 9):
        life.tracker.label(1, f"team-{days}")
        assert life.run(*findings, days=days) == []
        assert list(life.decisions().values()) == ["risk_accepted", "risk_accepted", "open", "verified", "open"]
    assert [(each.author, each.body) for each in life.tracker.said] == told
    assert life.run(*(fixed(each) for each in findings)) == [f"close {number} completed" for number in (3, 5, 6)]


def test_another_token_without_a_state_begins_anew() -> None:
    """A mark can be copied: without a state that names it an issue of another account is nobody's."""
    life = accepted()
    life.tracker.us, life.state = "security-app[bot]", None
    assert life.run(late()) == ["open F-0001"]
    assert life.decisions() == {"F-0001": "open"}


@pytest.mark.parametrize("word", ["/onefold reopen", "/onefold reopen F-0001", "/onefold verify F-0001"])
def test_a_closing_is_taken_back_by_a_command(word: str) -> None:
    """What a person closed as not planned opens again once a later command says that it is open after all."""
    life = Life(remind_days=99)
    life.run(late())
    life.tracker.close(1, "kim", "not_planned")
    life.run(late())
    life.tracker.say(1, "lee", word)
    assert life.run(late()) == ["answer 1", "reopen 1", "reminder 1"]
    assert life.decisions()["F-0001"] in {"open", "verified"}
    life.tracker.close(1, "kim", "not_planned")
    for _ in range(3):
        assert life.run(late()) == []
    assert life.decisions() == {"F-0001": "risk_accepted"}


def test_a_closing_is_taken_back_for_one_of_many() -> None:
    """On a shared issue a command about one finding takes nothing back about the others: open, it would."""
    life = Life(group_by="rule", remind_days=99)
    life.run(*many(2))
    life.tracker.close(1, "kim", "not_planned")
    life.tracker.say(1, "lee", "/onefold verify F-0002")
    assert life.run(*many(2)) == ["answer 1"]
    for _ in range(3):
        assert life.run(*many(2)) == []
        assert life.decisions() == {"F-0001": "risk_accepted", "F-0002": "verified"}
    life.tracker.say(1, "lee", "/onefold reopen F-0001")
    assert life.run(*many(2)) == ["answer 1", "reopen 1", "reminder 1"]
    assert life.decisions() == {"F-0001": "open", "F-0002": "verified"}


def test_a_label_takes_no_closing_back() -> None:
    """Who labels an issue as verified and closes it as not planned is not fought."""
    life = Life(remind_days=99)
    life.run(late())
    life.tracker.label(1, "onefold/verified")
    life.tracker.close(1, "kim", "not_planned")
    for _ in range(3):
        assert life.run(late()) == []


def test_a_label_and_a_later_command_on_a_locked_issue() -> None:
    """No answer takes the label off there: the command holds, however long nobody touches the issue."""
    life = Life(remind_days=99)
    life.run(late())
    life.tracker.label(1, "onefold/risk-accepted")
    life.run(late())
    life.tracker.change(1, is_locked=True)
    life.tracker.say(1, "kim", "/onefold reopen")
    for _ in range(9):
        life.run(late(), days=3)
        assert life.decisions() == {"F-0001": "open"}
    life.tracker.change(1, is_locked=False)
    assert life.run(late()) == ["answer 1"]
    assert life.tracker.kept[1].labels == ("onefold",)


@pytest.mark.parametrize("why", ["fixed", "decided", "not late"])
def test_who_opens_an_issue_again_is_not_fought(why: str) -> None:
    """What we closed and people opened stays open, with a word why, once; what happens later closes it as ever."""
    life = Life(remind_days=99)
    life.run(late())
    over = {"fixed": fixed(late(), life.now), "decided": late(), "not late": late(severity=Severity.LOW)}[why]
    if why == "decided":
        life.exceptions = (KNOWN,)
    life.run(over)
    life.tracker.reopen(1)
    assert life.run(over) == ["left 1"]
    assert "Left open, as you opened it again." in life.tracker.said[-1].body
    for _ in range(9):
        assert life.run(over) == []
    life.tracker.close(1, "kim", "completed")
    life.tracker.reopen(1)
    assert life.run(over, days=9) == []
    over = fixed(late(), life.now + timedelta(days=1))
    assert life.run(over) == ["close 1 completed"]
    life.tracker.reopen(1)
    assert life.run(over) == ["left 1"]


def test_who_opens_a_double_again_is_not_fought() -> None:
    """Two issues about one finding: the younger is closed once."""
    life = Life(remind_days=99)
    life.run(late(1), late(2))
    both = late(1, aliases=("F-0000", "F-0002"))
    assert life.run(both) == ["close 2 not_planned"]
    life.tracker.reopen(2)
    assert life.run(both) == []


def test_a_closing_that_failed_is_no_opening() -> None:
    """A last word whose closing did not come about is no sign of people, also where the issue was open twice."""
    life = Life(remind_days=99)
    life.run(late())
    life.run(fixed(late(), life.now))
    back = late(reopened_at=life.now)
    assert life.run(back) == ["reopen 1", "reminder 1"]
    life.tracker.fault = lambda _, name: "before" if name == "edit_issue" else ""
    over = fixed(back, life.now)
    assert life.run(over) == ["close 1 completed"]
    life.tracker.fault = lambda *_: ""
    assert life.run(over, days=9) == ["close 1 completed"]
    assert life.issues() == {1: "completed"}


def test_a_locked_issue_that_people_open_is_left_open() -> None:
    """Nothing can be said there, and nobody is fought."""
    life = Life(remind_days=99)
    life.run(late())
    over = fixed(late(), life.now)
    life.run(over)
    life.tracker.change(1, is_locked=True)
    life.tracker.reopen(1)
    for _ in range(9):
        assert life.run(over) == []
    assert life.issues() == {1: "open"}


def test_what_we_opened_ourselves_is_closed_again() -> None:
    """Of an issue that nobody touched for long, and that was opened twice, nobody says that people opened it."""
    life = Life(remind_days=99)
    life.run(late())
    for _ in range(2):
        life.run(fixed(late(), life.now + timedelta(days=1)))
        back = late(reopened_at=life.now)
        assert life.run(back) == ["reopen 1", "reminder 1"]
        for _ in range(9):
            assert life.run(back) == []
        assert life.run(replace(back, severity=Severity.LOW)) == []
        assert life.run(replace(back, severity=Severity.LOW)) == ["close 1 not_planned"]
        assert life.run(back) == ["reopen 1", "reminder 1"]
