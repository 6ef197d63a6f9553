"""The fake artifact service refuses what the real one would, and its blob host agrees with Microsoft's."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from aggregator.transport.exchange import Reply, Request
from aggregator.transport.wire import RequestsWire
from tests.contract.azurite import Azurite
from tests.fakes.github import blobs as fake_blobs
from tests.fakes.github import twirp
from tests.fakes.github.hub import BlobStore, Hub, Run

NAME = "state"
DATA = b"PK content"
SERVICE = "/twirp/github.actions.results.api.v1.ArtifactService/"


def name_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def block(name: str, body: bytes = b"x", **more: str) -> tuple[str, str, bytes, dict[str, str]]:
    return "PUT", f"&comp=block&blockid={quote(name, safe='')}", body, more


def listing(*names: str, **more: str) -> tuple[str, str, bytes, dict[str, str]]:
    latest = "".join(f"<Latest>{name}</Latest>" for name in names)
    body = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{latest}</BlockList>'.encode()
    return "PUT", "&comp=blocklist", body, {"x-ms-blob-content-type": "application/zip", **more}


READ = ("GET", "", b"", dict[str, str]())
ONE, TWO, LONG = name_of("one"), name_of("two"), name_of("three, longer")
STORIES = {
    "a block, the list, the content": [block(ONE, b"a"), listing(ONE), READ],
    "the order is the list's": [block(ONE, b"a"), block(TWO, b"b"), listing(TWO, ONE), READ],
    "the same block twice": [block(ONE, b"a"), block(ONE, b"b"), listing(ONE), READ],
    "the same list twice": [block(ONE, b"a"), listing(ONE), listing(ONE), READ],
    "names of two lengths": [block(ONE), block(LONG)],
    "a block nobody put": [block(ONE), listing(ONE, TWO)],
    "a name that is not encoded": [block("not base64!")],
    "a token beside the grant": [block(ONE, Authorization="Bearer x"), listing(ONE, Authorization="Bearer x")],
    "nothing was listed yet": [block(ONE), READ],
}


@pytest.mark.parametrize("story", STORIES)
def test_the_blob_hosts_agree(blobs: Azurite, story: str) -> None:
    """The same calls get the same answers from the fake as from Azurite behind its gateway."""
    hub = Hub()
    wire = RequestsWire()
    ours = tell(hub.blob_store, lambda request: fake_blobs.answer(hub, request), STORIES[story], hub.new_blob())
    place = f"actions-results/{hashlib.sha256(story.encode()).hexdigest()}"
    assert ours == tell(blobs, wire.send, STORIES[story], place)


def tell(
    store: BlobStore,
    send: Callable[[Request], Reply],
    story: list[tuple[str, str, bytes, dict[str, str]]],
    place: str,
) -> list[tuple[int, str, bytes]]:
    """The status of each answer, and the type and content of those to a reading."""
    told = []
    for method, more, body, headers in story:
        base = store.download_url(place, NAME) if method == "GET" else store.upload_url(place)
        reply = send(Request(method=method, url=base + more, purpose="tell", headers=headers, body=body))
        is_read = method == "GET" and reply.status == 200
        told.append((reply.status, reply.headers["content-type"] if is_read else "", reply.body if is_read else b""))
    return told


def test_both_refuse_other_grants(blobs: Azurite) -> None:
    """An address to read from is none to write to, and a signature of another blob is none at all."""
    hub = Hub()
    wire = RequestsWire()
    places = ("actions-results/grants-1", "actions-results/grants-2")
    for store, send in ((hub.blob_store, lambda request: fake_blobs.answer(hub, request)), (blobs, wire.send)):
        method, more, body, headers = block(ONE)
        swapped = store.upload_url(places[0]).replace(places[0], places[1])
        for address in (store.download_url(places[0], NAME), swapped):
            reply = send(Request(method=method, url=address + more, purpose="tell", headers=headers, body=body))
            assert reply.status == 403


class Ask(NamedTuple):
    """A call of the service's: the fields beside the ids, and what differs from a proper one."""

    method: str
    fields: dict[str, Any]
    without: tuple[str, ...] = ()


def ask(hub: Hub, run: Run, call: Ask, **headers: str) -> Reply:
    ids = {"workflow_run_backend_id": run.backend, "workflow_job_run_backend_id": run.job}
    fields = {name: value for name, value in (ids | call.fields).items() if name not in call.without}
    proper = {"Content-Type": "application/json", "Authorization": f"Bearer {hub.runtime_token(run)}"}
    return twirp.answer(
        hub,
        Request(
            method="POST",
            url=f"{hub.results}{SERVICE}{call.method}",
            purpose="ask",
            headers=proper | headers,
            body=json.dumps(fields).encode(),
        ),
    )


