"""Microsoft's own blob server, with a gateway in front that refuses what it lets pass and Azure does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import requests

from aggregator.transport.exchange import Reply, Request
from tests.contract.node import NODE
from tests.fakes.github.server import Loopback

_PROGRAM = "tests/node/node_modules/azurite/dist/src/blob/main.js"
_ACCOUNT = "ghresults"
_KEY = base64.b64encode(bytes(range(64))).decode()
_SIGNED_AS = "2021-12-02"


class Azurite:
    """A blob store for :class:`tests.fakes.github.hub.Hub`: its addresses lead through the gateway."""

    def __init__(self, inside: str, gateway: str) -> None:
        self._inside, self._gateway = inside, gateway
        self._http = requests.Session()
        answer = self._http.put(f"{inside}/{_ACCOUNT}/actions-results?restype=container&{_account_grant()}", timeout=10)
        assert answer.status_code == 201, answer.text

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def upload_url(self, blob: str) -> str:
        """An address to put blocks at."""
        return f"{self._gateway}/{_ACCOUNT}/{blob}?{_grant(blob, 'cw')}"

    def download_url(self, blob: str, filename: str) -> str:
        """An address to get the content from."""
        disposition = f'attachment; filename="{filename}.zip"'
        return f"{self._gateway}/{_ACCOUNT}/{blob}?{_grant(blob, 'r', disposition)}"

    def content(self, blob: str) -> tuple[bytes, str] | None:
        """The committed bytes and their type."""
        answer = self._http.get(f"{self._inside}/{_ACCOUNT}/{blob}?{_grant(blob, 'r')}", timeout=10)
        return (answer.content, answer.headers["content-type"]) if answer.status_code == 200 else None


@contextmanager
def azurite(folder: Path) -> Iterator[Azurite]:
    """Start the server and its gateway on free ports of loopback."""
    log = folder / "azurite.log"
    options = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--disableTelemetry"]
    command = [str(NODE), str(Path(_PROGRAM).resolve()), *options, "--skipApiVersionCheck", "--silent"]
    environment = {"AZURITE_ACCOUNTS": f"{_ACCOUNT}:{_KEY}"}
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=errors) as server,
    ):
        try:
            inside = _address(server)
            with Loopback(lambda request: _pass_on(request, inside, gateway.origin)) as gateway:
                store = Azurite(inside, gateway.origin)
                yield store
                store.close()
        finally:
            server.terminate()


def _address(server: subprocess.Popen[bytes]) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        found = re.search(rb"successfully listens on (http://127\.0\.0\.1:\d+)", line)
        if found:
            return found[1].decode()
    raise AssertionError("Azurite did not start")


def _pass_on(request: Request, inside: str, outside: str) -> Reply:
    """Refuse a signed address with a token beside it, as Azure does; pass on the rest."""
    if "authorization" in request.headers:
        return Reply(400, {"x-ms-error-code": "InvalidAuthenticationInfo"})
    headers = {name: value for name, value in request.headers.items() if name not in {"host", "connection"}}
    answer = requests.request(
        request.method,
        inside + request.url.removeprefix(outside),
        data=request.body,
        headers=headers,
        allow_redirects=False,
        timeout=30,
    )
    return Reply(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content)


def _signature(*fields: str) -> str:
    digest = hmac.new(base64.b64decode(_KEY), "\n".join(fields).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _end() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _account_grant() -> str:
    """A grant to make a container."""
    end = _end()
    signature = _signature(_ACCOUNT, "c", "b", "c", "", end, "", "", _SIGNED_AS, "", "")
    return urlencode({"sv": _SIGNED_AS, "ss": "b", "srt": "c", "sp": "c", "se": end, "sig": signature})


def _grant(blob: str, permissions: str, disposition: str = "") -> str:
    """A grant for one blob, as GitHub hands it out."""
    end = _end()
    place = f"/blob/{_ACCOUNT}/{blob}"
    signature = _signature(
        permissions, "", end, place, "", "", "", _SIGNED_AS, "b", "", "", "", disposition, "", "", ""
    )
    query = {"sv": _SIGNED_AS, "sr": "b", "sp": permissions, "se": end, "sig": signature}
    return urlencode(query | ({"rscd": disposition} if disposition else {}), quote_via=quote)
