"""What the sinks leave on GitHub when a call fails on the way: one of each thing, after a second run at the latest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from aggregator.model.errors import ServiceError
from aggregator.planning.github_actions import CloseIssue, OpenIssue, RemindIssue, UpsertComment
from aggregator.sinks.github.client import GitHubClient
from aggregator.sinks.github.comments import CommentSink
from aggregator.sinks.github.issues import GitHubIssues
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.writers.comment import marker
from aggregator.writers.issue_marks import comment_mark, issue_mark
from tests.fakes.faults import After
from tests.fakes.github.client import ALL, Desk
from tests.fakes.github.replies import too_many

KEY, LABEL = "k", "onefold"
Fault = Reply | Break | After
FAULTS: dict[str, Fault] = {
    "not sent": Break.NO_CONNECTION,
    "lost on the way back": After(Break.RESET),
    "failed": Reply(500),
    "failed after the deed": After(Reply(502)),
    "limited": too_many(2),
    "limited for long": too_many(3_000),
    "forbidden": Reply(403, {}, b'{"message":"Resource not accessible by integration"}'),
    "nonsense": After(Reply(200, {"content-type": "application/json"}, b'"nonsense"')),
    "cut short": After(Break.CUT_SHORT),
}


def comments(client: GitHubClient) -> None:
    """A run that comments on the pull request."""
    sink = CommentSink(client, KEY)
    seen = sink.observe(1)
    sink.apply(UpsertComment(1, f"{marker(KEY)}\nresult", None if seen is None else seen.id))


def issues(client: GitHubClient) -> None:
    """A run that opens an issue."""
    body = f"{issue_mark('F-1')}\ntext"
    GitHubIssues(client, LABEL).apply(OpenIssue(issue="F-1", title="Late", body=body, labels=(LABEL, "sec")))


def reminders(client: GitHubClient) -> None:
    """A run that reminds of the issue and closes it, unless it did so before."""
    sink = GitHubIssues(client, LABEL)
    (issue,) = client.issues(LABEL)
    if "reminder" not in {word for each in client.issue_comments(issue.number) for word in each.body.split()}:
        sink.apply(RemindIssue(issue.number, f"{comment_mark('reminder', '2026-09-21')}\nreminder of it"))
    if issue.is_open:
        sink.apply(CloseIssue(issue.number, ""))


def world() -> Desk:
    """A pull request, an issue of ours, and others' that look like ours."""
    made = Desk()
    made.hub.forum.open_pull()
    made.hub.forum.comment(1, f"{marker(KEY)}\nnot ours", author="mallory")
    return made


def faulty(made: Desk, run: Callable[[GitHubClient], None], fault: Fault, at: int) -> bool:
    """Run once with a fault at one call, then twice without; whether that call was ever made."""

    def once(number: int, _request: Request) -> Fault | None:
        return fault if number == at else None

    made.wire.calls.clear()
    made.wire.faults = once
    with suppress(ServiceError):
        run(made.client)
    reached = len(made.wire.calls) > at
    made.wire.faults = None
    for _ in range(2):
        run(made.client_of(made.hub.api_token(*ALL)))
    return reached


def each_call(run: Callable[[GitHubClient], None], fault: str, check: Callable[[Desk], None]) -> None:
    at = 0
    while True:
        made = world()
        if run is reminders:
            issues(made.client)
        reached = faulty(made, run, FAULTS[fault], at)
        check(made)
        if not reached:
            break
        at += 1
    assert at >= 2


@pytest.mark.parametrize("fault", FAULTS)
def test_one_comment(fault: str) -> None:
    """Whatever goes wrong at whichever call, there is one comment of ours with its text, and theirs stands."""

    def check(made: Desk) -> None:
        assert [(post.author, post.body.rpartition("\n")[2]) for post in made.hub.forum.below(1)] == [
            ("mallory", "not ours"),
            ("github-actions[bot]", "result"),
        ]

    each_call(comments, fault, check)


@pytest.mark.parametrize("fault", FAULTS)
def test_one_issue(fault: str) -> None:
    """Whatever goes wrong at whichever call, there is one issue with its labels."""

    def check(made: Desk) -> None:
        found = [thread for thread in made.hub.forum.threads.values() if thread.pull is None]
        assert [(each.title, each.labels) for each in found] == [("Late", [LABEL, "sec"])]

    each_call(issues, fault, check)


@pytest.mark.parametrize("fault", FAULTS)
def test_one_reminder(fault: str) -> None:
    """Whatever goes wrong at whichever call, people are reminded once, and the issue is closed."""

    def check(made: Desk) -> None:
        assert [post.body.rpartition("\n")[2] for post in made.hub.forum.below(2)] == ["reminder of it"]
        assert not made.hub.forum.threads[2].is_open

    each_call(reminders, fault, check)
