"""Whole processes, measured by the operating system and compared as ratios within one run: machines are noisy."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


class Figures(Struct, frozen=True):
    """One finished process: wall time in seconds, peak resident memory in KiB."""

    seconds: float
    peak: int


class Ratio(Struct, frozen=True):
    """Ours against theirs: medians of the pairwise ratios, and of the figures themselves."""

    time: float
    memory: float
    ours: Figures
    theirs: Figures

    @property
    def in_time(self) -> str:
        """The time alone: memory below that of the measuring process itself cannot be told."""
        return f"time {self.time:.2f} x ({self.ours.seconds:.2f} s against {self.theirs.seconds:.2f} s)"

    def __str__(self) -> str:
        return (
            f"{self.in_time}, "
            f"memory {self.memory:.2f} x ({self.ours.peak // 1024} MiB against {self.theirs.peak // 1024} MiB)"
        )


def measure(command: Sequence[str]) -> Figures:
    """Run a command to its end and return its figures; it must succeed.

    Bytecode is kept, as it is for users: a machine that forbids it would compile the program at every start.
    """
    environment = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    start = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command[0]} ended with {process.returncode}"
    return Figures(seconds, usage.ru_maxrss)


def compare(ours: Sequence[str], theirs: Sequence[str], rounds: int = 3, *, fresh: Iterable[Path] = ()) -> Ratio:
    """Run both in turn, after one warm-up each, and compare pair by pair; ``fresh`` folders go before each pair."""
    folders = tuple(fresh)
    _pair(ours, theirs, folders)
    pairs = [_pair(ours, theirs, folders) for _ in range(rounds)]
    return Ratio(
        time=statistics.median(one.seconds / two.seconds for one, two in pairs),
        memory=statistics.median(one.peak / two.peak for one, two in pairs),
        ours=_median(one for one, _ in pairs),
        theirs=_median(two for _, two in pairs),
    )


def _pair(ours: Sequence[str], theirs: Sequence[str], fresh: Iterable[Path]) -> tuple[Figures, Figures]:
    for folder in fresh:
        shutil.rmtree(folder, ignore_errors=True)
    return measure(ours), measure(theirs)


def _median(figures: Iterable[Figures]) -> Figures:
    rows = list(figures)
    return Figures(statistics.median(row.seconds for row in rows), int(statistics.median(row.peak for row in rows)))
