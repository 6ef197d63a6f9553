"""Semgrep reports in few words, for the tests of its reader."""

from __future__ import annotations

import json
from typing import Any

from aggregator.model.report import Report, Scan
from aggregator.model.result import Result
from aggregator.readers import semgrep
from aggregator.readers.base import ReadContext

KEY = b"key of the run"

CONTEXT = ReadContext(name="semgrep.json", place="scans/semgrep.json", seal_key=KEY)


def match(*, metadata: Any = None, rule: str = "rules.demo", path: str = "src/a.py", **extra: Any) -> dict[str, Any]:
    return {
        "check_id": rule,
        "path": path,
        "start": {"line": 3, "col": 5, "offset": -1},
        "end": {"line": 4, "col": 9},
        "extra": {"message": "Do not.", "severity": "ERROR", "metadata": metadata or {}, **extra},
    }


def read(*matches: Any, **parts: Any) -> Report:
    document = {"version": "1.2.3", "results": matches, "errors": [], "paths": {"scanned": ["src/a.py"]}, **parts}
    return semgrep.read(json.dumps(document).encode(), CONTEXT)


def scan(*matches: Any, **parts: Any) -> Scan:
    return read(*matches, **parts).scans[0]


def one(**extra: Any) -> Result:
    (result,) = scan(match(**extra)).results
    return result
