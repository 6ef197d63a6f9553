"""Fold many results of three tools and print the seconds of the first fold and of the next one over moved lines.

``python -m tests.bench.folding COUNT SHAPE``, where the shape is ``even``, ``one-file`` (20 000 results in one file) or
``one-rule`` (20 000 results of one rule, in files of their own).
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from aggregator.dedupe.fold import Folded, fold
from aggregator.model.location import Location
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.model.state import Tracked
from tests.unit.dedupe.flaws import remember

CROWD = 20_000
NOW = datetime(2026, 5, 1, tzinfo=UTC)
_TOOLS = ("Semgrep", "Bandit", "CodeQL")
_WEAKNESSES = (89, 502, 611, 918)
_PER_FILE = 60


def reports(count: int, shape: str, shift: int = 0) -> list[Report]:
    """One report a tool, ``count`` results in all; every flaw is seen by all three on one line."""
    rows: dict[str, list[Result]] = {tool: [] for tool in _TOOLS}
    for number in range(count // len(_TOOLS)):
        for tool in _TOOLS:
            rows[tool].append(_result(tool, number, shape, shift))
    scans = {
        tool: Scan(tool=tool, scope=f"{tool}.json", report=f"{tool}.json", results=tuple(rows[tool])) for tool in rows
    }
    return [
        Report(name=f"{tool}.json", place=f"{tool}.json", format=tool, scans=(scan,)) for tool, scan in scans.items()
    ]


def _result(tool: str, number: int, shape: str, shift: int) -> Result:
    is_crowd = number < CROWD // len(_TOOLS)
    in_one_file, of_one_rule = is_crowd and shape == "one-file", is_crowd and shape == "one-rule"
    file = 0 if in_one_file else 1 + number // _PER_FILE
    line = 3 * (number if in_one_file else number % _PER_FILE) + 1
    weakness = _WEAKNESSES[0 if of_one_rule else number % len(_WEAKNESSES)]
    rule = f"{tool}-{weakness}"
    moved = shift if line > 30 else 0
    return Result(
        kind=Kind.SAST,
        tool=tool,
        scope=f"{tool}.json",
        report=f"{tool}.json",
        pointer=f"/{number}",
        rule_id=rule,
        title=rule,
        severity=Severity.HIGH,
        weaknesses=(weakness,),
        location=Location(f"src/module_{file:06}.py", line + moved, 5, line + moved, 40),
        snippet=f"    call_{number % 50}(value)" if tool == "Bandit" else "",
    )


def _folded(count: int, shape: str, shift: int, previous: tuple[Tracked, ...]) -> tuple[float, Folded]:
    given = reports(count, shape, shift)
    start = time.perf_counter()
    answer = fold(given, previous, product="shop", sources={}, redact=str, now=NOW)
    return time.perf_counter() - start, answer


def seconds(count: int, shape: str) -> Iterator[float]:
    """The first fold, and the next one after lines were inserted in every file; nothing may be lost on the way."""
    first, answer = _folded(count, shape, 0, ())
    yield first
    again, second = _folded(count, shape, 2, remember(answer.findings))
    yield again
    assert len(answer.findings) == count // len(_TOOLS), len(answer.findings)
    assert {each.id for each in second.findings} == {each.id for each in answer.findings}


if __name__ == "__main__":
    gc.disable()  # as the program itself does
    print(*seconds(int(sys.argv[1]), sys.argv[2]))
