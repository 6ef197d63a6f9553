"""Tests of :mod:`aggregator.planning.issues`: whole lives of issues, run after run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Standing
from aggregator.model.severity import Severity
from aggregator.planning.github_actions import EditIssue, OpenIssue, RemindIssue
from aggregator.planning.issues import IssueFacts, IssuePlan, plan_issues
from aggregator.planning.opened import tickets_opened
from aggregator.planning.plan import Delivery, Receipt
from aggregator.policy.policy import Issues
from aggregator.sinks.github.issues import GitHubIssues
from aggregator.state.settle import Learned
from tests.builders import NOW, finding, outcome, result
from tests.fakes.tracker import US
from tests.unit.planning.issue_life import FACTS, Life, fixed, late, many, words

BACK = {"reopened_at": NOW + timedelta(days=20)}


def test_one_issue_for_one_late_finding() -> None:
    """A finding past its SLA gets an issue with labels, people and a ticket in the state; the next run is silent."""
    life = Life(labels=("onefold", "security"))
    facts = IssueFacts(is_private=True, assignees={"F-0001": ("kim", "lee", "kim")})
    assert life.run(late(), facts=facts) == ["open F-0001"]
    (opened,) = life.plan.actions
    assert isinstance(opened, OpenIssue)
    assert (opened.labels, opened.assignees) == (("onefold", "security"), ("kim", "lee"))
    assert life.tracker.kept[1].title == "HIGH: Flaw of rule-1 in app1.py is past its SLA"
    assert life.state is not None
    assert life.state.findings[0].tickets == ("https://github.com/acme/shop/issues/1",)
    assert life.run(late()) == []


def test_what_is_not_late_has_no_issue() -> None:
    """Findings within their SLA, silenced or closed ones ask for no issue."""
    accepted = Decision(Disposition.RISK_ACCEPTED, "Known.", "kim", "exceptions")
    young = late(1, clock_start=NOW)
    plan = plan_issues(outcome(young, late(2, decision=accepted), fixed(late(3))), (), FACTS, Issues())
    assert plan == IssuePlan(rolling="")


@pytest.mark.parametrize("held", ["it is about a change", ""])
def test_a_first_run_and_a_change_touch_nothing(held: str) -> None:
    """600 old findings in a baseline run, a run whose past is unread, or one about a change: no issue at all."""
    old = tuple(replace(late(number), standing=Standing.BREACHED) for number in range(600))
    told = outcome(*old, is_baseline=not held)
    assert plan_issues(told, (), IssueFacts(is_private=True, held=held), Issues()) == IssuePlan()
    unread = replace(outcome(*old), context=replace(told.context, is_past_unread=True))
    assert plan_issues(unread, (), FACTS, Issues()) == IssuePlan()


@pytest.mark.parametrize(
    ("mode", "is_private", "why"),
    [
        ("off", True, "switches issues off"),
        ("auto", False, "everybody could read it"),
        ("auto", None, "everybody could read it"),
        ("on", False, ""),
        ("auto", True, ""),
    ],
)
def test_modes(mode: str, is_private: bool | None, why: str) -> None:
    """By default issues are for private repositories; what is held says why."""
    life = Life(mode=mode)
    life.run(late(), facts=IssueFacts(is_private=is_private))
    assert [why in held.reason for held in life.plan.held] == ([True] if why else [])
    assert life.issues() == ({} if why else {1: "open"})


def test_issues_that_could_not_be_listed() -> None:
    """Without the list nothing is opened, and nothing that was decided is undone."""
    life = Life()
    life.run(late())
    life.tracker.close(1, "kim", "not_planned")
    assert life.run(late()) == []
    life.tracker.fault = lambda *_: "before"
    assert life.run(late()) == []
    assert life.decisions() == {"F-0001": "risk_accepted"}
    assert life.plan == IssuePlan()
    life.run(late(1), late(2))
    assert [held.reason for held in life.plan.held] == ["the issues that stand there could not be listed"]


def test_what_the_policy_holds_is_one_line() -> None:
    """A public repository is not told of each issue that is not opened, in every run."""
    life = Life()
    life.run(late(1), late(2), late(3), facts=IssueFacts(is_private=False))
    (held,) = life.plan.held
    assert held.sentence().endswith("on if that is meant; 2 more are held for the same reason)")


def test_where_nobody_listens_nobody_is_told_to_speak() -> None:
    """With decisions off no text says how to decide here; texts that say it are written anew, and only once."""
    deaf = IssueFacts(is_private=True, listens=False)
    life = Life()
    life.run(late())
    assert "**Decide**" in life.tracker.kept[1].body
    assert life.run(late(), facts=deaf) == ["edit 1"]
    assert "/onefold" not in life.tracker.kept[1].body
    assert "not planned" not in life.tracker.kept[1].body
    assert life.run(late(), facts=deaf) == []
    life.tracker.close(1, "kim", "completed")
    assert life.run(late(), facts=deaf) == ["reopen 1", "doubt 1"]
    assert "not planned" not in life.tracker.of_us(1)[-1]


def test_where_nobody_listens_nobody_is_answered() -> None:
    """Where the policy does not read decisions a command gets no answer that would mislead; the text may change."""
    life = Life()
    life.run(late())
    life.tracker.say(1, "kim", "/onefold verify")
    assert life.run(late(), facts=IssueFacts(is_private=True, listens=False)) == ["edit 1"]
    assert "| Status | verified by kim |" in life.tracker.kept[1].body


def test_many_findings_of_one_rule_share_an_issue() -> None:
    """584 findings of one rule make one issue, in every run."""
    life = Life()
    findings = many(584)
    assert life.run(*findings) == ["open rule/Semgrep/one"]
    assert life.run(*findings) == []
    assert len(life.tracker.kept) == 1
    assert len(life.tracker.kept[1].body.encode()) <= 65_000
    assert life.run(*findings[1:], fixed(findings[0])) == ["edit 1"]
    assert life.run(*(fixed(each) for each in findings)) == ["close 1 completed"]
    assert "and 574 more" in life.tracker.said[-1].body


def test_single_issues_of_one_rule_are_few() -> None:
    """A rule whose findings come a few at a time has nine single issues; what comes later shares one."""
    life = Life()
    assert len(life.run(*many(5))) == 5
    assert life.run(*many(9)) == [f"open F-{number:04d}" for number in range(6, 10)]
    assert life.run(*many(12)) == ["open rule/Semgrep/one"]
    assert life.run(*many(13)) == ["edit 10"]


def test_grouped_by_rule() -> None:
    """Where the policy says so, each rule has one issue, and a finding that has one of its own keeps it."""
    life = Life()
    life.run(late(1, rule="one"))
    life.settings = Issues(group_by="rule")
    findings = (late(1, rule="one"), late(2, rule="one"), late(3, rule="two"))
    assert life.run(*findings) == ["open rule/Semgrep/one", "open rule/Semgrep/two"]
    assert "`F-0001`" not in life.tracker.kept[2].body


def test_the_rest_is_listed_in_one_issue() -> None:
    """What is over the limit of a run stands in the rolling issue, which is edited, closed and opened again."""
    life = Life(most=2)
    findings = [late(number) for number in range(1, 6)]
    assert life.run(*findings) == ["open F-0001", "open F-0002", "open rolling"]
    assert "3 findings past the SLA have no issue of their own yet" in life.tracker.kept[3].body
    assert life.run(*findings) == ["open F-0003", "open F-0004", "edit 3"]
    assert "1 finding past the SLA has no issue of its own yet" in life.tracker.kept[3].body
    assert life.run(*findings) == ["open F-0005", "close 3 completed"]
    more = [*findings, *(late(number) for number in range(6, 9))]
    assert life.run(*more)[-1] == "reopen 3"
    life.tracker.close(3, "kim", "not_planned")
    assert life.run(*more, late(9), late(10), late(11)) == ["open F-0008", "open F-0009"]
    assert life.issues()[3] == "not_planned"


def test_the_rolling_issue_opens_again_only_for_news() -> None:
    """Closed as completed by a person it stays closed until it would say something else."""
    life = Life(most=1)
    life.run(late(1), late(2), late(3), facts=FACTS)
    life.tracker.close(2, "kim", "completed")
    life.settings = Issues(most=1, mode="on")
    assert life.run(late(1), late(2), late(3), late(4)) == ["open F-0002", "reopen 2"]
    life.tracker.close(2, "kim", "completed")
    life.tracker.kept.pop(3)
    assert life.run(late(1), late(3), late(4), late(5))[-1] == "reopen 2"
    life.tracker.close(2, "kim", "completed")
    kept = life.tracker.kept.pop(max(life.tracker.kept))
    assert kept.number > 2
    assert life.run(late(1), late(3), late(4), late(5)) == ["open F-0003"]


def test_reminders_come_as_often_as_the_policy_says() -> None:
    """A reminder is a new comment after so many days, and folds up the one before; a day has one at most."""
    life = Life(remind_days=1)
    life.run(late())
    assert life.run(late(), days=0.01) == []
    assert life.run(late()) == ["reminder 1"]
    assert life.run(late(), days=0.01) == []
    assert life.run(late()) == ["reminder 1"]
    assert life.tracker.folded == ["IC_1"]
    assert "past its SLA" in life.tracker.said[-1].body
    life.settings = Issues(remind_days=7)
    assert life.run(late(), days=6) == []
    assert life.run(late(), days=1) == ["reminder 1"]


def test_an_issue_of_which_a_part_is_forgotten_is_not_closed() -> None:
    """What a lost memory knew stays named in a shared issue, which is not closed until that was looked at again."""
    life = Life()
    findings = many(12)
    life.run(*findings)
    life.state = None
    assert life.run(*findings[:3]) == ["edit 1"]
    assert life.run(*map(fixed, findings[:3])) == []
    assert life.run(*map(fixed, findings)) == ["close 1 completed"]
    life.state = None
    assert life.run(findings[0]) == ["reopen 1", "reminder 1"]
    assert life.run(fixed(findings[0])) == ["close 1 completed"]


def test_reminders_of_a_run_are_limited() -> None:
    """A run reminds of as many issues as it may open; the others are due in the next run."""
    life = Life(most=2)
    findings = [late(number) for number in range(1, 4)]
    life.run(*findings)
    life.run(*findings)
    first, second = life.run(*findings, days=9), life.run(*findings)
    assert (len(first), len(second)) == (2, 1)
    assert sorted(first + second) == ["reminder 1", "reminder 2", "reminder 4"]


def test_reminders_of_several_findings_name_the_oldest() -> None:
    """A shared issue says how many findings are late, and how late the oldest is."""
    life = Life(group_by="rule")
    findings = many(3)
    life.run(*findings)
    life.run(*findings, days=7)
    assert life.tracker.said[-1].body.endswith("3 findings past the SLA, the oldest 30 days past its SLA.")


def test_an_edit_only_for_what_matters() -> None:
    """A line that moved and a day that passed change nothing; another severity does. A title people gave stays."""
    life = Life()
    life.run(late())
    moved = late()
    assert moved.location is not None
    assert life.run(replace(moved, location=replace(moved.location, start_line=99))) == []
    assert life.run(late(severity=Severity.CRITICAL)) == ["edit 1"]
    assert life.tracker.kept[1].title.startswith("CRITICAL: ")
    life.tracker.change(1, title="Mend the login")
    assert life.run(late()) == ["edit 1"]
    assert life.tracker.kept[1].title == "Mend the login"


@pytest.mark.parametrize("group_by", ["finding", "rule"])
def test_what_a_run_without_reports_opened_is_written_out_once(group_by: str) -> None:
    """A scan brings what a tick could not say, once; a tick never takes it away, whatever else it has to say."""
    life = Life(group_by=group_by, remind_days=99)
    seen = replace(late(), sources=(result(rule_id="rule-1", message="Bind it."),))
    unseen = replace(seen, sources=())
    for item, planned, has_prose in (
        (unseen, 1, False),
        (unseen, 0, False),
        (replace(unseen, severity=Severity.CRITICAL), 1, False),
        (seen, 1, True),
        (seen, 0, True),
        (unseen, 0, True),
        (replace(unseen, severity=Severity.CRITICAL), 1, True),
        (replace(seen, severity=Severity.CRITICAL), 0, True),
        (fixed(seen), 1, True),
        (replace(unseen, reopened_at=life.now), 2, True),
    ):
        assert len(life.run(item)) == planned
        assert ("**Why**: Bind it." in life.tracker.kept[1].body) == has_prose
    assert life.issues() == {1: "open"}


def test_what_no_report_says_is_not_waited_for() -> None:
    """An issue about a finding of which its reports say nothing more is written once."""
    life = Life()
    assert life.run(late()) == ["open F-0001"]
    assert life.run(replace(late(), sources=())) == []
    assert life.run(late()) == []


def test_labels_of_people_stay() -> None:
    """An edit touches no label."""
    life = Life()
    life.run(late())
    life.tracker.label(1, "team-a")
    life.run(late(severity=Severity.CRITICAL))
    assert life.tracker.kept[1].labels == ("onefold", "team-a")
    assert {"add_labels", "remove_label"} & set(life.tracker.calls) == set()


def test_a_label_that_was_renamed_doubles_nothing() -> None:
    """Issues that are not on the list any more are reminded of, decided, closed and opened as before."""
    life = Life()
    life.run(late(1), late(2))
    for number in (1, 2):
        life.tracker.change(number, labels=("security",))
    assert life.run(late(1), late(2)) == []
    life.tracker.close(2, "kim", "not_planned")
    assert life.run(fixed(late(1)), late(2)) == ["close 1 completed"]
    assert life.decisions() == {"F-0001": "open", "F-0002": "risk_accepted"}
    assert life.run(late(2)) == []


def test_the_rolling_issue_is_found_without_its_label() -> None:
    """It is rewritten, closed and opened again as before; one that was deleted is looked for once, and made anew."""
    life = Life(most=1)
    findings = [late(number) for number in range(1, 4)]
    assert life.run(*findings) == ["open F-0001", "open rolling"]
    life.tracker.change(2, labels=("security",))
    assert life.run(*findings) == ["open F-0002", "edit 2"]
    assert life.run(*findings) == ["open F-0003", "close 2 completed"]
    more = [*findings, late(4), late(5)]
    assert life.run(*more) == ["open F-0004", "reopen 2"]
    life.tracker.kept.pop(2)
    assert life.run(*more) == ["open F-0005"]
    before = life.tracker.calls.count("issue")
    assert life.run(*more, late(6), late(7))[1:] == ["open rolling"]
    assert life.tracker.calls.count("issue") == before


def test_a_rolling_issue_that_could_not_be_read_is_not_forgotten() -> None:
    """A run that hears nothing of the issues, or must not touch any, leaves it to the next one to find it."""
    life = Life(most=1)
    findings = [late(number) for number in range(1, 6)]
    life.run(*findings)
    life.tracker.change(2, labels=("security",))
    life.tracker.fault = lambda *_: "before"
    life.run(*findings)
    life.tracker.fault = lambda *_: ""
    assert life.run(*findings, facts=IssueFacts(held="it is about a change")) == []
    assert life.run(*findings) == ["open F-0002", "edit 2"]


def test_closed_with_the_proof_and_opened_when_it_is_back() -> None:
    """A fixed finding closes its issue with the proof; one that comes back opens it, with a reminder."""
    life = Life()
    life.run(late())
    assert life.run(fixed(late())) == ["close 1 completed"]
    assert "Semgrep read app.py again." in life.tracker.said[-1].body
    assert life.run() == []
    assert life.run(late(reopened_at=life.now)) == ["reopen 1", "reminder 1"]
    assert life.run(late(reopened_at=life.now)) == []


def test_closed_later_when_closing_failed() -> None:
    """A closing that failed is made up for in the next run, and the proof is not written twice."""
    life = Life()
    life.run(late())
    life.tracker.fault = lambda _, name: "before" if name == "edit_issue" else ""
    assert life.run(fixed(late())) == ["close 1 completed"]
    assert (life.issues(), life.failures) == ({1: "open"}, 1)
    life.tracker.fault = lambda *_: ""
    assert life.run(fixed(late())) == ["close 1 completed"]
    assert (life.issues(), life.tracker.of_us(1)) == ({1: "completed"}, ["closed"])


def test_what_is_forgotten_is_left_alone() -> None:
    """Not seen is not fixed: the issue of a finding that nobody remembers stays open."""
    life = Life()
    life.run(late(1), late(2))
    assert life.run(late(1)) == []
    shared = Life(group_by="rule")
    shared.run(late(1))
    shared.state = None
    assert shared.run(late(2)) == ["open rule/Semgrep/rule-2"]


def test_no_longer_late() -> None:
    """A finding that got more time closes its issue with a word, and opens it again when that is over."""
    life = Life()
    life.run(late())
    assert life.run(late(severity=Severity.LOW)) == ["close 1 not_planned"]
    assert "still open, low, due on " in life.tracker.said[-1].body
    assert life.run(late()) == ["reopen 1", "reminder 1"]


def test_a_finding_that_absorbed_another_has_one_issue() -> None:
    """Two issues whose findings turned out to be one: the older stays, the other is closed and points to it."""
    life = Life()
    life.run(late(1), late(2))
    assert life.run(late(1, aliases=("F-0000", "F-0002"))) == ["close 2 not_planned"]
    assert "issue #1" in life.tracker.said[-1].body
    assert life.decisions() == {"F-0001": "open"}
    assert life.run(late(1, aliases=("F-0002",))) == []


def test_closed_as_not_planned_is_a_decision() -> None:
    """A person's *not planned* accepts the risk: nothing is opened again, until that person opens it."""
    life = Life()
    life.run(late())
    life.tracker.close(1, "kim", "not_planned")
    for _ in range(30):
        assert life.run(late()) == []
    assert life.decisions() == {"F-0001": "risk_accepted"}
    assert life.outcome is not None
    assert life.outcome.findings[0].decision.author == "kim"
    life.tracker.reopen(1)
    assert life.run(late()) == ["reminder 1"]
    assert life.decisions() == {"F-0001": "open"}


