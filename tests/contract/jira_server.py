"""An independent server of Jira's REST API 2 (PyPI ``jira820``, MIT), as Data Center 8.20 speaks it.

What it does not have, and no test asks of it: tokens, labels that are added to others, errors about fields that a
project does not have, resolutions by their ids, a history that comes along with a search,
escapes in wiki markup.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

PROJECT = "SEC"
_SETTINGS = {
    "transition_screens": {"Done": ["resolution"], "In Review": ["worklog"]},
    "transition_scheme": {
        "Open": ["In Progress", "Done"],
        "In Progress": ["Done"],
        "In Review": [],
        "Done": ["Reopened", "In Progress"],
        "Reopened": ["Done"],
    },
}
_PATIENCE = 30.0


@contextmanager
def jira820(folder: Path) -> Iterator[str]:
    """Start it on a free port of loopback; gives its address."""
    settings = folder / "jira820.yaml"  # JSON is YAML
    settings.write_text(json.dumps(_SETTINGS), encoding="utf-8")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    given = {"HOST": "127.0.0.1", "PORT": str(port), "PROJECT_KEY": PROJECT, "CONFIG": str(settings)}
    environment = {**os.environ, **{f"JIRA820_{name}": value for name, value in given.items()}}
    log = folder / "jira820.log"
    command = [sys.executable, "-m", "jira820"]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out) as server,
    ):
        try:
            _await(f"http://127.0.0.1:{port}", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _await(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            requests.get(f"{address}/rest/api/2/serverInfo", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text(encoding="utf-8"))
