"""The fake GitHub refuses what GitHub refuses: it would prove nothing if it took everything."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.sinks.github.answers import SarifStatus, Thread
from aggregator.sinks.github.client import GitHubClient
from aggregator.transport.exchange import Request
from aggregator.writers.upload_sarif import render_upload
from tests.builders import finding, outcome
from tests.fakes.github import rest
from tests.fakes.github.client import ALL, Desk
from tests.writers import uploaded

REPO = "/repos/octo/shop"
MAIN, SHA = "refs/heads/main", "a" * 40
PULL, ISSUE = 1, 2


def desk(**given: Any) -> Desk:
    """A repository with a pull request (1), an issue (2) and a comment on each."""
    made = Desk(**given)
    made.hub.forum.open_pull()
    made.hub.forum.open_issue("Old", "text", labels=["theirs"])
    for thread in (PULL, ISSUE):
        made.hub.forum.comment(thread, "first")
    return made


def sarif(*results: str, driver: str = "Onefold/Semgrep") -> dict[str, object]:
    """The fields of an upload whose results have these line hashes."""
    log: dict[str, Any] = json.loads(b"".join(render_upload(outcome(*uploaded(finding())))))
    run = log["runs"][0]
    run["tool"]["driver"]["name"] = driver
    one = run["results"][0]
    run["results"] = [{**one, "partialFingerprints": {"primaryLocationLineHash": each}} for each in results]
    return packed(log)


def packed(log: object) -> dict[str, object]:
    text = base64.b64encode(gzip.compress(json.dumps(log).encode())).decode()
    return {"commit_sha": SHA, "ref": MAIN, "sarif": text}


def status_of(made: Desk, method: str, path: str, fields: object = None, token: str = "") -> int:
    """Ask without the client."""
    headers = {"Authorization": f"Bearer {token or next(iter(made.hub.permissions))}"}
    body = b"" if fields is None else json.dumps(fields).encode()
    request = Request(method=method, url=f"{made.hub.api}{path}", purpose="test", headers=headers, body=body)
    return rest.answer(made.hub, request).status


CALLS: dict[str, tuple[Callable[[GitHubClient], object], str]] = {
    "read comments of a pull request": (lambda it: it.comments_of(PULL), "pull-requests: write"),
    "comment on a pull request": (lambda it: it.create_comment(PULL, "x"), "pull-requests: write"),
    "edit its comment": (lambda it: it.edit_comment(70_000, "x"), "pull-requests: write"),
    "fold its comment": (lambda it: it.minimise("IC_70000", Thread.PULL_REQUEST), "pull-requests: write"),
    "find a pull request": (lambda it: it.pulls_of_head("octo", "feature"), "pull-requests: write"),
    "look a pull request up": (lambda it: it.pull(PULL), "pull-requests: write"),
    "read comments of an issue": (lambda it: it.issue_comments(ISSUE), "issues: write"),
    "list issues": (lambda it: it.issues("x"), "issues: write"),
    "look an issue up": (lambda it: it.issue(ISSUE), "issues: write"),
    "open an issue": (lambda it: it.create_issue("x", "x"), "issues: write"),
    "edit an issue": (lambda it: it.edit_issue(ISSUE, body="x"), "issues: write"),
    "label an issue": (lambda it: it.add_labels(ISSUE, ["x"]), "issues: write"),
    "take a label off": (lambda it: it.remove_label(ISSUE, "theirs"), "issues: write"),
    "comment on an issue": (lambda it: it.create_comment(ISSUE, "x", Thread.ISSUE), "issues: write"),
    "fold a reminder": (lambda it: it.minimise("IC_70001"), "issues: write"),
    "upload": (lambda it: it.upload_sarif(sarif("1:1")), "security-events: write"),
    "list alerts": (lambda it: it.alerts(state="open"), "security-events: read"),
    "dismiss an alert": (lambda it: it.dismiss_alert(1, "won't fix", ""), "security-events: write"),
}
WRITES = sorted(set(CALLS) - {name for name in CALLS if name.split()[0] in {"read", "find", "look", "list"}})


@pytest.mark.parametrize("name", CALLS)
def test_a_missing_permission_is_named(name: str) -> None:
    """Each call without its permission fails once, is not tried again, and says what to give the job."""
    call, permission = CALLS[name]
    made = desk(may=("contents:read",))
    with pytest.raises(ServiceError) as error:
        call(made.client)
    assert error.value.fault is Fault.PERMISSION
    assert f"`{permission}`" in error.value.next_step
    assert len(made.asked) == 1


@pytest.mark.parametrize("name", WRITES)
def test_a_fork_only_reads(name: str) -> None:
    """A fork's token writes nothing, whatever its workflow asks for; reading works."""
    made = desk()
    client = made.client_of(made.hub.api_token(*ALL, from_fork=True))
    with pytest.raises(ServiceError) as error:
        CALLS[name][0](client)
    assert error.value.fault is Fault.PERMISSION
    assert len(client.comments_of(PULL)) == 1