CREATE = {"name": NAME, "version": 4}
REFUSED = [
    (Ask("CreateArtifact", {**CREATE, "retention_days": 5}), 400),
    (Ask("CreateArtifact", {**CREATE, "mime_type": {"value": "application/zip"}}), 400),
    (Ask("CreateArtifact", {**CREATE, "version": "4"}), 400),
    (Ask("CreateArtifact", {**CREATE, "expires_at": "tomorrow"}), 400),
    (Ask("CreateArtifact", {**CREATE, "expires_at": "2026-12-01T00:00:00"}), 400),
    (Ask("CreateArtifact", {**CREATE, "expires_at": 5}), 400),
    (Ask("CreateArtifact", {**CREATE, "expires_at": "neverZ"}), 400),
    (Ask("CreateArtifact", {**CREATE, "name": "a/b"}), 400),
    (Ask("CreateArtifact", {**CREATE, "version": 3}), 400),
    (Ask("CreateArtifact", CREATE, without=("version",)), 400),
    (Ask("CreateArtifact", CREATE, without=("name",)), 400),
    (Ask("CreateArtifact", CREATE, without=("workflow_run_backend_id",)), 400),
    (Ask("CreateArtifact", CREATE, without=("workflow_job_run_backend_id",)), 400),
    (Ask("CreateArtifact", {**CREATE, "workflow_run_backend_id": "run-1-1"}), 403),
    (Ask("FinalizeArtifact", {"name": NAME, "size": "0"}), 404),
    (Ask("FinalizeArtifact", {"name": NAME, "size": 0}), 400),
    (Ask("FinalizeArtifact", {"name": NAME, "size": "many"}), 400),
    (Ask("ListArtifacts", {"id_filter": 7}), 400),
    (Ask("GetSignedArtifactURL", {"name": NAME}), 404),
    (Ask("DeleteArtifact", {"name": NAME}), 404),
    (Ask("MigrateArtifact", {"name": NAME}), 404),
]


@pytest.mark.parametrize(("call", "status"), REFUSED)
def test_the_fake_refuses(call: Ask, status: int) -> None:
    """Unknown fields, values of another type, missing ids, ids of another run: all that generated code would refuse."""
    hub = Hub()
    assert ask(hub, hub.start_run(), call).status == status
    assert hub.artifacts == {}


def test_the_fake_wants_its_token() -> None:
    """Without a token of a run nothing is answered, and without JSON nothing is understood."""
    hub = Hub()
    run = hub.start_run()
    call = Ask("ListArtifacts", {})
    for wrong in ("", "Bearer", "Bearer a.b.c", f"token {hub.runtime_token(run)}"):
        assert ask(hub, run, call, Authorization=wrong).status == 401
    assert ask(hub, run, call, **{"Content-Type": "text/plain"}).status == 404
    assert ask(hub, run, call).status == 200


def test_a_name_is_used_once() -> None:
    """A name is taken from its creation on, unless the hub lets go of what was never finished."""
    hub = Hub()
    run = hub.start_run()
    create = Ask("CreateArtifact", CREATE)
    assert [ask(hub, run, create).status for _ in range(2)] == [200, 409]
    hub.holds_names = False
    assert ask(hub, run, create).status == 200
    assert len(hub.pending) == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"size": "9"}, 400),
        ({"hash": f"sha256:{'0' * 64}"}, 400),
        ({}, 200),
    ],
)
def test_the_end_is_checked(fields: dict[str, str], status: int) -> None:
    """Size and hash have to be those of what was uploaded; without an upload there is nothing to finish."""
    hub = Hub()
    run = hub.start_run()
    ask(hub, run, Ask("CreateArtifact", CREATE))
    digest = f"sha256:{hashlib.sha256(DATA).hexdigest()}"
    end = Ask("FinalizeArtifact", {"name": NAME, "size": str(len(DATA)), "hash": digest, **fields})
    assert ask(hub, run, end).status == 412
    blob = hub.blobs[hub.pending[0].blob]
    blob.content = DATA
    assert ask(hub, run, end).status == status
    assert ask(hub, run, end).status == (409 if status == 200 else status)


def test_the_clones_know_no_mime_type() -> None:
    """The clones' dialect: keys in camelCase, numbers as numbers, and an error at a field they do not know."""
    hub = Hub()
    hub.dialect = "camel"
    run = hub.start_run()
    assert ask(hub, run, Ask("CreateArtifact", {**CREATE, "mime_type": "application/zip"})).status == 500
    assert json.loads(ask(hub, run, Ask("CreateArtifact", CREATE)).body).keys() == {"ok", "signedUploadUrl"}
    hub.publish(NAME, DATA, run)
    (entry,) = json.loads(ask(hub, run, Ask("ListArtifacts", {})).body)["artifacts"]
    assert isinstance(entry["databaseId"], int)


def test_the_official_way_to_read_and_delete() -> None:
    """A listed artifact can be fetched by its signed address, and deleted."""
    hub = Hub()
    run = hub.start_run()
    hub.publish(NAME, DATA, run)
    hub.publish("another", DATA, hub.start_run())
    address = json.loads(ask(hub, run, Ask("GetSignedArtifactURL", {"name": NAME})).body)["signed_url"]
    assert fake_blobs.answer(hub, Request(method="GET", url=address, purpose="read")).body == DATA
    assert ask(hub, run, Ask("DeleteArtifact", {"name": NAME})).status == 200
    assert json.loads(ask(hub, run, Ask("ListArtifacts", {})).body) == {"artifacts": []}
