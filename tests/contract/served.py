"""Servers that others have written, each on a port of loopback for as long as a test needs it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

_PATIENCE = 60.0
"""Seconds in which a server has to be there; a busy machine takes a while, and a server that ends is not waited for."""


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def served(
    command: Sequence[str], folder: Path, asked: str, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a server; it is there once it answers at the address that is asked."""
    log = folder / "server.log"
    surroundings = {**os.environ, **(environment or {})}
    with (
        log.open("wb") as out,
        subprocess.Popen(command, cwd=folder, env=surroundings, stdout=out, stderr=out) as server,
    ):
        try:
            _await(asked, server, log)
            yield
        finally:
            server.terminate()


def _await(asked: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            requests.get(asked, timeout=5)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text(encoding="utf-8"))