def test_a_persons_closing_stands_even_where_decisions_are_not_read() -> None:
    """Closed as not planned or as a duplicate, an issue is not opened again, whatever the finding is called."""
    told = Life()
    told.run(late(1), late(2))
    for number, reason in ((1, "not_planned"), (2, "duplicate")):
        told.tracker.close(number, "kim", reason)
    issues = GitHubIssues(told.tracker.client, "onefold").observe(None)
    assert told.outcome is not None
    assert plan_issues(told.outcome, issues, FACTS, Issues()).actions == ()
    undated = tuple(replace(each, closed_at=None, state_reason="completed") for each in issues)
    assert plan_issues(told.outcome, undated, FACTS, Issues()).actions == ()


def test_closed_as_a_duplicate_but_still_there() -> None:
    """Closed as a duplicate while later scans still report it: left alone, and nothing is decided."""
    life = Life()
    life.run(late())
    life.tracker.close(1, "kim", "duplicate")
    for _ in range(3):
        assert life.run(late()) == []
    assert life.decisions() == {"F-0001": "open"}


def test_completed_but_still_there() -> None:
    """Closed as completed while a later scan still reports it: opened once with a word why, and never again."""
    life = Life()
    life.run(late())
    life.tracker.close(1, "kim", "completed")
    assert life.run(late()) == ["reopen 1", "doubt 1"]
    life.tracker.close(1, "kim", "completed")
    for _ in range(10):
        assert life.run(late()) == []
    assert life.run(late(reopened_at=life.now + timedelta(hours=1))) == ["reopen 1", "reminder 1"]