def test_one_permission_is_not_the_other() -> None:
    """With `pull-requests: write` alone an issue cannot be commented on; with `issues: write` both can."""
    made = desk(may=("pull-requests:write",))
    made.client.create_comment(PULL, "x")
    with pytest.raises(ServiceError):
        made.client.create_comment(ISSUE, "x", Thread.ISSUE)
    client = made.client_of(made.hub.api_token("issues:write"))
    client.create_comment(PULL, "x")
    client.create_comment(ISSUE, "x", Thread.ISSUE)


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("POST", "/issues", {"titel": "x"}),
        ("POST", "/issues", {"title": "x", "asignees": []}),
        ("POST", "/issues", {"title": "x", "labels": "one"}),
        ("PATCH", "/issues/2", {"state": "close"}),
        ("PATCH", "/issues/2", {"state_reason": "wontfix"}),
        ("POST", "/issues/2/comments", {}),
        ("POST", "/issues/2/labels", ["bare"]),
        ("POST", "/code-scanning/sarifs", {"commit_sha": "abc", "ref": MAIN, "sarif": ""}),
        ("POST", "/code-scanning/sarifs", {"commit_sha": SHA, "ref": "main", "sarif": ""}),
        ("POST", "/code-scanning/sarifs", {"commit_sha": SHA, "ref": MAIN, "sarif": "", "category": "x"}),
        ("PATCH", "/code-scanning/alerts/1", {"state": "dismissed", "dismissed_reason": "because"}),
        ("PATCH", "/code-scanning/alerts/1", {"state": "open", "dismissed_comment": "x" * 281}),
        ("GET", "/issues?label=x", None),
        ("GET", "/issues", {"state": "all"}),
        ("DELETE", "/issues/2", None),
    ],
)
def test_a_wrong_request_fails_its_test(method: str, path: str, fields: object) -> None:
    """What GitHub's description does not know raises, where GitHub would pass over it or refuse it."""
    with pytest.raises(AssertionError):
        status_of(desk(), method, f"{REPO}{path}", fields)


def test_texts_have_a_limit() -> None:
    """Too long a text is refused, but an issue's edit says 200 and keeps the old one: the answer tells."""
    made = desk()
    long = "x" * 65_537
    for write in (
        lambda: made.client.create_comment(PULL, long),
        lambda: made.client.edit_comment(70_000, long),
        lambda: made.client.create_issue("x", long),
        lambda: made.client.create_issue("x" * 257, ""),
        lambda: made.client.edit_issue(ISSUE, title="x" * 257),
    ):
        with pytest.raises(ServiceError) as error:
            write()
        assert error.value.fault is Fault.REFUSED
    assert made.client.edit_issue(ISSUE, body=long) == "text"


def test_labels_on_an_edit_replace() -> None:
    """The trap that the client stays out of: labels in an edit throw out those of others."""
    made = desk()
    assert status_of(made, "PATCH", f"{REPO}/issues/2", {"labels": ["ours"]}) == 200
    assert made.hub.forum.threads[ISSUE].labels == ["ours"]


def test_pull_requests_are_on_the_list_of_issues() -> None:
    """The list holds pull requests too, and open ones where nobody says: the client leaves out and asks for all."""
    made = desk()
    made.hub.forum.threads[PULL].labels = ["onefold"]
    made.hub.forum.threads[ISSUE].labels = ["onefold"]
    made.hub.forum.close(ISSUE, by="alice", reason="not_planned")
    assert [each.number for each in made.client.issues("onefold")] == [ISSUE]
    assert made.client.issues("onefold")[0].closed_by == ""
    assert made.client.issue(ISSUE).closed_by == "alice"
    assert made.client.issues("onefold", "open") == ()


def test_issues_can_be_switched_off() -> None:
    """Without issues there are none to list, open or comment on; a pull request can be commented on all the same."""
    made = desk()
    made.hub.forum.issues_enabled = False
    for call in (CALLS["list issues"], CALLS["open an issue"], CALLS["comment on an issue"]):
        with pytest.raises(ServiceError) as error:
            call[0](made.client)
        assert error.value.fault is Fault.MISSING
    made.client.create_comment(PULL, "x")


def test_a_locked_thread_takes_no_comment() -> None:
    """A locked conversation refuses, whatever the token may do."""
    made = desk()
    made.hub.forum.threads[PULL].locked = True
    with pytest.raises(ServiceError):
        made.client.create_comment(PULL, "x")


