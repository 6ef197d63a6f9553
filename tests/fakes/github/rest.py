"""The fake REST API: artifacts, runs and commits of a hub, each answer checked against GitHub's own description."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from aggregator.transport.exchange import Reply, Request
from tests.fakes.github import graphql, rest_scanning, rest_threads
from tests.fakes.github.description import Call, check_reply, sample, understood
from tests.fakes.github.hub import Artifact, Hub, Run, rfc3339
from tests.fakes.github.replies import FORBIDDEN, REPO, Answer, ok, page, refusal

_NO_FORK = b'"repo": null'
"""GitHub says so of a pull request whose fork was deleted, and its description does not know it."""


def answer(hub: Hub, request: Request) -> Reply:
    """Answer one call. What GitHub's description does not know is a fault of the caller, and raises."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    url = request.url.removeprefix(hub.api)
    token = headers.get("authorization", "").removeprefix("Bearer ").removeprefix("token ")
    granted = hub.permissions.get(token)
    if url == "/graphql" and granted is not None:
        return graphql.answer(hub, request.body, hub.logins[token], granted)
    call = understood(request.method, url, request.body)
    if granted is None:
        return refusal(401, "Bad credentials")
    if f"{call.values['owner']}/{call.values['repo']}" != hub.name:
        return refusal(404, "Not Found")
    needed, answering = _ANSWERS[call.method, call.template]
    call = call._replace(login=hub.logins[token], granted=granted)
    if not call.may(*needed):
        return refusal(403, FORBIDDEN)
    reply = answering(hub, call)
    if reply.status < 400 and _NO_FORK not in reply.body:
        check_reply(request.method, call.template, reply.status, reply.body)
    return reply


# --- artifacts


def _artifacts(hub: Hub, call: Call) -> Reply:
    return _listing(hub, call, hub.artifacts.values())


def _artifacts_of_run(hub: Hub, call: Call) -> Reply:
    number = int(call.values["run_id"])
    if number not in hub.runs:
        return refusal(404, "Not Found")
    return _listing(hub, call, (each for each in hub.artifacts.values() if each.run and each.run.id == number))


def _listing(hub: Hub, call: Call, artifacts: Iterable[Artifact]) -> Reply:
    named = [each for each in artifacts if call.query.get("name", each.name) == each.name]
    return page(hub, call, "artifacts", sorted(named, key=_newest_first if hub.is_in_order else _disorder), _artifact)


def _newest_first(artifact: Artifact) -> tuple[float, int]:
    return -artifact.created_at, -artifact.id


def _disorder(artifact: Artifact) -> str:
    """GitHub promises no order, so nobody gets one; it is the same for each page."""
    return hashlib.sha256(str(artifact.id).encode()).hexdigest()


def _one_artifact(hub: Hub, call: Call) -> Reply:
    artifact = hub.artifacts.get(int(call.values["artifact_id"]))
    return refusal(404, "Not Found") if artifact is None else ok(_artifact(hub, artifact))


def _download(hub: Hub, call: Call) -> Reply:
    artifact = hub.artifacts.get(int(call.values["artifact_id"]))
    if artifact is None or call.values["archive_format"] != "zip":
        return refusal(404, "Not Found")
    if hub.is_expired(artifact):
        return refusal(410, "Artifact has expired")
    return Reply(302, {"location": hub.blob_store.download_url(artifact.blob, artifact.name)})


def _artifact(hub: Hub, artifact: Artifact) -> dict[str, Any]:
    run = artifact.run
    url = f"{hub.api}/repos/{hub.name}/actions/artifacts/{artifact.id}"
    made_by = None
    if run is not None:
        made_by = {
            "id": run.id,
            "repository_id": run.repository_id,
            "head_branch": run.head_branch,
            "head_sha": run.head_sha,
        }
        if run.head_repository_id is not None:
            made_by["head_repository_id"] = run.head_repository_id
    return sample("artifact") | {
        "id": artifact.id,
        "node_id": f"A_{artifact.id}",
        "name": artifact.name,
        "size_in_bytes": len(artifact.content),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": hub.is_expired(artifact),
        "created_at": rfc3339(artifact.created_at),
        "updated_at": rfc3339(artifact.created_at),
        "expires_at": rfc3339(artifact.expires_at),
        "digest": artifact.digest,
        "workflow_run": made_by,
    }


# --- runs


def _one_run(hub: Hub, call: Call) -> Reply:
    attempts = hub.runs.get(int(call.values["run_id"]))
    return refusal(404, "Not Found") if attempts is None else ok(_run(hub, attempts[-1]))


def _runs_of_workflow(hub: Hub, call: Call) -> Reply:
    latest = [attempts[-1] for attempts in hub.runs.values()]
    file = call.values["workflow_id"]
    ours = [run for run in latest if run.path.partition("@")[0].rpartition("/")[2] == file]
    if not ours:
        return refusal(404, "Not Found")
    wanted = [
        run
        for run in ours
        if call.query.get("branch", run.head_branch) == run.head_branch
        and call.query.get("event", run.event) == run.event
        and call.query.get("head_sha", run.head_sha) == run.head_sha
        and _is_before(run, call.query.get("created", ""))
    ]
    wanted.sort(key=lambda run: (run.created_at, run.id), reverse=True)
    return page(hub, call, "workflow_runs", wanted, _run)