@pytest.mark.parametrize("closer", ["kim", "merger[bot]"])
def test_a_scan_from_before_the_closing_doubts_nobody(closer: str) -> None:
    """The merge of a fix closes its issue: a run that was under way then, over older code, says nothing against it."""
    life = Life()
    life.run(late())
    life.tracker.close(1, closer, "completed")
    assert life.run(late(), days=0.2) == []
    closed = life.tracker.kept[1]
    assert life.run(fixed(late()), days=0.01) == []
    assert life.tracker.kept[1] == closed
    wrong = Life()
    wrong.run(late())
    wrong.tracker.close(1, "kim", "completed")
    assert wrong.run(late(), days=0.2) == []
    assert wrong.run(late(), days=0.1) == ["reopen 1", "doubt 1"]


def test_completed_is_believed_until_a_scan_says_otherwise() -> None:
    """As long as no scan looked after the closing, nothing is said."""
    life = Life()
    life.run(late())
    seen = life.outcome
    life.tracker.close(1, "kim", "completed")
    issues = GitHubIssues(life.tracker.client, "onefold").observe(life.state)
    assert seen is not None
    assert plan_issues(seen, issues, FACTS, Issues()).actions == ()


def test_an_answer_is_about_what_is_open() -> None:
    """Below a shared issue a command is answered with what holds now, though some of what it is about is fixed."""
    life = Life(group_by="rule")
    first, second = many(2)
    life.run(first, second)
    life.tracker.say(1, "kim", "/onefold false-positive because of the tests")
    assert life.run(fixed(first), second) == ["answer 1", "close 1 completed"]
    assert "it is **false positive**" in next(each.body for each in life.tracker.said if each.author == US)


