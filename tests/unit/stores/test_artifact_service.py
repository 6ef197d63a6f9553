"""Tests of :mod:`aggregator.stores.artifact_service` and of the blobs behind it, against the fake GitHub."""

from __future__ import annotations

import base64
import hashlib
import json
import traceback
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.errors import Fault, ServiceError
from aggregator.stores import artifact_blob
from aggregator.stores.artifact_service import (
    ArtifactService,
    BackendIds,
    backend_ids,
    service_origin,
)
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.transport.session import Session
from tests.fakes.faults import After
from tests.fakes.github.hub import Hub, Run
from tests.fakes.github.wire import HubWire

NAME = "onefold-state-shop-main-0123456789ab"
DATA = b"PK\x03\x04 a state"
JSON = {"content-type": "application/json"}
UNAVAILABLE = Reply(503, JSON, b'{"code":"unavailable","msg":"busy"}')
FAULTS = (
    UNAVAILABLE,
    Reply(429, JSON, b"{}"),
    Reply(500, {}, b""),
    Reply(200, JSON, b'{"ok":tr'),
    Break.TIMEOUT,
    Break.RESET,
    Break.CUT_SHORT,
)


class Scene:
    """A hub, a run on it and the run's artifact service."""

    def __init__(self, hub: Hub | None = None, run: Run | None = None) -> None:
        self.hub = hub or Hub()
        self.run = run or self.hub.start_run()
        self.wire = HubWire(self.hub)
        self.token = self.hub.runtime_token(self.run)
        self.session = Session(self.wire, self.hub.clock)

    @property
    def service(self) -> ArtifactService:
        """The service as the run's job reaches it."""
        ids = backend_ids(self.token)
        assert ids is not None
        return ArtifactService(self.session, self.hub.results, self.token, ids)

    def refusal(self, name: str = NAME, data: bytes = DATA) -> ServiceError:
        """The error of an upload; it holds no secret."""
        with pytest.raises(ServiceError) as caught:
            self.service.upload(name, data)
        told = "".join((str(caught.value), repr(caught.value), *traceback.format_exception(caught.value)))
        assert not any(secret in told for secret in self.hub.secrets)
        assert "fake.example" not in told
        return caught.value

    def kept(self) -> list[tuple[int, str, bytes]]:
        """What is listed: ids, names and contents."""
        return [(artifact.id, artifact.name, artifact.content) for artifact in self.hub.artifacts.values()]

    def methods(self) -> list[str]:
        """The service's methods that were called."""
        return [call.url.rpartition("/")[2].partition("?")[0] for call in self.wire.calls if call.method == "POST"]


def token_of(claims: object) -> str:
    body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return f"head.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.sign"


# --- the runner's token and address


def test_ids_stand_in_the_token() -> None:
    """The run's and the job's id are the second and third field of the scope for artifacts."""
    scopes = "Actions.GenericRead:0:0 Actions.ResultsX:1:2 Actions.Results:ce7f54c7-61c7:ca395085-040a x"
    assert backend_ids(token_of({"scp": scopes})) == BackendIds("ce7f54c7-61c7", "ca395085-040a")
    assert backend_ids(token_of({"scp": "Actions.Results:17:4", "nbf": 1, "more": [{}]})) == BackendIds("17", "4")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "one",
        "..",
        "a.b.c",
        "a.\u0436.c",
        "a.!!!!.c",
        token_of(b"\xff\xfe"),
        token_of([]),
        token_of({}),
        token_of({"scp": 5}),
        token_of({"scp": ["Actions.Results:1:2"]}),
        token_of({"scp": ""}),
        token_of({"scp": "Actions.Results"}),
        token_of({"scp": "Actions.Results:1"}),
        token_of({"scp": "Actions.Results:1:2:3"}),
        token_of({"scp": "Actions.Results::2"}),
        token_of({"scp": "Actions.Results:1:2:3 Actions.Results:1:2"}),
        token_of({"scp": "actions.results:1:2"}),
        token_of(b"[" * 10_000),
        token_of({"scp": "Actions.Results:1:2", "fill": "x" * 70_000}),
        "." * 1_000_000,
    ],
)
def test_other_tokens_speak_for_no_run(token: str) -> None:
    """A token without exactly one well-formed scope, or none at all, has no artifacts; none makes an error."""
    assert backend_ids(token) is None


