"""A report as readable JSON, kept beside its sample: ``python -m tests.conformance.picture SAMPLE...`` writes it."""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from aggregator.model.report import ReadFailure, Report, Scan
from aggregator.readers.registry import read_report

EXPECTED = ".expected.json"


def picture(report: Report | ReadFailure) -> dict[str, Any]:
    """Everything a reader tells, with sets sorted and secret values counted."""
    if isinstance(report, ReadFailure):
        return {"failure": msgspec.to_builtins(report)}
    return {
        "format": report.format,
        "scans": [_scan(scan) for scan in report.scans],
        "diagnostics": [msgspec.to_builtins(diagnostic) for diagnostic in report.diagnostics],
        "secrets": len(report.secrets.reveal()),
    }


def _scan(scan: Scan) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(scan)
    facts["coverage"] = {
        name: sorted(value) if isinstance(value, (set, frozenset, list, tuple)) else value
        for name, value in facts["coverage"].items()
    }
    # The same for every result: said once, above.
    shared = ("tool", "scope", "report")
    facts["results"] = [{k: v for k, v in entry.items() if k not in shared} for entry in facts["results"]]
    return {name: value for name, value in facts.items() if value not in ("", [], {}, 0)}


def read_sample(path: Path) -> Report | ReadFailure:
    """Read a sample under the name and place its folder gives it, pinned to its folder's tool."""
    name = f"{path.parent.name}/{path.name}"
    return read_report(path.read_bytes(), name, pinned=path.parent.name)


def main(paths: list[str]) -> None:
    """Write the picture of each sample beside it; a pattern may name the pictures of before as well."""
    for path in (Path(name) for name in paths if not name.endswith(EXPECTED)):
        text = json.dumps(picture(read_sample(path)), indent=1, ensure_ascii=False)
        path.with_name(path.name + EXPECTED).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
