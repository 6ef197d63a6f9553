"""Processes that are to be cancelled while they work: when they listen to signals is read off, not guessed."""

from __future__ import annotations

import signal
import time
from pathlib import Path

_PATIENCE = 60


def wait_until_it_listens(pid: int) -> None:
    """Return once a process of our own has a handler for SIGTERM, and has had a moment to begin its work."""
    status = Path("/proc", str(pid), "status")
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt:"))
        if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            time.sleep(0.2)
            return
        time.sleep(0.01)
    message = f"process {pid} did not listen to SIGTERM within {_PATIENCE} s"
    raise TimeoutError(message)