@given(st.text() | st.binary().map(token_of))
def test_no_token_is_an_error(token: str) -> None:
    """Whatever stands in the token, reading it raises nothing."""
    assert backend_ids(token) is None


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://results-receiver.actions.example/", "https://results-receiver.actions.example"),
        ("https://HOST.example:8443/a/b?c=d#e", "https://host.example:8443"),
        ("http://192.168.0.7:3000/", "http://192.168.0.7:3000"),
        ("http://[::1]:80/x", "http://[::1]:80"),
        ("https://user:password@host.example/", "https://host.example"),
        (" https://host.example\n", "https://host.example"),
        ("", None),
        ("host.example", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("https://host:99999/", None),
        ("https://[::1/", None),
    ],
)
def test_only_the_origin_counts(url: str, origin: str | None) -> None:
    """Of the runner's address scheme, host and port are used; what is no web address is no service."""
    assert service_origin(url) == origin


@pytest.mark.parametrize("name", ["", "a" * 257, *(f"a{sign}b" for sign in '":<>|*?\r\n\\/')])
def test_names_that_github_forbids(name: str) -> None:
    """A name that would be refused is not sent at all."""
    scene = Scene()
    assert scene.refusal(name).fault is Fault.REFUSED
    assert scene.wire.calls == []


# --- an upload


@pytest.mark.parametrize("dialect", ["github", "camel"])
def test_an_upload(dialect: str) -> None:
    """GitHub and its clones keep what is uploaded, under the id that is given back."""
    scene = Scene()
    scene.hub.dialect = "camel" if dialect == "camel" else "github"
    number = scene.service.upload(NAME, DATA)
    kept = scene.hub.artifacts[number]
    assert (kept.name, kept.content, kept.run) == (NAME, DATA, scene.run)
    assert kept.digest == f"sha256:{hashlib.sha256(DATA).hexdigest()}"
    assert kept.content_type == "application/zip"
    assert scene.methods() == ["CreateArtifact", "FinalizeArtifact"]
    assert scene.hub.pending == []


def test_what_is_sent() -> None:
    """Version 4, no MIME type, large numbers as text; the token goes to the service alone."""
    scene = Scene()
    scene.service.upload(NAME, DATA)
    create, block, listed, finalize = scene.wire.calls
    ids = {"workflow_run_backend_id": scene.run.backend, "workflow_job_run_backend_id": scene.run.job}
    digest = hashlib.sha256(DATA).hexdigest()
    assert json.loads(create.body) == {**ids, "name": NAME, "version": 4}
    assert json.loads(finalize.body) == {**ids, "name": NAME, "size": str(len(DATA)), "hash": f"sha256:{digest}"}
    assert create.headers["Authorization"] == f"Bearer {scene.token}"
    assert block.headers == {"Content-Type": "application/octet-stream"}
    assert listed.headers == {"Content-Type": "application/xml", "x-ms-blob-content-type": "application/zip"}


def test_it_expires_when_it_is_told() -> None:
    """A moment to expire is sent in UTC with milliseconds, whatever its own zone."""
    scene = Scene()
    when = datetime.fromtimestamp(scene.hub.clock.now(), UTC) + timedelta(days=30)
    number = scene.service.upload(NAME, DATA, when.astimezone(timezone(timedelta(hours=5))))
    assert json.loads(scene.wire.calls[0].body)["expires_at"] == "2026-10-21T14:13:20.000Z"
    assert scene.hub.artifacts[number].expires_at == when.timestamp()


def test_large_content_goes_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Content beyond a block's size is put together again in order, from blocks whose names are of one length."""
    monkeypatch.setattr(artifact_blob, "_BLOCK", 10)
    scene = Scene()
    data = bytes(range(105))
    number = scene.service.upload(NAME, data)
    assert scene.hub.artifacts[number].content == data
    assert [len(call.body) for call in scene.wire.calls if "comp=block&" in call.url] == [10] * 10 + [5]


def test_an_address_without_a_query() -> None:
    """A clone's upload address need not have a query of its own."""
    scene = Scene()
    address = f"{scene.hub.storage}/upload/7"
    answers = iter((Reply(200, JSON, json.dumps({"ok": True, "signed_upload_url": address}).encode()), Reply(201)))
    scene.wire.faults = lambda number, request: next(answers, Reply(404))
    scene.refusal()
    assert scene.wire.calls[1].url.startswith(f"{address}?comp=block&blockid=")


# --- what a service may say


def test_a_name_that_is_taken() -> None:
    """Another artifact of that name is not replaced."""
    scene = Scene()
    scene.service.upload(NAME, DATA)
    error = scene.refusal(data=b"PK other")
    assert error.fault is Fault.CONFLICT
    assert [content for _, _, content in scene.kept()] == [DATA]


