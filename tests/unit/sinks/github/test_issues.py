"""Tests of :mod:`aggregator.sinks.github.issues`, over an issue tracker in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from aggregator.model.errors import Fault, ServiceError
from aggregator.model.finding import Decision, Disposition
from aggregator.model.state import Line, State
from aggregator.planning.actions import SetOutput
from aggregator.planning.commands import sense
from aggregator.planning.github_actions import CloseIssue, EditIssue, OpenIssue, RemindIssue
from aggregator.sinks.github.issues import GitHubIssues
from aggregator.writers.issue_comments import answer
from aggregator.writers.issue_marks import comment_mark, home_mark, home_of, issue_mark
from tests.builders import LINE, NOW, RUN, finding, tracked
from tests.fakes.tracker import US, Tracker

REMINDER = comment_mark("reminder", "2026-11-22")
OPEN = OpenIssue(
    issue="F-1", title="Mend it", body=issue_mark("F-1"), labels=("onefold", "security"), findings=("F-1",)
)
MISSING = ServiceError(Fault.MISSING, "Could not: it is not there (HTTP status 410).")
NO = ServiceError(Fault.PERMISSION, "Could not.")


@pytest.fixture
def tracker() -> Tracker:
    """An empty tracker."""
    return Tracker()


def sink(tracker: Tracker) -> GitHubIssues:
    """The sink of one run."""
    return GitHubIssues(tracker.client, "onefold")


def later(tracker: Tracker, **fields: object) -> State:
    """The state of a run long after everything that happened, with one finding whose ticket is the first issue."""
    item = replace(tracked(finding()), **{"tickets": (tracker.kept[1].url,)} | fields)
    return State(line=LINE, run=RUN, at=tracker.now + timedelta(days=30), findings=(item,))


def refusing(error: ServiceError) -> Callable[..., None]:
    """A method that fails."""

    def refuse(*_: object, **__: object) -> None:
        raise error

    return refuse


def test_only_ours_are_seen(tracker: Tracker) -> None:
    """An issue counts with our mark, by our hand and with our label; by number."""
    tracker.add(body=issue_mark("F-1"))
    tracker.add(body=issue_mark("F-2"), author="mallory")
    tracker.add(body="Help!")
    tracker.add(body=issue_mark("F-3"), labels=())
    tracker.add(body=issue_mark("F-4"))
    assert [(each.number, each.key) for each in sink(tracker).observe(None)] == [(1, "F-1"), (5, "F-4")]


def test_an_issue_of_an_earlier_token_is_ours_by_the_state(tracker: Tracker) -> None:
    """What the state names is ours whoever opened it; what a person who may write no more says to have heard is not."""
    answers = [answer(["heard"], "2026", [(1, sense("/onefold verify", tracker.now))])] * 2
    for author, text in (("other[bot]", answers[0]), ("lee", answers[1]), ("mallory", answers[1]), ("eve", answers[1])):
        issue = tracker.add(body=issue_mark(f"F-{author}"), author=author)
        for body, by in (("/onefold verify", "eve"), (text, author), (text, "mallory"), (REMINDER, US)):
            tracker.say(issue.number, by, body)
        tracker.close(issue.number, author, "not_planned")
    for place, each in enumerate(tracker.said):
        tracker.said[place] = replace(each, id=1 if each.author == "eve" else each.id, created_at=NOW, updated_at=NOW)
    assert sink(tracker).observe(None) == ()
    seen = sink(tracker).observe(naming(tracker, (1,), (2,), (4,)))
    assert [each.key for each in seen] == ["F-other[bot]", "F-lee", "F-eve"]
    assert [[comment.node_id for comment in each.reminders] for each in seen] == [
        ["", "IC_4"],
        ["", "IC_8"],
        ["", "IC_16"],
    ]
    assert [[remark.may_decide for remark in each.remarks][:1] for each in seen] == [[True], [True], [False]]
    assert all(each.closed_by_us for each in seen)


def naming(tracker: Tracker, *tickets: tuple[int, ...]) -> State:
    """The state of a run that knows one finding for each of the given rows of issues."""
    url = "https://github.com/acme/shop/issues/{}".format
    known = [
        replace(tracked(finding(id=f"F-{row}")), tickets=("https://jira.example/browse/A-1", *map(url, numbers)))
        for row, numbers in enumerate(tickets)
    ]
    return State(line=LINE, run=RUN, at=tracker.now, findings=tuple(known))


def test_an_issue_that_lost_its_label_is_ours(tracker: Tracker) -> None:
    """What the state names and the list lacks is looked up, and is ours by its mark and its address."""
    tracker.add(body=issue_mark("F-1"))
    tracker.add(body=issue_mark("F-2"), labels=("security",))
    tracker.add(body=issue_mark("F-3"), labels=(), author="other[bot]")
    tracker.add(body="Rewritten.", labels=())
    tracker.add(body=issue_mark("F-5"), labels=(), url="https://github.com/acme/desk/issues/5")
    ours = sink(tracker)
    state = naming(tracker, (1,), (2,), (3,), (4,), (5,), (6,))
    assert [(each.number, each.key) for each in ours.observe(state)] == [(1, "F-1"), (2, "F-2"), (3, "F-3")]
    assert tracker.calls.count("issue") == 5
    assert [each.number for each in ours.observe(None)] == [1]


def test_few_issues_are_looked_for(tracker: Tracker) -> None:
    """Not those of a finding that has another one on the list, or that is closed, nor one twice."""
    tracker.add(body=issue_mark("F-1"))
    tracker.add(body=issue_mark("F-1"), labels=())
    state = naming(tracker, (1, 2))
    assert [each.number for each in sink(tracker).observe(state)] == [1]
    closed = [replace(each, closed_at=tracker.now) for each in naming(tracker, (2,)).findings]
    assert [each.number for each in sink(tracker).observe(replace(state, findings=tuple(closed)))] == [1]
    assert tracker.calls == ["issues", "issues"]
    assert [each.number for each in sink(tracker).observe(naming(tracker, (2,), (2,)))] == [1, 2]
    assert tracker.calls.count("issue") == 1


def test_too_many_issues_that_lost_their_label(tracker: Tracker) -> None:
    """Of more than fifty nobody could say which stand there: no issue is known then, unless all are gone."""
    assert sink(tracker).observe(naming(tracker, *((number,) for number in range(1, 61)))) == ()
    assert tracker.calls.count("issue") == 50
    for number in range(51):
        tracker.add(body=issue_mark(f"F-{number}"), labels=("security",))
    rows = [(number,) for number in range(1, 52)]
    with pytest.raises(ServiceError, match="more than 50 do not have the label onefold any more") as caught:
        sink(tracker).observe(naming(tracker, *rows))
    assert "github.issues.labels" in caught.value.next_step
    assert len(sink(tracker).observe(naming(tracker, *rows[:50]))) == 50


def test_an_issue_that_cannot_be_looked_up(tracker: Tracker) -> None:
    """A call that failed is no answer: a double would be opened."""
    tracker.add(body=issue_mark("F-1"), labels=())
    tracker.fault = lambda _, name: "before" if name == "issue" else ""
    with pytest.raises(ServiceError):
        sink(tracker).observe(naming(tracker, (1,)))


def test_another_products_issues_are_left_alone(tracker: Tracker) -> None:
    """In a repository with several products each sees its own issues and those that say nothing."""
    shop, desk = Line("shop", "", "main"), Line("desk", "", "main")
    tracker.add(body=f"{issue_mark('rolling')}\n{home_mark(shop)}")
    tracker.add(body=f"{issue_mark('rolling')}\n{home_mark(desk)}")
    tracker.add(body=issue_mark("F-3"))
    seen = GitHubIssues(tracker.client, "onefold", home_of(desk)).observe(None)
    assert [each.number for each in seen] == [2, 3]
    assert home_of(desk) == home_of(Line("desk", "", "renamed")) != home_of(Line("desk", "staging", "main"))
    opened = GitHubIssues(tracker.client, "onefold", home_of(Line("third"))).apply(replace(OPEN, issue="rolling"))
    assert opened.endswith("/4")


def test_comments_are_ours_or_commands(tracker: Tracker) -> None:
    """Our marked comments are reminders, commands of others are remarks, with who may decide; asked once each."""
    tracker.add(body=issue_mark("F-1"))
    for author, body in (
        (US, REMINDER),
        ("mallory", REMINDER),
        ("kim", "/onefold verify"),
        ("kim", "/onefold reopen"),
        ("eve", "/onefold verify"),
        ("", "/onefold verify"),
        ("kim", "Thanks!"),
    ):
        tracker.say(1, author, body)
    (seen,) = sink(tracker).observe(None)
    assert [(each.id, each.node_id) for each in seen.reminders] == [(1, "IC_1")]
    assert [(each.author, each.may_decide) for each in seen.remarks] == [
        ("kim", True),
        ("kim", True),
        ("eve", False),
        ("", False),
    ]
    assert tracker.calls.count("permission_of") == 2
    assert seen.is_known


def test_a_permission_that_is_not_known_is_no_answer(tracker: Tracker) -> None:
    """Nobody's decision is undone because a call failed: the whole observation fails."""
    tracker.add(body=issue_mark("F-1"))
    tracker.say(1, "kim", "/onefold verify")
    tracker.fault = lambda _, name: "before" if name == "permission_of" else ""
    with pytest.raises(ServiceError):
        sink(tracker).observe(None)


