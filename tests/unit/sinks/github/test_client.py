"""Tests of :mod:`aggregator.sinks.github.client`; what GitHub takes and refuses is tested in ``tests/contract``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.sinks.github import client as client_module
from aggregator.sinks.github.answers import SarifStatus, Thread
from aggregator.sinks.github.client import GitHubClient
from aggregator.transport.exchange import Break, Reply, Request
from tests.fakes.faults import After
from tests.fakes.github.client import Desk
from tests.fakes.github.replies import too_many

JSON = {"content-type": "application/json"}


def desk() -> Desk:
    """A repository with one pull request."""
    made = Desk()
    made.hub.forum.open_pull()
    return made


def answering(made: Desk, value: object, status: int = 200) -> None:
    """Let the next calls be answered with this."""
    made.wire.faults = lambda _number, _request: Reply(status, JSON, json.dumps(value).encode())


def outcome_of(call: Callable[[], object]) -> object:
    """What a call gives or raises."""
    try:
        return call()
    except ServiceError as error:
        return error


def test_an_app_is_called_as_its_comments_are() -> None:
    """GraphQL leaves `[bot]` off an app's name and REST does not; it is asked once."""
    made = Desk()
    assert [made.client.login() for _ in range(2)] == ["github-actions[bot]"] * 2
    assert made.asked == ["POST /graphql"]
    other = made.client_of(made.hub.api_token(login="triage-helper[bot]"))
    assert other.login() == "triage-helper[bot]"


def test_a_person_is_called_by_name() -> None:
    """A person's token is a person's, and no name is made up for it when GitHub does not tell."""
    made = Desk()
    client = made.client_of(made.hub.api_token(login="alice"))
    assert client.login() == "alice"
    answering(made, {}, 403)
    with pytest.raises(ServiceError):
        made.client_of(made.hub.api_token(login="bob")).login()


@pytest.mark.parametrize("status", [403, 404, 422])
def test_the_job_s_token_has_a_name_by_default(status: int) -> None:
    """Where the job's token may not ask who it is, its comments are by github-actions[bot]."""
    made = Desk()
    answering(made, {}, status)
    assert made.client.login() == "github-actions[bot]"


@pytest.mark.parametrize("value", [{"data": {"viewer": {"login": ""}}}, {"data": {"viewer": {"login": 1}}}, {}])
def test_a_name_that_is_none_is_garbled(value: object) -> None:
    """Whose comments are ours is never guessed from an answer that makes no sense."""
    made = Desk()
    answering(made, value)
    with pytest.raises(ServiceError) as caught:
        made.client.login()
    assert caught.value.fault is Fault.GARBLED


def test_permissions_of_people() -> None:
    """Who may decide is told by login; somebody GitHub does not know may nothing, and no answer is no permission."""
    made = desk()
    made.hub.forum.collaborators["bob/../x"] = "write"
    assert made.client.permission_of("bob/../x") == "write"
    assert made.client.permission_of("alice") == "read"
    assert made.client.permission_of("mallory") == "none"
    answering(made, {}, 403)
    with pytest.raises(ServiceError):
        made.client.permission_of("bob")


def test_a_comment_and_its_edits() -> None:
    """A comment is made, edited and folded, each with one call and a second between them."""
    made = desk()
    comment = made.client.create_comment(1, "one")
    assert made.client.edit_comment(comment.id, "two") == "two"
    made.client.minimise(comment.node_id, Thread.PULL_REQUEST)
    (post,) = made.hub.forum.posts.values()
    assert (post.body, post.minimised) == ("two", "OUTDATED")
    assert made.client.comments_of(1)[0].body == "two"
    assert len(made.asked) == 4
    assert made.hub.clock.slept == [1.0, 1.0]


def test_lists_ask_nothing_in_secret() -> None:
    """A list of a hundred issues costs one call, two when there are more, whatever their rows leave out."""
    made = desk()
    for number in range(100):
        made.hub.forum.open_issue(str(number), labels=["onefold"])
    assert len(made.client.issues("onefold")) == 100
    assert len(made.asked) == 1
    made.hub.forum.open_issue("one more", labels=["onefold"])
    assert len(made.client.issues("onefold")) == 101
    assert len(made.asked) == 3