def test_assignees_have_to_be_there() -> None:
    """An assignee who cannot write is refused; a collaborator is not."""
    made = desk()
    made.hub.forum.collaborators["bob"] = "write"
    made.client.create_issue("x", "", [], ["bob"])
    with pytest.raises(ServiceError):
        made.client.create_issue("x", "", [], ["mallory"])


def test_an_upload_takes_its_time() -> None:
    """An upload is not there, then pending, then complete; its alerts are those of its results."""
    made = desk()
    made.hub.scanning.late = 1
    upload = made.client.upload_sarif(sarif("1:1", "2:1"))
    assert [made.client.sarif_status(upload).state for _ in range(4)] == ["pending", "pending", "pending", "complete"]
    alerts, is_cut = made.client.alerts(state="open", tool="Onefold/Semgrep")
    assert [each.number for each in alerts] == [2, 1]
    assert not is_cut
    assert alerts[0].message
    assert made.client.alerts(state="open", tool="Other") == ((), False)


def test_what_is_wrong_inside_fails_later() -> None:
    """A file with a fault inside is taken, fails, and changes no alert; what is no SARIF at all is not taken."""
    made = desk()
    log = json.loads(gzip.decompress(base64.b64decode(str(sarif("1:1")["sarif"]))))
    log["runs"][0]["results"][0]["locations"] = []
    upload = made.client.upload_sarif(packed(log))
    statuses = [made.client.sarif_status(upload) for _ in range(3)]
    assert statuses[-1] == SarifStatus("failed", ("expected at least one location",))
    assert not made.hub.scanning.alerts
    for fields in (packed({"runs": 1}), {**packed({}), "sarif": "!"}, {**packed({}), "sarif": "QUJD"}):
        with pytest.raises(ServiceError) as error:
            made.client.upload_sarif(fields)
        assert error.value.fault is Fault.REFUSED


def test_alerts_are_fixed_and_come_back() -> None:
    """What a later upload leaves out is fixed there and elsewhere not; what comes back has its number again."""
    made = desk()
    made.client.upload_sarif(sarif("1:1", "2:1"))
    made.client.upload_sarif({**sarif("1:1"), "ref": "refs/pull/1/merge"})
    made.client.upload_sarif(sarif("2:1"))
    made.client.upload_sarif(sarif(driver="Onefold/Trivy"))
    numbers = {state: [each.number for each in made.client.alerts(state=state)[0]] for state in ("open", "fixed")}
    assert numbers == {"open": [2], "fixed": [1]}
    assert [each.number for each in made.client.alerts(state="open", ref="refs/pull/1/merge")[0]] == [1]
    made.client.upload_sarif(sarif("1:1", "2:1"))
    assert [each.number for each in made.client.alerts(state="open")[0]] == [2, 1]


def test_a_dismissal_holds_until_it_is_undone() -> None:
    """A dismissed alert stays so over uploads, tells who and why, and cannot be dismissed twice."""
    made = desk()
    made.client.upload_sarif(sarif("1:1"))
    made.client.dismiss_alert(1, "won't fix", "accepted")
    made.client.upload_sarif(sarif("1:1"))
    alert = made.client.alerts(state="dismissed")[0][0]
    said = (alert.dismissed_by, alert.dismissed_reason, alert.dismissed_comment)
    assert said == ("github-actions[bot]", "won't fix", "accepted")
    assert alert.dismissed_at is not None
    with pytest.raises(ServiceError) as error:
        made.client.dismiss_alert(1, "won't fix", "accepted")
    assert error.value.fault is Fault.REFUSED
    made.client.reopen_alert(1)
    assert [each.number for each in made.client.alerts(state="open")[0]] == [1]


def test_code_scanning_can_be_switched_off() -> None:
    """Without a licence no permission helps, and none is asked for; before the first upload nothing is there."""
    made = desk()
    with pytest.raises(ServiceError) as error:
        made.client.alerts(state="open")
    assert error.value.fault is Fault.MISSING
    made.hub.scanning.enabled = False
    for call in (CALLS["upload"], CALLS["list alerts"]):
        with pytest.raises(ServiceError) as error:
            call[0](made.client)
        assert error.value.fault is Fault.MISSING
        assert "switched off" in error.value.next_step


def test_analyses_are_listed() -> None:
    """Each upload leaves an analysis for each category."""
    made = desk()
    assert status_of(made, "GET", f"{REPO}/code-scanning/analyses") == 404
    upload = made.client.upload_sarif(sarif("1:1"))
    assert status_of(made, "GET", f"{REPO}/code-scanning/analyses?sarif_id={upload}&ref={MAIN}") == 200