def test_what_is_no_issue_is_left_alone(tracker: Tracker) -> None:
    """An action of another sink is not taken, and harmless when given."""
    assert not sink(tracker).accepts(SetOutput("new", "1"))
    assert sink(tracker).apply(SetOutput("new", "1")) == ""
    assert tracker.calls == []


def test_calls_are_few(tracker: Tracker) -> None:
    """Issues nobody touched cost nothing beyond the list, however many there are."""
    for number in range(50):
        tracker.add(body=issue_mark(f"F-{number}"))
        tracker.say(number + 1, US, REMINDER)
    seen = sink(tracker).observe(later(tracker))
    assert tracker.calls == ["issues"]
    assert not any(each.is_known for each in seen)


def test_of_what_nobody_touched_little_is_read(tracker: Tracker) -> None:
    """However many issues were closed under one exception, there are calls left to hear what is new."""
    accepted = Decision(Disposition.RISK_ACCEPTED, origin="exceptions")
    for number in range(1, 301):
        tracker.add(body=issue_mark(f"F-{number}"))
        tracker.close(number, US, "not_planned")
    known = naming(tracker, *((number,) for number in range(1, 301)))
    findings = tuple(replace(each, decision=accepted) for each in known.findings)
    tracker.now += timedelta(days=9)
    tracker.say(300, "kim", "/onefold reopen")
    seen = sink(tracker).observe(replace(known, at=tracker.now, findings=findings))
    assert (len(seen), sum(each.is_known for each in seen)) == (300, 101)
    assert seen[-1].remarks != ()
    assert len(tracker.calls) < 210


