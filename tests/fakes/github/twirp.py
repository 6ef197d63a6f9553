"""The fake artifact service: as strict as the official client's generated code, in two dialects."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aggregator.transport.exchange import Reply, Request
from tests.fakes.github.hub import DAY, Artifact, Hub, Pending, Run, rfc3339

_CONTRACT = json.loads(Path(__file__).with_name("contract.json").read_text(encoding="utf-8"))
_PATH = f"/twirp/{_CONTRACT['service']}/"
_METHODS: dict[str, dict[str, Any]] = _CONTRACT["methods"]
_FORBIDDEN = re.compile(r'["<>|:*?\r\n\\/]')
_STATUS = {
    "malformed": 400,
    "invalid_argument": 400,
    "unauthenticated": 401,
    "permission_denied": 403,
    "bad_route": 404,
    "not_found": 404,
    "already_exists": 409,
    "failed_precondition": 412,
    "internal": 500,
}

_Fields = dict[str, Any]


class _Refusal(Exception):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


def answer(hub: Hub, request: Request) -> Reply:
    """Answer one Twirp call."""
    if not hub.service:
        return Reply(404, {"content-type": "text/plain"}, b"404 page not found")
    try:
        method, run, fields = _read(hub, request)
        reply = _HANDLERS[method](hub, run, fields)
        _check(reply, _METHODS[method]["reply"], "internal", loose=hub.dialect == "camel")
    except _Refusal as refusal:
        body = json.dumps({"code": refusal.code, "msg": refusal.text}).encode()
        return Reply(_STATUS[refusal.code], {"content-type": "application/json"}, body)
    said = _camel(reply) if hub.dialect == "camel" else reply
    return Reply(200, {"content-type": "application/json"}, json.dumps(said).encode())


def _read(hub: Hub, request: Request) -> tuple[str, Run, _Fields]:
    path, _, method = request.url.removeprefix(hub.results).partition(_PATH)
    if path or method not in _METHODS or request.method != "POST":
        raise _Refusal("bad_route", "no handler for this path")
    headers = {name.lower(): value for name, value in request.headers.items()}
    if headers.get("content-type", "").partition(";")[0] != "application/json":
        raise _Refusal("bad_route", "unexpected Content-Type")
    run = _authorized(hub, headers.get("authorization", ""))
    try:
        fields = json.loads(request.body)
    except ValueError:
        raise _Refusal("malformed", "the json request could not be decoded") from None
    _check(fields, _METHODS[method]["request"], "malformed", loose=False)
    if hub.dialect == "camel" and "mime_type" in fields:
        raise _Refusal("internal", 'proto: unknown field "mime_type"')
    scope = (fields.get("workflow_run_backend_id"), fields.get("workflow_job_run_backend_id"))
    if not all(scope):
        raise _Refusal("invalid_argument", "workflow_run_backend_id and workflow_job_run_backend_id are required")
    if scope[0] != run.backend:
        raise _Refusal("permission_denied", "workflow_run_backend_id does not match the token")
    return method, run, fields


def _authorized(hub: Hub, header: str) -> Run:
    kind, _, token = header.partition(" ")
    try:
        part = token.split(".")[1]
        scopes = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["scp"].split(" ")
        ids = next(scope.split(":") for scope in scopes if scope.startswith("Actions.Results:"))
        run = hub.run_of(ids[1])
    except (IndexError, KeyError, StopIteration, ValueError):
        run = None
    if kind != "Bearer" or run is None:
        raise _Refusal("unauthenticated", "the token has no scope for artifacts")
    return run


def _check(value: Any, shape: Any, code: str, *, loose: bool) -> None:
    """Refuse what generated code would refuse: fields nobody knows, values of another type."""
    if isinstance(shape, dict):
        if not isinstance(value, dict) or not value.keys() <= shape.keys():
            raise _Refusal(code, "unknown field")
        for name, inner in value.items():
            _check(inner, shape[name], code, loose=loose)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise _Refusal(code, "expected an array")
        for item in value:
            _check(item, shape[0], code, loose=loose)
    elif not _SCALARS[shape](value) and not (loose and shape == "int64" and type(value) is int):
        raise _Refusal(code, f"expected {shape}")


def _is_time(value: Any) -> bool:
    if not isinstance(value, str) or not value.endswith("Z"):
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


_SCALARS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int32": lambda value: type(value) is int,
    "int64": lambda value: isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value) is not None,
    "timestamp": _is_time,
}


def _create(hub: Hub, run: Run, fields: _Fields) -> _Fields:
    name = fields.get("name", "")
    if not 0 < len(name) <= 256 or _FORBIDDEN.search(name):
        raise _Refusal("invalid_argument", "the artifact's name is not valid")
    if fields.get("version", 0) < 4:
        raise _Refusal("invalid_argument", "version is not supported")
    if not hub.quota:
        raise _Refusal("permission_denied", "Artifact storage quota has been hit: insufficient usage to create it")
    taken = any(_is_of(artifact.run, run) and artifact.name == name for artifact in hub.artifacts.values())
    begun = [pending for pending in hub.pending if pending.run.backend == run.backend and pending.name == name]
    if taken or (begun and hub.holds_names):
        raise _Refusal("already_exists", "an artifact with this name already exists on the workflow run")
    for pending in begun:
        hub.pending.remove(pending)
    now = hub.clock.now()
    end = datetime.fromisoformat(fields["expires_at"]).timestamp() if "expires_at" in fields else now + 90 * DAY
    pending = Pending(run, name, hub.new_blob(), now, min(end, now + 90 * DAY))
    hub.pending.append(pending)
    return {"ok": True, "signed_upload_url": hub.blob_store.upload_url(pending.blob)}


def _finalize(hub: Hub, run: Run, fields: _Fields) -> _Fields:
    name = fields.get("name", "")
    pending = next((one for one in hub.pending if one.run.backend == run.backend and one.name == name), None)
    if pending is None:
        if any(_is_of(artifact.run, run) and artifact.name == name for artifact in hub.artifacts.values()):
            raise _Refusal("already_exists", "the artifact has been finalized already")
        raise _Refusal("not_found", "no such artifact")
    stored = hub.blob_store.content(pending.blob)
    if stored is None:
        raise _Refusal("failed_precondition", "nothing was uploaded")
    content, content_type = stored
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if int(fields.get("size", "0")) != len(content) or fields.get("hash", digest) != digest:
        raise _Refusal("invalid_argument", "size or hash are not those of the upload")
    hub.pending.remove(pending)
    artifact = hub.keep(
        Artifact(
            id=0,
            name=name,
            run=run,
            created_at=hub.clock.now(),
            expires_at=pending.expires_at,
            expired=False,
            content=content,
            digest=fields.get("hash"),
            content_type=content_type,
            blob=pending.blob,
        )
    )
    return {"ok": True, "artifact_id": _int64(hub, artifact.id)}


def _list(hub: Hub, run: Run, fields: _Fields) -> _Fields:
    """The artifacts of this attempt; clones tell no digest."""
    found = []
    for artifact in hub.artifacts.values():
        named = fields.get("name_filter", artifact.name) == artifact.name
        numbered = int(fields.get("id_filter", artifact.id)) == artifact.id
        if not (_is_of(artifact.run, run) and named and numbered) or artifact.run is None:
            continue
        entry = {
            "workflow_run_backend_id": artifact.run.backend,
            "workflow_job_run_backend_id": artifact.run.job,
            "database_id": _int64(hub, artifact.id),
            "name": artifact.name,
            "size": _int64(hub, len(artifact.content)),
            "created_at": rfc3339(artifact.created_at, places=3),
        }
        if artifact.digest is not None and hub.dialect == "github":
            entry["digest"] = artifact.digest
        found.append(entry)
    return {"artifacts": found}


def _sign(hub: Hub, run: Run, fields: _Fields) -> _Fields:
    artifact = _named(hub, run, fields)
    return {"signed_url": hub.blob_store.download_url(artifact.blob, artifact.name)}


def _delete(hub: Hub, run: Run, fields: _Fields) -> _Fields:
    artifact = _named(hub, run, fields)
    del hub.artifacts[artifact.id]
    return {"ok": True, "artifact_id": _int64(hub, artifact.id)}


def _named(hub: Hub, run: Run, fields: _Fields) -> Artifact:
    for artifact in hub.artifacts.values():
        if _is_of(artifact.run, run) and artifact.name == fields.get("name"):
            return artifact
    raise _Refusal("not_found", "no such artifact")


def _is_of(theirs: Run | None, run: Run) -> bool:
    return theirs is not None and theirs.backend == run.backend


def _int64(hub: Hub, value: int) -> str | int:
    return value if hub.dialect == "camel" else str(value)


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {re.sub(r"_(\w)", lambda hit: hit[1].upper(), name): _camel(inner) for name, inner in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value


_HANDLERS: dict[str, Callable[[Hub, Run, _Fields], _Fields]] = {
    "CreateArtifact": _create,
    "FinalizeArtifact": _finalize,
    "ListArtifacts": _list,
    "GetSignedArtifactURL": _sign,
    "DeleteArtifact": _delete,
}
