"""Small SARIF logs: say only what the test is about."""

import json
from typing import Any

from aggregator.model.report import Report, Scan
from aggregator.model.result import Result
from aggregator.readers import sarif
from aggregator.readers.base import ReadContext


def place(uri: str, line: int | None = 1, **more: Any) -> dict[str, Any]:
    """A location."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if line is not None:
        physical["region"] = {"startLine": line, **more}
    return {"physicalLocation": physical}


def result(**more: Any) -> dict[str, Any]:
    """A result of rule ``R1`` at ``a.py:1``."""
    return {"ruleId": "R1", "message": {"text": "It is so."}, "locations": [place("a.py")], **more}


def run(*results: Any, tool: str = "Tool", rules: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """A run of ``Tool``."""
    return {"tool": {"driver": {"name": tool, "rules": rules or []}}, "results": list(results), **more}


def read(*runs: Any, roots: tuple[str, ...] = (), **more: Any) -> Report:
    """What is read from a log of these runs."""
    log = {"version": "2.1.0", "runs": list(runs), **more}
    return sarif.read(json.dumps(log).encode(), ReadContext(name="r.sarif", place="here", roots=roots))


def scan_of(*results: Any, **more: Any) -> Scan:
    """The one scan of a log of one run."""
    (scan,) = read(run(*results, **more)).scans
    return scan


def result_of(entry: dict[str, Any] | None = None, **more: Any) -> Result:
    """The one result of a log of one run."""
    (only,) = scan_of(result() if entry is None else entry, **more).results
    return only