@pytest.mark.parametrize("failing", ["issues", "create_comment"])
def test_what_was_said_before_a_run_that_failed_is_heard(failing: str) -> None:
    """Where a run could not read the issues, or not answer, the next one reads what people said, however long ago."""
    life = Life(remind_days=99)
    life.run(late())
    life.tracker.say(1, "kim", "/onefold false-positive because of the tests")
    life.tracker.fault = lambda _, name: "before" if name == failing else ""
    life.run(late(), days=7)
    assert life.failures
    life.tracker.fault = lambda *_: ""
    life.run(late(), days=7)
    assert life.decisions() == {"F-0001": "false_positive"}
    assert life.tracker.of_us(1) == ["answer", "closed"]


def test_bots_that_tidy_up_decide_nothing() -> None:
    """An issue closed by a bot, ours or another, is opened again while the finding is late."""
    life = Life()
    life.run(late())
    for bot in ("stale[bot]", US):
        life.tracker.close(1, bot, "not_planned")
        assert life.run(late()) == ["reopen 1", "reminder 1"]
        assert life.decisions() == {"F-0001": "open"}


def test_once_a_day_even_when_opened_again() -> None:
    """An issue that is opened again on the day of a reminder gets no second one."""
    life = Life(remind_days=1)
    life.run(late())
    assert life.run(late()) == ["reminder 1"]
    life.tracker.close(1, US, "completed")
    assert life.run(late(), days=0.01) == ["reopen 1"]


