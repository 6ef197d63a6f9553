"""The issue sink over the real client and the fake GitHub, every call held to GitHub's own description."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.model.errors import Fault, ServiceError
from aggregator.model.state import State
from aggregator.planning.github_actions import CloseIssue, EditIssue, OpenIssue, RemindIssue
from aggregator.sinks.github.issues import GitHubIssues
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.writers.issue_marks import comment_mark, issue_mark
from tests.builders import LINE, NOW, RUN, finding, tracked
from tests.fakes.faults import After
from tests.fakes.github.client import ALL, Desk

LABEL = "onefold/false-positive"
OPEN = OpenIssue(
    issue="F-1",
    title="Mend it",
    body=f"{issue_mark('F-1')}\nLate.",
    labels=("onefold",),
    assignees=("kim",),
    findings=("F-1",),
)


def desk(may: tuple[str, ...] = ALL) -> Desk:
    """A repository whose people are kim, who may write, and eve, who may not."""
    made = Desk(may=may)
    made.hub.forum.collaborators.update(kim="write", eve="read")
    return made


def sink(made: Desk) -> GitHubIssues:
    """The sink of one run."""
    return GitHubIssues(made.client, "onefold")


def test_a_locked_issue_is_closed_without_a_word() -> None:
    """GitHub lets no app comment there; an issue of which nothing may be changed says so."""
    made = desk()
    sink(made).apply(OPEN)
    assert [each.is_locked for each in sink(made).observe(None)] == [False]
    made.hub.forum.threads[1].locked = True
    assert [each.is_locked for each in sink(made).observe(None)] == [True]
    sink(made).apply(CloseIssue(1, comment_mark("closed", "2026-11-30")))
    assert (made.hub.forum.threads[1].is_open, made.hub.forum.below(1)) == (False, [])


def test_an_issues_whole_life() -> None:
    """Opened, commanded, labelled, answered, reminded, closed, opened again: each call is one that GitHub takes."""
    made = desk()
    forum = made.hub.forum
    assert sink(made).observe(None) == ()
    url = sink(made).apply(OPEN)
    forum.open_pull()
    forum.open_issue("Not ours", issue_mark("F-2"), author="eve", labels=("onefold",))
    forum.comment(1, "/onefold verify", author="kim")
    forum.comment(1, "/onefold verify", author="eve")
    forum.threads[1].labels.append(LABEL)
    (seen,) = sink(made).observe(None)
    assert (seen.key, seen.url, seen.labels, seen.is_known) == ("F-1", url, ("onefold", LABEL), True)
    assert [(each.author, each.may_decide) for each in seen.remarks] == [("kim", True), ("eve", False)]
    assert forum.threads[1].assignees == ["kim"]
    sink(made).apply(RemindIssue(1, comment_mark("reminder", "2026-11-22"), (), (LABEL,)))
    (seen,) = sink(made).observe(None)
    assert (seen.labels, len(seen.reminders)) == (("onefold",), 1)
    sink(made).apply(RemindIssue(1, comment_mark("reminder", "2026-11-29"), (seen.reminders[0].node_id,)))
    assert [post.minimised != "" for post in forum.below(1)][2:] == [True, False]
    sink(made).apply(CloseIssue(1, comment_mark("closed", "2026-11-30")))
    (seen,) = sink(made).observe(None)
    assert (seen.is_open, seen.state_reason, seen.closed_by_us) == (False, "completed", True)
    sink(made).apply(EditIssue(number=1, title="Mend it now", body=f"{OPEN.body}\nBack.", reopen=True))
    (seen,) = sink(made).observe(None)
    assert (seen.is_open, seen.state_reason, seen.title, seen.labels) == (
        True,
        "reopened",
        "Mend it now",
        ("onefold",),
    )


MOVED = Reply(
    301, {"location": "https://api.github.example/repositories/1/issues/1"}, b'{"message":"Moved Permanently"}'
)


@pytest.mark.parametrize(
    ("answer", "is_there"),
    [(None, True), (Reply(404), False), (Reply(410), False), (MOVED, False)],
    ids=["there", "hidden", "deleted", "moved"],
)
def test_an_issue_without_its_label_is_looked_up(answer: Reply | None, is_there: bool) -> None:
    """The state's address finds it again; one that was deleted or that moved away is simply not there."""
    made = desk()
    url = sink(made).apply(OPEN)
    made.hub.forum.threads[1].labels[:] = ["security"]
    made.wire.faults = lambda _number, request: answer if request.url.endswith("/issues/1") else None
    state = State(line=LINE, run=RUN, at=NOW, findings=(replace(tracked(finding()), tickets=(url,)),))
    assert [each.url for each in sink(made).observe(state)] == [url] * is_there


def test_who_closed_it_is_asked() -> None:
    """GitHub's list does not say who closed an issue: the issue does."""
    made = desk()
    sink(made).apply(OPEN)
    made.hub.forum.close(1, by="kim", reason="not_planned")
    (seen,) = sink(made).observe(None)
    assert (seen.closed_by, seen.closed_by_us, seen.state_reason) == ("kim", False, "not_planned")


def test_an_issue_is_opened_without_who_cannot_be_assigned() -> None:
    """GitHub refuses an issue for somebody who is no member; it is opened without people."""
    made = desk()
    made.hub.forum.collaborators.clear()
    sink(made).apply(OPEN)
    assert made.hub.forum.threads[1].assignees == []


@pytest.mark.parametrize("lost", [Break.TIMEOUT, Break.RESET, Reply(502)])
def test_a_lost_answer_opens_no_second_issue(lost: Break | Reply) -> None:
    """The POST was carried out and its answer lost: the list tells, and nothing is sent twice."""
    made = desk()

    def faults(_number: int, request: Request) -> After | None:
        return After(lost) if request.method == "POST" and request.url.endswith("/issues") else None

    made.wire.faults = faults
    assert sink(made).apply(OPEN).endswith("/issues/1")
    assert len(made.hub.forum.threads) == 1


def test_where_issues_are_switched_off() -> None:
    """A repository without issues is said to have none, and what to do about it."""
    made = desk()
    made.hub.forum.issues_enabled = False
    with pytest.raises(ServiceError, match="has no issues") as caught:
        sink(made).observe(None)
    assert caught.value.fault is Fault.MISSING


def test_without_the_permission() -> None:
    """What is missing has a name."""
    made = desk(("contents:read", "issues:read"))
    assert sink(made).observe(None) == ()
    with pytest.raises(ServiceError, match="issues: write") as caught:
        sink(made).apply(OPEN)
    assert caught.value.fault is Fault.PERMISSION
