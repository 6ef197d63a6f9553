"""Our artifacts and those of the official client, exchanged through blobs that are really Microsoft's."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.stores.artifact_service import ArtifactService, backend_ids
from aggregator.stores.artifact_shelf import ArtifactShelf
from aggregator.stores.packed import pack, unpack
from aggregator.transport.clock import RealClock
from aggregator.transport.session import Session
from aggregator.transport.wire import RequestsWire
from tests.contract.artifact_client import official
from tests.contract.azurite import Azurite
from tests.contract.node import NODE
from tests.fakes.github.hub import Hub, Run
from tests.fakes.github.server import HubServer

NAME = "onefold-state-shop-main-0123456789ab"
STATE = b'{"schema":1,"findings":[]}'


@pytest.fixture
def hub(blobs: Azurite) -> Iterator[Hub]:
    """A hub on loopback that keeps its blobs in Azurite."""
    hub = Hub()
    with HubServer(hub):
        hub.blob_store = blobs
        yield hub


def session() -> Session:
    return Session(RequestsWire(), RealClock())


def uploads(hub: Hub, run: Run) -> ArtifactService:
    token = hub.runtime_token(run)
    ids = backend_ids(token)
    assert ids is not None
    return ArtifactService(session(), hub.results, token, ids)


def shelf(hub: Hub) -> ArtifactShelf:
    return ArtifactShelf(session(), hub.api, hub.name, hub.api_token("actions:read"))


def test_the_official_client_reads_ours(hub: Hub, tmp_path: Path) -> None:
    """The official client lists what we uploaded, with our digest, and unzips it, over the service and over REST."""
    run = hub.start_run()
    number = uploads(hub, run).upload(NAME, pack(STATE))
    digest = hub.artifacts[number].digest
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    listed, got, first, publicly, second = official(
        hub,
        run,
        tmp_path,
        ["list"],
        ["get", NAME],
        ["download", number, str(inside), digest],
        ["list-public", run.id],
        ["download-public", run.id, number, str(outside), digest],
    )
    for listing in (listed, publicly):
        (artifact,) = listing["result"]["artifacts"]
        assert (artifact["id"], artifact["name"], artifact["digest"]) == (number, NAME, digest)
    assert got["result"]["artifact"]["id"] == number
    for download, folder in ((first, inside), (second, outside)):
        assert download["result"] == {"downloadPath": str(folder), "digestMismatch": False}
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"state.json": STATE}


def test_we_read_the_official_clients(hub: Hub, tmp_path: Path) -> None:
    """What the official client zips and uploads we list, download and unzip; its digest is that of the bytes we get."""
    run = hub.start_run()
    (tmp_path / "state.json").write_bytes(STATE)
    again = ["upload", NAME, [str(tmp_path / "state.json")], str(tmp_path)]
    uploaded, refused = official(hub, run, tmp_path, again, again)
    assert "already exists" in refused["error"]
    reading = shelf(hub)
    (artifact,) = reading.listed(NAME).artifacts
    assert artifact.id == uploaded["result"]["id"]
    assert artifact.digest == f"sha256:{uploaded['result']['digest']}"
    assert unpack(reading.content(artifact)) == STATE
    with pytest.raises(ServiceError) as caught:
        uploads(hub, run).upload(NAME, pack(STATE))
    assert caught.value.fault is Fault.CONFLICT


@pytest.mark.parametrize("dialect", ["github", "camel"])
def test_the_way_there_and_back(hub: Hub, dialect: str) -> None:
    """GitHub's and the clones' answers both lead to the same artifact, of several blocks, read back byte for byte."""
    hub.dialect = "camel" if dialect == "camel" else "github"
    data = pack(hashlib.shake_256(b"noise").digest(9 << 20))
    run = hub.start_run()
    number = uploads(hub, run).upload(NAME, data)
    (artifact,) = shelf(hub).listed(NAME).artifacts
    assert artifact.id == number
    assert shelf(hub).content(artifact) == data


def test_the_contract_is_the_official_clients() -> None:
    """What the fake service checks requests against is what the official client's code says today."""
    made = subprocess.run([NODE, "tests/fakes/github/contract.mjs"], capture_output=True, check=True)
    assert json.loads(made.stdout) == json.loads(Path("tests/fakes/github/contract.json").read_bytes())