def test_half_a_list_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that does not end is an error: what it may hold must not be made a second time."""
    monkeypatch.setattr(client_module, "MOST_PAGES", 1)
    made = desk()
    for number in range(101):
        made.hub.forum.comment(1, str(number))
    with pytest.raises(ServiceError) as caught:
        made.client.comments_of(1)
    assert "more than 100" in caught.value.reason


def test_pull_requests_of_a_head() -> None:
    """Open pull requests of a branch are found with their head; a deleted fork has no name."""
    made = desk()
    fork = made.hub.forum.open_pull("b" * 40, head_repository="mallory/shop", head_branch="main")
    (found,) = made.client.pulls_of_head("mallory", "main")
    assert (found.number, found.head_sha, found.head_repository) == (fork.number, "b" * 40, "mallory/shop")
    assert made.client.pull(fork.number) == found
    made.hub.forum.threads[1].pull.head_repository = ""  # type: ignore[union-attr]
    assert made.client.pull(1).head_repository == ""
    with pytest.raises(ServiceError):
        made.client.pull(9)


def test_what_is_not_said_is_empty() -> None:
    """Fields that GitHub may leave out or set to null are empty texts, and labels may be bare names."""
    made = desk()
    row = {
        "number": 5,
        "title": "x",
        "state": "open",
        "html_url": "u",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "user": None,
        "labels": ["bare", {"name": None}, {"name": "full"}],
    }
    answering(made, row)
    issue = made.client.issue(5)
    assert (issue.author, issue.body, issue.closed_by, issue.labels) == ("", "", "", ("bare", "full"))
    comment = {"id": 1, "node_id": "n", "created_at": row["created_at"], "updated_at": row["created_at"]}
    answering(made, [comment | {"issue_url": "https://x/issues/no"}])
    assert [(each.thread, each.body) for each in made.client.issue_comments(5)] == [(0, "")]
    answering(made, [{"number": 1, "most_recent_instance": {}}])
    alert = made.client.alerts(state="open")[0][0]
    assert (alert.driver, alert.message, alert.path, alert.start_line) == ("", "", "", 0)


@pytest.mark.parametrize(
    "call",
    [
        lambda it: it.comments_of(1),
        lambda it: it.create_comment(1, "x"),
        lambda it: it.edit_comment(1, "x"),
        lambda it: it.minimise("IC_1"),
        lambda it: it.issues("x"),
        lambda it: it.issue(1),
        lambda it: it.create_issue("x", "x"),
        lambda it: it.edit_issue(1, body="x"),
        lambda it: it.pull(1),
        lambda it: it.permission_of("x"),
        lambda it: it.upload_sarif({}),
        lambda it: it.sarif_status("x"),
        lambda it: it.alerts(state="open"),
        lambda it: it.reopen_alert(1),
    ],
)
@pytest.mark.parametrize("value", ["canary", 7, [[]], {"id": {}, "body": [], "permission": None, "number": "canary"}])
def test_nonsense_is_garbled(call: Callable[[GitHubClient], object], value: object) -> None:
    """An answer of another shape is a fault of the service, and shows nothing of itself; or it changes nothing."""
    made = desk()
    answering(made, value)
    told = outcome_of(lambda: call(made.client))
    if isinstance(told, ServiceError):
        assert told.fault is Fault.GARBLED
        assert "canary" not in str(told)
    else:
        assert told in {"", None, SarifStatus("pending")}


WRITES: dict[str, Callable[[GitHubClient], object]] = {
    "comment": lambda it: it.create_comment(1, "x"),
    "issue": lambda it: it.create_issue("x", "x"),
    "upload": lambda it: it.upload_sarif({"commit_sha": "a" * 40, "ref": "refs/heads/main", "sarif": ""}),
}


@pytest.mark.parametrize("how", [Break.TIMEOUT, Break.RESET, Break.NO_CONNECTION, Reply(502), Reply(500)])
@pytest.mark.parametrize("name", WRITES)
def test_a_post_is_never_repeated_blindly(name: str, how: Reply | Break) -> None:
    """Whether a POST whose answer was lost was carried out, only a list tells: it is sent once."""
    made = desk()
    made.wire.faults = lambda _number, _request: After(how)
    with pytest.raises(ServiceError) as caught:
        WRITES[name](made.client)
    assert caught.value.fault is (Fault.UNSENT if how is Break.NO_CONNECTION else Fault.UNREACHABLE)
    assert len(made.asked) == 1


@pytest.mark.parametrize(
    ("limit", "waits"),
    [
        (too_many(30), [30.0]),
        (too_many(7, status=429), [7.0]),
        (too_many(), [60.0]),
        (too_many(reset=1_790_000_040), [41.0]),
    ],
)
def test_limits_are_waited_out(limit: Reply, waits: list[float]) -> None:
    """What a rate limit turned away was not carried out: it is sent again, after the time that GitHub asks for."""
    made = desk()
    made.wire.faults = lambda number, _request: limit if number == 0 else None
    made.client.create_comment(1, "x")
    assert [post.body for post in made.hub.forum.posts.values()] == ["x"]
    assert made.hub.clock.slept == waits


def test_too_long_a_limit_is_not_waited_out() -> None:
    """A limit that ends after our patience is told at once."""
    made = desk()
    made.wire.faults = lambda _number, _request: too_many(3_000)
    with pytest.raises(ServiceError) as caught:
        made.client.create_comment(1, "x")
    assert caught.value.fault is Fault.RATE
    assert made.hub.clock.slept == []


def lost_once(number: int, _request: Request) -> After | None:
    """The first answer is lost, the deed is not."""
    return After(Break.RESET) if number == 0 else None


def test_what_may_be_repeated_is() -> None:
    """An edit, a label and a fold are sent again when their answer is lost, and done once."""
    made = desk()
    post = made.hub.forum.comment(1, "old")
    calls: list[Callable[[], object]] = [
        lambda: made.client.edit_comment(post.id, "new"),
        lambda: made.client.minimise(post.node_id),
        lambda: made.client.add_labels(1, ["onefold/verified"]),
        lambda: made.client.remove_label(1, "onefold/verified"),
    ]
    for call in calls:
        made.wire.calls.clear()
        made.wire.faults = lost_once
        call()
        assert len(made.asked) == 2
    assert (post.body, post.minimised, made.hub.forum.threads[1].labels) == ("new", "OUTDATED", [])


def test_a_label_that_cannot_be_taken_off_is_told() -> None:
    """Only a label that is not there is no fault."""
    made = desk()
    answering(made, {}, 403)
    with pytest.raises(ServiceError):
        made.client.remove_label(1, "x")


def test_an_unknown_upload_is_pending() -> None:
    """GitHub may not know an upload yet that it has just taken; any other fault is told."""
    made = desk()
    assert made.client.sarif_status("x/y").state == "pending"
    answering(made, {}, 403)
    with pytest.raises(ServiceError):
        made.client.sarif_status("x")


def test_an_alert_that_is_not_there() -> None:
    """Dismissing and opening what is not there is told, each after one call."""
    made = desk()
    calls: list[Callable[[], None]] = [
        lambda: made.client.dismiss_alert(1, "won't fix", "x"),
        lambda: made.client.reopen_alert(1),
    ]
    for call in calls:
        with pytest.raises(ServiceError) as caught:
            call()
        assert caught.value.fault is Fault.MISSING
    assert len(made.asked) == 2


def test_code_scanning_does_not_load_pygithub() -> None:
    """A run that only uploads does not pay for PyGithub, and neither does one that only imports the client."""
    program = (
        "import sys; import aggregator.sinks.github.client; "
        "print(sorted({'github', 'requests', 'jwt'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