def test_the_same_twice_is_one() -> None:
    """The same bytes under the same name are there already: the id is theirs, nothing is doubled."""
    scene = Scene()
    assert scene.service.upload(NAME, DATA) == scene.service.upload(NAME, DATA)
    assert len(scene.kept()) == 1


def test_the_next_attempt_has_its_own() -> None:
    """A re-run's attempt may keep the same name again, beside the first."""
    scene = Scene()
    first = scene.service.upload(NAME, DATA)
    again = Scene(scene.hub, scene.hub.rerun(scene.run))
    assert again.service.upload(NAME, b"PK later") > first


def test_a_quota_is_told_plainly() -> None:
    """When the account has no room left, that is said, and it is not asked again."""
    scene = Scene()
    scene.hub.quota = False
    error = scene.refusal()
    assert error.fault is Fault.QUOTA
    assert error.reason == "Could not begin an artifact: the account's storage for artifacts is used up."
    assert len(scene.wire.calls) == 1


@pytest.mark.parametrize("status", [404, 501])
def test_a_server_without_the_service(status: int) -> None:
    """Where there is no artifact service, the way out is named at once."""
    scene = Scene()
    scene.wire.faults = lambda number, request: Reply(status, {}, b"<html>")
    error = scene.refusal()
    assert error.fault is Fault.MISSING
    assert "--state" in error.next_step
    assert len(scene.wire.calls) == 1


def test_a_service_that_is_switched_off() -> None:
    """The fake without the service is such a server."""
    scene = Scene()
    scene.hub.service = False
    assert scene.refusal().fault is Fault.MISSING


def test_an_end_that_knows_no_beginning() -> None:
    """When the service has forgotten the artifact meanwhile, that is not told as if there were no service."""
    scene = Scene()
    scene.wire.faults = lambda number, request: Reply(404, JSON, b"{}") if "Finalize" in request.url else None
    error = scene.refusal()
    assert error.reason == "Could not finish an artifact: it is not there (HTTP status 404)."


def test_a_token_that_is_refused() -> None:
    """A token of no run that the service knows is a matter of permission."""
    scene = Scene()
    scene.hub.runs.clear()
    assert scene.refusal().fault is Fault.PERMISSION


@pytest.mark.parametrize("method", ["CreateArtifact", "FinalizeArtifact"])
@pytest.mark.parametrize(
    "answer",
    [
        b"{}",
        b"[]",
        b"null",
        b'{"ok":false,"signed_upload_url":"https://blobs.fake.example/x","artifact_id":"7"}',
        b'{"ok":"true"}',
        b'{"ok":true}',
        b'{"ok":true,"signed_upload_url":"","artifact_id":""}',
        b'{"ok":true,"signed_upload_url":"ftp://blobs.fake.example/x","artifact_id":"-7"}',
        b'{"ok":true,"signed_upload_url":"https://","artifact_id":0}',
        b'{"ok":true,"signed_upload_url":"https://[","artifact_id":-7}',
        b'{"ok":true,"signed_upload_url":5,"artifact_id":[7]}',
        b'{"ok":true,"signed_upload_url":null,"artifact_id":"12345678901234567890"}',
        b'{"ok":true,"signed_upload_url":"x","artifact_id":"\xd9\xa3"}',
    ],
)
def test_answers_that_make_no_sense(method: str, answer: bytes) -> None:
    """An answer that the contract does not know is no success, even with a status of success."""
    scene = Scene()

    def fault(number: int, request: Request) -> Reply | None:
        wrong = request.url.endswith(method) or request.url.endswith("ListArtifacts")
        return Reply(200, JSON, answer) if wrong else None

    scene.wire.faults = fault
    assert scene.refusal().fault is Fault.GARBLED
    assert scene.kept() == []


def test_text_where_json_should_be() -> None:
    """A success of another content type, as a proxy's sign-in page, is none."""
    scene = Scene()
    scene.wire.faults = lambda number, request: Reply(200, {"content-type": "text/html"}, b"<html>")
    assert scene.refusal().fault is Fault.GARBLED


# --- answers that were lost


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", range(4))
def test_a_failure_that_passes(number: int, fault: Reply | Break) -> None:
    """Whichever call fails once, before anything was done, the upload succeeds and is there once."""
    scene = Scene()
    scene.wire.faults = lambda call, request: fault if call == number else None
    found = scene.service.upload(NAME, DATA)
    assert scene.kept() == [(found, NAME, DATA)]