def _is_before(run: Run, created: str) -> bool:
    """Whether a search of the form ``<=2026-11-22T12:00:00Z`` finds the run."""
    return not created or rfc3339(run.created_at) <= created.removeprefix("<=")


def _run(hub: Hub, run: Run) -> dict[str, Any]:
    head = None if run.head_repository_id is None else _repository(hub, run.head_repository_id)
    return sample("workflow-run") | {
        "id": run.id,
        "event": run.event,
        "path": run.path,
        "status": run.status,
        "conclusion": run.conclusion,
        "run_attempt": run.attempt,
        "head_branch": run.head_branch,
        "head_sha": run.head_sha,
        "repository": _repository(hub, run.repository_id),
        "head_repository": head or sample("minimal-repository"),
        "created_at": rfc3339(run.created_at),
        "updated_at": rfc3339(run.created_at),
    }


def _repository(hub: Hub, number: int) -> dict[str, Any]:
    name = hub.name if number == hub.number else f"fork-{number}/{hub.name.partition('/')[2]}"
    return sample("minimal-repository") | {"id": number, "full_name": name, "name": name.partition("/")[2]}


# --- commits


def _compare(hub: Hub, call: Call) -> Reply:
    base, _, head = call.values["basehead"].partition("...")
    ends = [hub.branches.get(name, name) for name in (base, head)]
    if not all(end in hub.commits for end in ends):
        return refusal(404, "Not Found")
    before, after = (_history(hub, end) for end in ends)
    common = next((sha for sha in after if sha in before), None)
    if common is None:
        return refusal(404, f"No common ancestor between {base} and {head}.")
    ahead = [sha for sha in after if sha not in before]
    comparison = {
        "base_commit": _commit(hub, ends[0]),
        "merge_base_commit": _commit(hub, common),
        "ahead_by": len(ahead),
        "behind_by": len([sha for sha in before if sha not in after]),
        "total_commits": len(ahead),
        "commits": [_commit(hub, sha) for sha in ahead[: int(call.query.get("per_page", "250"))]],
    }
    return ok(sample("commit-comparison") | comparison)


def _ref(hub: Hub, call: Call) -> Reply:
    sha = hub.branches.get(call.values["ref"].removeprefix("heads/"))
    if sha is None:
        return refusal(404, "Not Found")
    ref = sample("git-ref")
    return ok(ref | {"ref": f"refs/{call.values['ref']}", "object": ref["object"] | {"type": "commit", "sha": sha}})


def _commits(hub: Hub, call: Call) -> Reply:
    start = hub.branches.get(call.query["sha"], call.query["sha"])
    if start not in hub.commits:
        return refusal(404, "Not Found")
    return page(hub, call, "", list(_history(hub, start)), _commit)


def _history(hub: Hub, sha: str) -> dict[str, None]:
    """The commit and all before it, nearest first."""
    found: dict[str, None] = {}
    waiting = [sha]
    while waiting:
        found |= dict.fromkeys(waiting)
        waiting = [parent for each in waiting for parent in hub.commits[each] if parent not in found]
    return found


def _commit(hub: Hub, sha: str) -> dict[str, Any]:
    commit = sample("commit")
    commit["commit"]["committer"] = {"date": hub.commit_dates[sha]} if sha in hub.commit_dates else None
    return commit | {"sha": sha, "parents": [{"sha": each, "url": ""} for each in hub.commits[sha]]}


_READ_ACTIONS, _READ_CONTENTS = ("actions:read",), ("contents:read",)
_ANSWERS: dict[tuple[str, str], tuple[tuple[str, ...], Answer]] = {
    ("GET", f"{REPO}/actions/artifacts"): (_READ_ACTIONS, _artifacts),
    ("GET", f"{REPO}/actions/artifacts/{{artifact_id}}"): (_READ_ACTIONS, _one_artifact),
    ("GET", f"{REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}"): (_READ_ACTIONS, _download),
    ("GET", f"{REPO}/actions/runs/{{run_id}}"): (_READ_ACTIONS, _one_run),
    ("GET", f"{REPO}/actions/runs/{{run_id}}/artifacts"): (_READ_ACTIONS, _artifacts_of_run),
    ("GET", f"{REPO}/actions/workflows/{{workflow_id}}/runs"): (_READ_ACTIONS, _runs_of_workflow),
    ("GET", f"{REPO}/commits"): (_READ_CONTENTS, _commits),
    ("GET", f"{REPO}/compare/{{basehead}}"): (_READ_CONTENTS, _compare),
    ("GET", f"{REPO}/git/ref/{{ref}}"): (_READ_CONTENTS, _ref),
    **rest_threads.ANSWERS,
    **rest_scanning.ANSWERS,
}
"""What each operation needs, one of several permissions, and who answers it."""