def test_a_locked_issue_is_left_in_peace() -> None:
    """Nobody is reminded or answered there, its text stays true, and it closes with what it is about."""
    life = Life(remind_days=1)
    life.run(late())
    life.tracker.say(1, "kim", "/onefold verify")
    life.tracker.change(1, is_locked=True)
    assert life.run(late()) == ["edit 1"]
    assert life.decisions() == {"F-0001": "verified"}
    assert life.run(late()) == []
    assert life.run(fixed(late())) == ["close 1 completed"]
    assert life.run(late(reopened_at=life.now)) == ["reopen 1"]
    assert life.run(fixed(late())) == ["close 1 completed"]
    assert (life.issues(), life.tracker.of_us(1), life.failures) == ({1: "completed"}, [], 0)


def test_who_closes_a_locked_issue_is_believed() -> None:
    """Nothing could say there why it is opened again, so what a person closed stays closed, whatever comes."""
    life = Life()
    life.run(late())
    life.tracker.change(1, is_locked=True)
    life.tracker.close(1, "kim", "completed")
    for _ in range(3):
        assert life.run(late(reopened_at=life.now + timedelta(hours=1))) == []
    life.tracker.change(1, is_locked=False)
    assert life.run(late()) == ["reopen 1", "doubt 1"]


def test_what_people_have_not_seen_is_not_under_their_decision() -> None:
    """A shared issue that was closed as not planned keeps its findings; new ones of the rule get another issue."""
    life = Life(group_by="rule")
    life.run(*many(2))
    life.tracker.close(1, "kim", "not_planned")
    assert life.run(*many(3)) == ["open rule/Semgrep/one~2"]
    assert life.decisions() == {"F-0001": "risk_accepted", "F-0002": "risk_accepted", "F-0003": "open"}
    assert life.run(*many(3)) == []
    life.tracker.label(2, "onefold/false-positive")
    assert life.run(*many(4)) == ["close 2 not_planned", "open rule/Semgrep/one~3"]
    life.tracker.change(2, labels=("onefold",))
    assert life.run(*many(4)) == ["reopen 2", "reminder 2"]