def test_comments_that_may_matter_are_read(tracker: Tracker) -> None:
    """Lately touched, the rolling issue, a decision from elsewhere, a closed issue whose finding is open."""
    tracker.add(body=issue_mark("F-1111111111"))
    tracker.say(1, US, REMINDER)
    accepted = Decision(Disposition.RISK_ACCEPTED, origin="exceptions")

    def reads(state: State) -> bool:
        (seen,) = sink(tracker).observe(state)
        return seen.is_known

    assert not reads(later(tracker))
    assert reads(replace(later(tracker), at=tracker.now + timedelta(days=1)))
    assert reads(later(tracker, decision=accepted))
    assert not reads(later(tracker, decision=accepted, closed_at=tracker.now))
    tracker.close(1, "kim", "completed")
    assert reads(later(tracker))
    assert not reads(later(tracker, decision=replace(accepted, origin="issues")))
    tracker.change(1, body=issue_mark("rolling"))
    assert reads(later(tracker, tickets=()))


def test_who_closed_it(tracker: Tracker) -> None:
    """Where the list does not tell, the issue itself is asked, if it matters."""
    tracker.add(body=issue_mark("F-1111111111"))
    for by, tells in ((US, True), ("kim", True), (US, False), ("kim", False)):
        tracker.close(1, by, "completed")
        tracker.tells_closer = tells
        (seen,) = sink(tracker).observe(None)
        assert (seen.closed_by, seen.closed_by_us) == (by, by == US)
    (seen,) = sink(tracker).observe(later(tracker))
    assert seen.closed_by == "kim"
    (seen,) = sink(tracker).observe(later(tracker, closed_at=tracker.now))
    assert (seen.closed_by, seen.closed_by_us) == ("", False)


