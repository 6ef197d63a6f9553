"""An emulator of GitHub and Slack by others (npm ``emulate``, Apache-2.0): what two strangers agree on is likely true.

What its GitHub does not have, and no test asks of it: GraphQL, code scanning, any limit of a text's length,
permissions of a token. Its Slack looks into no block, and knows every webhook.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.contract.node import NODE

REPOSITORY = "octocat/hello-world"
TOKEN = "emulated-token"
_PROGRAM = Path("tests/node/node_modules/emulate/dist/index.js")
_SEED = {
    "tokens": {TOKEN: {"login": "octocat", "scopes": ["repo", "user"]}},
    "github": {
        "users": [{"login": "octocat", "name": "Octocat", "email": "octocat@example.com"}],
        "repos": [{"owner": "octocat", "name": "hello-world", "auto_init": True}],
    },
    "slack": {
        "team": {"name": "Shop", "domain": "shop"},
        "channels": [{"name": "general", "topic": "all"}],
        "incoming_webhooks": [{"channel": "general"}],
    },
}
_PATIENCE = 20.0


@contextmanager
def emulate(folder: Path, service: str = "github") -> Iterator[str]:
    """Start it on a free port of loopback; gives its address."""
    seed = folder / "seed.json"  # JSON is YAML
    seed.write_text(json.dumps(_SEED), encoding="utf-8")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [str(NODE), str(_PROGRAM.resolve()), "start", "-s", service, "-p", str(port), "--seed", str(seed)]
    log = folder / "emulate.log"
    with log.open("wb") as output, subprocess.Popen(command, cwd=folder, stdout=output, stderr=output) as server:
        try:
            _await(f"http://127.0.0.1:{port}", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _await(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            requests.get(f"{address}/rate_limit", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text(encoding="utf-8"))