@pytest.mark.parametrize("word", ["closed", "said", "labelled"])
def test_what_comes_back_under_a_decision_opens_nothing(word: str) -> None:
    """What was fixed when people decided about its issue is under that decision when it is back, however long after."""
    life = Life(group_by="rule", remind_days=99)
    first, second = many(2)
    life.run(first, second)
    life.run(first, fixed(second))
    if word == "closed":
        life.tracker.close(1, "kim", "not_planned")
    elif word == "said":
        life.tracker.say(1, "kim", "/onefold false-positive because of the tests")
    else:
        life.tracker.label(1, "onefold/risk-accepted")
    life.run(first, fixed(second))
    assert life.run(first, fixed(second), days=5) == []
    assert life.run(first, replace(second, reopened_at=life.now), days=5) == []
    assert {"open"}.isdisjoint(life.decisions().values())


def test_what_comes_back_after_it_was_not_planned_opens_nothing() -> None:
    """An issue that a person closed as not planned just before the proof is not opened again."""
    life = Life()
    life.run(late())
    life.tracker.close(1, "kim", "not_planned")
    assert life.run(fixed(late())) == []
    assert life.run(fixed(late()), days=5) == []
    assert life.run(late(reopened_at=life.now), days=5) == []
    assert life.decisions() == {"F-0001": "risk_accepted"}