def test_an_issue_is_opened_once(tracker: Tracker) -> None:
    """Before it is opened the list is read again, once for all; what stands there already is not opened."""
    ours = sink(tracker)
    assert ours.apply(OPEN) == tracker.kept[1].url
    assert ours.apply(OPEN) == tracker.kept[1].url
    assert tracker.calls == ["issues", "create_issue"]
    assert sink(tracker).apply(OPEN) == tracker.kept[1].url
    assert len(tracker.kept) == 1
    assert tracker.kept[1].labels == ("onefold", "security")


def test_an_answer_that_was_lost(tracker: Tracker) -> None:
    """After an unclear POST the list tells: it was carried out, or the action failed and nothing is sent twice."""
    tracker.fault = lambda _, name: "after" if name == "create_issue" else ""
    assert sink(tracker).apply(OPEN) == tracker.kept[1].url
    tracker.fault = lambda _, name: "before" if name == "create_issue" else ""
    with pytest.raises(ServiceError):
        sink(tracker).apply(replace(OPEN, issue="F-2"))
    assert (len(tracker.kept), tracker.calls.count("create_issue")) == (1, 2)


def test_a_clear_refusal_is_not_looked_into(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the token may not open issues, nothing else is tried."""
    monkeypatch.setattr(tracker, "create_issue", refusing(NO))
    with pytest.raises(ServiceError) as caught:
        sink(tracker).apply(OPEN)
    assert caught.value is NO
    assert tracker.calls == ["issues"]


def test_a_name_that_cannot_be_assigned(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The issue is opened without people rather than not at all."""
    create, wrong = tracker.create_issue, ServiceError(Fault.REFUSED, "Could not.")

    def picky(title: str, body: str, labels: tuple[str, ...], assignees: tuple[str, ...]) -> object:
        if assignees:
            raise wrong
        return create(title, body, labels, assignees)

    monkeypatch.setattr(tracker, "create_issue", picky)
    assert sink(tracker).apply(replace(OPEN, assignees=("gone",))) == tracker.kept[1].url
    monkeypatch.setattr(tracker, "create_issue", refusing(wrong))
    with pytest.raises(ServiceError):
        sink(tracker).apply(replace(OPEN, issue="F-2"))


def test_labels_that_were_dropped_are_added(tracker: Tracker) -> None:
    """An issue without our label would never be found again."""
    tracker.keeps_labels = False
    sink(tracker).apply(OPEN)
    assert tracker.kept[1].labels == ("onefold", "security")


@pytest.mark.parametrize("method", ["issues", "create_issue"])
def test_no_issues_here(tracker: Tracker, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository without issues is said to have none, with the permission that may be missing instead."""
    monkeypatch.setattr(tracker, method, refusing(MISSING))
    with pytest.raises(ServiceError, match="`issues: write`") as caught:
        sink(tracker).apply(OPEN)
    assert caught.value.fault is Fault.MISSING
    assert "github.issues.mode" in caught.value.next_step


def test_an_edit_leaves_what_is_not_ours(tracker: Tracker) -> None:
    """Title and text change, labels stay, the issue is opened when asked."""
    tracker.add(body=issue_mark("F-1"), labels=("onefold", "theirs"))
    tracker.close(1, "kim", "completed")
    edit = EditIssue(number=1, title="New", body=f"{issue_mark('F-1')}\nNew")
    assert sink(tracker).apply(edit) == ""
    assert (tracker.kept[1].title, tracker.kept[1].is_open) == ("New", False)
    assert tracker.kept[1].labels == ("onefold", "theirs")
    sink(tracker).apply(replace(edit, reopen=True))
    assert tracker.kept[1].is_open


def test_an_old_text_that_was_kept_is_noticed(tracker: Tracker) -> None:
    """GitHub may answer well and change nothing."""
    tracker.add(body=issue_mark("F-1"))
    tracker.ignores_bodies = True
    with pytest.raises(ServiceError, match="kept its old text"):
        sink(tracker).apply(EditIssue(number=1, title="New", body="New"))


def test_a_reminder_is_a_comment_and_folds_the_old_ones(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels go first, then the comment comes, then old ones are folded; one that is gone is no failure."""
    tracker.add(body=issue_mark("F-1"), labels=("onefold", "onefold/verified"))
    remind = RemindIssue(1, REMINDER, ("IC_1", "IC_2"), ("onefold/verified",))
    sink(tracker).apply(remind)
    assert tracker.calls == ["remove_label", "create_comment", "minimise", "minimise"]
    assert tracker.folded == ["IC_1", "IC_2"]
    monkeypatch.setattr(tracker, "minimise", refusing(MISSING))
    sink(tracker).apply(remind)
    monkeypatch.setattr(tracker, "minimise", refusing(NO))
    with pytest.raises(ServiceError):
        sink(tracker).apply(remind)


def test_a_comment_is_not_said_twice(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an unclear POST the comments tell whether it stands there."""
    tracker.add(body=issue_mark("F-1"))
    tracker.fault = lambda _, name: "after" if name == "create_comment" else ""
    sink(tracker).apply(RemindIssue(1, REMINDER))
    assert len(tracker.said) == 1
    tracker.fault = lambda _, name: "before" if name == "create_comment" else ""
    with pytest.raises(ServiceError):
        sink(tracker).apply(RemindIssue(1, f"{REMINDER} again"))
    monkeypatch.setattr(tracker, "create_comment", refusing(NO))
    with pytest.raises(ServiceError):
        sink(tracker).apply(RemindIssue(1, REMINDER))


def test_closing_says_why(tracker: Tracker) -> None:
    """The last word comes first, then the issue is closed; without a word it is only closed."""
    tracker.add(body=issue_mark("F-1"))
    sink(tracker).apply(CloseIssue(1, "Fixed.", "completed"))
    assert tracker.calls == ["create_comment", "edit_issue"]
    assert (tracker.kept[1].is_open, tracker.kept[1].state_reason) == (False, "completed")
    sink(tracker).apply(CloseIssue(1, "", "not_planned"))
    assert (len(tracker.said), tracker.kept[1].state_reason) == (1, "not_planned")


def test_what_it_takes(tracker: Tracker) -> None:
    """Actions about issues, and no others."""
    ours = sink(tracker)
    assert all(ours.accepts(each) for each in (OPEN, RemindIssue(1, "b"), CloseIssue(1, "b")))
    assert ours.accepts(EditIssue(number=1, title="t", body="b"))
    assert not ours.accepts(SetOutput("a", "b"))