@pytest.mark.parametrize("dialect", ["github", "camel"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_answer_that_was_lost(number: int, fault: Reply | Break, dialect: str) -> None:
    """A call that was carried out and whose answer got lost is not taken for a failure, nor done twice."""
    scene = Scene()
    scene.hub.dialect = "camel" if dialect == "camel" else "github"
    scene.wire.faults = lambda call, request: After(fault) if call == number else None
    found = scene.service.upload(NAME, DATA)
    assert scene.kept() == [(found, NAME, DATA)]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_answer_to_the_beginning_was_lost(fault: Reply | Break) -> None:
    """The address is gone with it: where the name stays taken, the upload failed and nothing is listed."""
    scene = Scene()
    scene.wire.faults = lambda call, request: After(fault) if call == 0 else None
    assert scene.refusal().fault is Fault.CONFLICT
    assert scene.kept() == []
    scene = Scene()
    scene.hub.holds_names = False
    scene.wire.faults = lambda call, request: After(fault) if call == 0 else None
    found = scene.service.upload(NAME, DATA)
    assert scene.kept() == [(found, NAME, DATA)]


def test_every_answer_to_the_end_was_lost() -> None:
    """The list still tells that the artifact is there."""
    scene = Scene()
    scene.wire.faults = lambda call, request: After(Break.RESET) if request.url.endswith("FinalizeArtifact") else None
    assert scene.service.upload(NAME, DATA) == scene.kept()[0][0]
    assert scene.methods()[-1] == "ListArtifacts"


def test_nobody_tells() -> None:
    """When the list does not answer either, the first error stands."""
    scene = Scene()
    calls = ("FinalizeArtifact", "ListArtifacts")
    scene.wire.faults = lambda call, request: After(Reply(502)) if request.url.endswith(calls) else None
    error = scene.refusal()
    assert error.fault is Fault.UNREACHABLE
    assert error.reason.startswith("Could not finish an artifact: ")


@pytest.mark.parametrize(
    "entry",
    [
        {"name": NAME, "size": str(len(DATA)), "digest": f"sha256:{'0' * 64}", "database_id": "7"},
        {"name": f"{NAME}x", "size": str(len(DATA)), "database_id": "7"},
        {"name": NAME, "size": "1", "database_id": "7"},
        {"name": NAME, "size": len(DATA), "database_id": "0"},
        {"name": NAME, "size": len(DATA)},
    ],
)
def test_another_one_is_not_taken_for_ours(entry: dict[str, object]) -> None:
    """A listed artifact of other bytes, another name, another size or no id is not the one we uploaded."""
    scene = Scene()

    def fault(number: int, request: Request) -> Reply | None:
        if request.url.endswith("FinalizeArtifact"):
            return Reply(500)
        return Reply(200, JSON, json.dumps({"artifacts": [entry]}).encode()) if "ListArt" in request.url else None

    scene.wire.faults = fault
    assert scene.refusal().fault is Fault.UNREACHABLE


def test_a_size_proves_nothing_of_a_taken_name() -> None:
    """Where clones list no digest, an artifact that was there before ours is never taken for ours."""
    scene = Scene()
    scene.hub.dialect = "camel"
    scene.service.upload(NAME, DATA)
    assert scene.refusal().fault is Fault.CONFLICT


@pytest.mark.parametrize("fault", [Reply(403), Reply(404), Reply(409), Reply(400), Break.NO_CONNECTION])
@pytest.mark.parametrize("call", ["comp=block&", "comp=blocklist"])
def test_a_blob_host_that_refuses(call: str, fault: Reply | Break) -> None:
    """Without its content no artifact is finished."""
    scene = Scene()
    scene.wire.faults = lambda number, request: fault if call in request.url else None
    assert scene.refusal().reason.startswith("Could not upload an artifact's content: ")
    assert scene.kept() == []


STEPS: list[Reply | Break | After | None] = [None, *FAULTS, *(After(fault) for fault in FAULTS), Reply(403), Reply(404)]
PLANS = st.lists(st.sampled_from(STEPS), max_size=14)


@given(PLANS, st.sampled_from(["github", "camel"]), st.booleans())
def test_an_id_is_never_a_lie(plan: list[Reply | Break | After | None], dialect: str, holds: bool) -> None:
    """Whatever fails and however often: an id is of an artifact that holds our bytes, and there is never a second."""
    scene = Scene()
    scene.hub.dialect = "camel" if dialect == "camel" else "github"
    scene.hub.holds_names = holds
    scene.wire.faults = lambda number, request: plan[number] if number < len(plan) else None
    try:
        found: int | None = scene.service.upload(NAME, DATA)
    except ServiceError:
        found = None
    if found is not None:
        assert scene.kept() == [(found, NAME, DATA)]
    assert all(content == DATA for _, _, content in scene.kept())
    assert len(scene.kept()) <= 1