def test_what_is_fixed_is_not_asked_about() -> None:
    """Issues about which nobody decided are listed and no more, once what they are about is fixed."""
    life = Life()
    life.run(late(1), late(2))
    life.run(fixed(late(1)), fixed(late(2)))
    life.run(fixed(late(1)), fixed(late(2)), days=5)
    before = len(life.tracker.calls)
    life.run(fixed(late(1)), fixed(late(2)), days=5)
    assert life.tracker.calls[before:] == ["issues"]


def test_what_comes_after_a_person_closed_an_issue_is_told_elsewhere() -> None:
    """Closed as completed, rightly or not: a new finding of the rule is neither held back nor held against anybody."""
    right = Life(group_by="rule")
    first, second, third = many(3)
    right.run(first, second)
    right.tracker.close(1, "kim", "completed")
    assert right.run(fixed(first), fixed(second), third) == ["open rule/Semgrep/one~2"]
    assert right.tracker.of_us(1) == []
    wrong = Life(group_by="rule")
    wrong.run(first, second)
    for _ in range(2):
        wrong.tracker.close(1, "kim", "completed")
        wrong.run(first, second)
    assert wrong.run(*many(3)) == ["open rule/Semgrep/one~2"]
    assert wrong.run(*many(4)) == ["edit 2"]
    assert wrong.issues() == {1: "completed", 2: "open"}


def test_what_no_issue_says_is_not_under_a_decision_on_it() -> None:
    """A finding belongs to a shared issue once its text names it: where the edit failed nobody decided about it."""
    life = Life(group_by="rule")
    life.run(*many(2))
    life.tracker.fault = lambda _, name: "before" if name == "edit_issue" else ""
    assert life.run(*many(3)) == ["edit 1"]
    assert tickets(life)["F-0003"] == ()
    life.tracker.fault = lambda *_: ""
    life.tracker.close(1, "kim", "not_planned")
    assert life.run(*many(3)) == ["open rule/Semgrep/one~2"]
    assert life.decisions() == {"F-0001": "risk_accepted", "F-0002": "risk_accepted", "F-0003": "open"}


@pytest.mark.parametrize("kind", ["", "after"])
def test_what_an_issue_says_is_learned(kind: str) -> None:
    """A finding that an edit put into a shared issue has it for its ticket, also where the answer to that was lost."""
    life = Life(group_by="rule")
    life.run(*many(2))
    life.tracker.fault = lambda _, name: kind if name == "edit_issue" else ""
    assert life.run(*many(3)) == ["edit 1"]
    assert tickets(life)["F-0003"] == (() if kind else ("https://github.com/acme/shop/issues/1",))
    life.tracker.close(1, "kim", "not_planned")
    assert life.run(*many(3)) == []
    assert set(life.decisions().values()) == {"risk_accepted"}


def test_more_findings_than_an_issue_names_are_learned() -> None:
    """A lost state learns all that an issue is about from a text that says the same, and not the first 500 alone."""
    life = Life(group_by="rule")
    life.run(*many(502))
    life.state = None
    assert life.run(*many(502)) == []
    assert set(tickets(life).values()) == {("https://github.com/acme/shop/issues/1",)}


def tickets(life: Life) -> dict[str, tuple[str, ...]]:
    """What the state knows of the tickets of each finding."""
    return {each.id: each.tickets for each in (life.state.findings if life.state else ())}


def test_two_issues_of_one_rule() -> None:
    """A finding that is in two shared issues belongs to the one that is open."""
    life = Life(group_by="rule")
    life.run(*many(2))
    life.tracker.close(1, "kim", "not_planned")
    life.run(*many(3))
    both = late(3, rule="one", tickets=tuple(each.url for each in life.tracker.kept.values()))
    assert life.state is not None
    life.state = replace(
        life.state,
        findings=tuple(replace(each, tickets=both.tickets) for each in life.state.findings if each.id == "F-0003"),
    )
    life.tracker.reopen(1)
    life.tracker.close(1, "kim", "duplicate")
    assert life.run(both) == []


