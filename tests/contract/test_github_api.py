"""The client's issues, comments and labels on two GitHubs that know nothing of each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.sinks.github.answers import Thread
from aggregator.sinks.github.client import GitHubClient
from aggregator.transport.clock import RealClock
from aggregator.transport.session import Session
from aggregator.transport.wire import RequestsWire
from tests.contract.emulate import REPOSITORY, TOKEN, emulate
from tests.fakes.github.client import ALL
from tests.fakes.github.hub import Hub
from tests.fakes.github.server import HubServer


@pytest.fixture(scope="module", params=["fake", "emulate"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubClient]:
    """A client over real sockets, once with each peer behind it."""
    session = Session(RequestsWire(), RealClock())
    if request.param == "emulate":
        with emulate(tmp_path_factory.mktemp("emulate")) as address:
            yield GitHubClient(session, address, REPOSITORY, TOKEN, pause=0.0)
    else:
        hub = Hub(REPOSITORY)
        token = hub.api_token(*ALL, login="octocat")
        hub.forum.collaborators["octocat"] = "admin"
        with HubServer(hub):
            yield GitHubClient(session, hub.api, REPOSITORY, token, pause=0.0)


def test_an_issue_lives_and_is_found(client: GitHubClient) -> None:
    """What was opened is listed under its label as it was written, by who opened it, closed or not."""
    made = client.create_issue("SQL injection in app.py", "<!-- onefold -->\nlong **text**", ["onefold/life", "sec"])
    assert (made.title, made.author, made.is_open) == ("SQL injection in app.py", "octocat", True)
    assert set(made.labels) == {"onefold/life", "sec"}
    assert [each.number for each in client.issues("onefold/life")] == [made.number]
    client.edit_issue(made.number, state="closed", state_reason="not_planned")
    closed = client.issues("onefold/life")[0]
    assert (closed.is_open, closed.state_reason, closed.body) == (False, "not_planned", made.body)
    assert client.issues("onefold/life", "open") == ()
    assert closed.closed_at is not None
    client.edit_issue(made.number, state="open", state_reason="reopened")
    assert client.issue(made.number).is_open


def test_an_edit_changes_what_is_given(client: GitHubClient) -> None:
    """A new text leaves the title and the labels alone, and comes back as it stands there now."""
    made = client.create_issue("Title", "old", ["onefold/edit"])
    assert client.edit_issue(made.number, body="new") == "new"
    now = client.issue(made.number)
    assert (now.title, now.body, now.labels) == ("Title", "new", ("onefold/edit",))


def test_labels_are_added_and_taken_off(client: GitHubClient) -> None:
    """Labels with a slash come and go one by one; one that is not there is no fault."""
    made = client.create_issue("Title", "", ["theirs"])
    client.add_labels(made.number, ["onefold/verified", "onefold/overdue"])
    assert set(client.issue(made.number).labels) == {"theirs", "onefold/verified", "onefold/overdue"}
    client.remove_label(made.number, "onefold/verified")
    client.remove_label(made.number, "onefold/verified")
    assert set(client.issue(made.number).labels) == {"theirs", "onefold/overdue"}


def test_comments_are_listed_oldest_first(client: GitHubClient) -> None:
    """Comments are found below their issue, with author and text, and an edited one stays where it was."""
    issue = client.create_issue("Title", "")
    first = client.create_comment(issue.number, "one", Thread.ISSUE)
    second = client.create_comment(issue.number, "two", Thread.ISSUE)
    assert client.edit_comment(first.id, "eins", Thread.ISSUE) == "eins"
    found = client.issue_comments(issue.number)
    assert [(each.id, each.author, each.body) for each in found] == [
        (first.id, "octocat", "eins"),
        (second.id, "octocat", "two"),
    ]


def test_a_long_list_is_read_to_its_end(client: GitHubClient) -> None:
    """The hundred-and-first comment is found too, and none twice."""
    issue = client.create_issue("Title", "")
    made = [client.create_comment(issue.number, str(number), Thread.ISSUE).id for number in range(101)]
    assert [each.id for each in client.issue_comments(issue.number)] == made


def test_what_is_not_there_is_missing(client: GitHubClient) -> None:
    """An issue and a comment that nobody wrote are missing, and the error says what else it may be."""
    for ask in (lambda: client.issue(9_999), lambda: client.edit_comment(9_999_999, "x", Thread.ISSUE)):
        with pytest.raises(ServiceError) as error:
            ask()
        assert error.value.fault is Fault.MISSING
        assert "`issues: write`" in error.value.next_step


def test_who_may_decide(client: GitHubClient) -> None:
    """The owner may write, and a login that nobody has may nothing."""
    assert client.permission_of("octocat") == "admin"
    assert client.permission_of("nobody-of-that-name") == "none"