def test_mixed_ends() -> None:
    """A shared issue closes as completed when something was fixed, and tells who decided about the rest."""
    life = Life(group_by="rule")
    life.run(*many(2))
    accepted = Decision(Disposition.RISK_ACCEPTED, "Known.", "kim", "jira", expires_at=NOW + timedelta(days=400))
    first, second = many(2)
    assert life.state is not None
    life.state = replace(
        life.state,
        findings=tuple(
            replace(each, decision=accepted) if each.id == second.id else each for each in life.state.findings
        ),
    )
    assert life.run(fixed(first), second) == ["close 1 completed"]
    assert "risk accepted to the end of" in life.tracker.said[-1].body


def test_tickets_are_learned_from_receipts() -> None:
    """Only issues that were really opened become tickets; the rolling issue is nobody's."""
    opened = OpenIssue(issue="F-1", title="t", body="b", findings=("F-1", "F-2"))
    failed = OpenIssue(issue="F-3", title="t", body="b", findings=("F-3",))
    rolling = OpenIssue(issue="rolling", title="t", body="b")
    receipts = [
        Receipt(opened.key, Delivery.DONE, place="u/1"),
        Receipt(failed.key, Delivery.FAILED, "no"),
        Receipt(rolling.key, Delivery.DONE, place="u/2"),
    ]
    actions = (opened, failed, rolling, RemindIssue(1, "b"), EditIssue(number=1, title="t", body="b"))
    assert tickets_opened(actions, receipts) == (Learned("u/1", ("F-1", "F-2")),)


def test_tickets_of_issues_that_stand_there_are_learned_too() -> None:
    """A state that forgot its tickets learns them from the issues."""
    life = Life()
    life.run(late())
    life.state = None
    life.run(late())
    assert life.plan.tickets == (Learned("https://github.com/acme/shop/issues/1", ("F-0001",)),)
    assert life.state is not None


@pytest.mark.parametrize("kind", ["before", "after"])
def test_a_fault_at_any_call_changes_nothing_in_the_end(kind: str) -> None:
    """One call that fails, or whose answer is lost, whichever: a few runs later all is as it would have been."""

    def live(broken: int) -> tuple[list[tuple[str, bool, str]], int]:
        life = Life()
        life.run(late(1))
        life.tracker.say(1, "kim", "/onefold false-positive because of the tests")
        before = len(life.tracker.calls)
        life.tracker.fault = lambda number, _: kind if number == broken + before else ""
        for _ in range(2):
            life.run(late(1), late(2), late(3), late(4), days=7)
        life.run(late(1), fixed(late(2)), late(3), late(4), days=8)
        for _ in range(3):
            life.run(late(1), fixed(late(2)), late(3), late(4), days=0.1)
        assert life.decisions()["F-0001"] == "false_positive"
        assert life.tracker.of_us(1).count("answer") == 1
        ends = sorted((each.title, each.is_open, each.state_reason) for each in life.tracker.kept.values())
        return ends, len(life.tracker.calls) - before

    expected, calls = live(-1)
    for broken in range(calls):
        assert live(broken)[0] == expected, broken


def test_plan_is_the_same_in_every_order() -> None:
    """The order of the list of issues changes nothing."""
    life = Life(most=2)
    findings = [late(number) for number in range(1, 5)]
    life.run(*findings)
    issues = GitHubIssues(life.tracker.client, "onefold").observe(life.state)
    told = life.outcome
    assert told is not None
    one = plan_issues(told, issues, FACTS, life.settings)
    assert plan_issues(told, issues[::-1], FACTS, life.settings) == one
    assert [words(action) for action in one.actions] == ["open F-0003", "open F-0004", "close 3 completed"]


def test_a_finding_without_dates_is_written_about_all_the_same() -> None:
    """Nothing about an issue needs a date."""
    bare = replace(finding(), standing=Standing.BREACHED, clock_start=None, last_seen=None)
    plan = plan_issues(outcome(bare), (), FACTS, Issues())
    assert [words(action) for action in plan.actions] == ["open F-1111111111"]
