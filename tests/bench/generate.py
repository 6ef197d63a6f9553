"""Large reports of the real shapes, the same bytes every time.

The rows are modelled on what Semgrep 1.182 and SARIF producers write: the fields, their order and their sizes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

_PER_FILE = 50
_RULES = 120
_MESSAGE = (
    "User input reaches a database statement that is put together from strings. An attacker can change what the "
    "statement does. Pass the values as parameters of the statement instead, and keep the text constant. See the "
    "references for how your library does it, and for statements whose table or column names vary."
)
_METADATA = {
    "cwe": ["CWE-89: Improper Neutralization of Special Elements used in an SQL Command ('SQL Injection')"],
    "owasp": ["A01:2017 - Injection", "A03:2021 - Injection", "A05:2025 - Injection"],
    "category": "security",
    "technology": ["python", "sqlite"],
    "confidence": "MEDIUM",
    "likelihood": "HIGH",
    "impact": "HIGH",
    "subcategory": ["vuln"],
    "references": [
        "https://docs.example.org/library/database.html#how-to-pass-values-to-a-statement",
        "https://cheatsheets.example.org/query-parameterization",
    ],
    "license": "Example Rules License",
    "vulnerability_class": ["SQL Injection"],
}


def semgrep_report(path: Path, count: int, *, per_file: int = _PER_FILE, rules: int = _RULES) -> Path:
    """Write a Semgrep JSON report of ``count`` results (about 1.26 kB each) and return its path."""
    files = sorted({_path(number // per_file) for number in range(0, count, per_file)})
    tail = json.dumps({"errors": [], "paths": {"scanned": files}, "skipped_rules": []})[1:]
    _write(
        path,
        '{"version":"1.182.0","results":[',
        (_semgrep_row(number, per_file, rules) for number in range(count)),
        f"],{tail}",
    )
    return path


def sarif_report(path: Path, count: int, driver: str, *, steps: int = 0) -> Path:
    """Write a SARIF 2.1.0 log of one run with ``count`` results of ``driver`` and return its path.

    ``steps`` is the length of each result's code flow: without one a result has 0.6 kB, like Bandit's or Trivy's, with
    one step 1.2 kB, like Checkov's, with six 2.4 kB, like CodeQL's.
    """
    rules = [
        {
            "id": f"{driver.lower()}/rule-{number}",
            "shortDescription": {"text": f"Rule {number} of {driver}"},
            "fullDescription": {"text": _MESSAGE},
            "help": {"text": _MESSAGE},
            "properties": {"tags": ["security", "external/cwe/cwe-089"], "security-severity": "7.5"},
        }
        for number in range(_RULES)
    ]
    tool = json.dumps({"driver": {"name": driver, "version": "1.0.0", "rules": rules}})
    head = f'{{"version":"2.1.0","$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{{"tool":{tool},"results":['
    _write(path, head, (_sarif_row(number, driver, steps) for number in range(count)), "]}]}")
    return path


def _write(path: Path, head: str, rows: Iterable[dict[str, object]], tail: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        file.writelines(_joined(rows))
        file.write(tail)


def _joined(rows: Iterable[dict[str, object]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield ("," if number else "") + json.dumps(row)


def _path(file: int) -> str:
    return f"services/area_{file % 40}/module_{file}/handlers.py"


def _line(number: int, per_file: int) -> int:
    return 10 + 7 * (number % per_file)


def _semgrep_row(number: int, per_file: int, rules: int) -> dict[str, object]:
    line = _line(number, per_file)
    return {
        "check_id": f"python.lang.security.audit.rule-{number % rules}",
        "path": _path(number // per_file),
        "start": {"line": line, "col": 5, "offset": 40 * line},
        "end": {"line": line, "col": 61, "offset": 40 * line + 56},
        "extra": {
            "message": f"{_MESSAGE} ({number % rules})",
            "metadata": _METADATA,
            "severity": "ERROR",
            "fingerprint": "requires login",
            "lines": "requires login",
            "validation_state": "NO_VALIDATOR",
            "engine_kind": "OSS",
        },
    }


def _sarif_row(number: int, driver: str, steps: int) -> dict[str, object]:
    uri = f"{driver.lower()}/{_path(number // _PER_FILE)}"
    line = _line(number, _PER_FILE)
    row: dict[str, object] = {
        "ruleId": f"{driver.lower()}/rule-{number % _RULES}",
        "ruleIndex": number % _RULES,
        "level": "error",
        "message": {"text": f"{_MESSAGE} ({number % _RULES})"},
        "locations": [_place(uri, line)],
        "partialFingerprints": {"primaryLocationLineHash": f"{number:016x}:1"},
    }
    if steps:
        flow = [{"location": _place(uri, line + step, f"step {step}: ControlFlowNode")} for step in range(steps)]
        row["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
        row["relatedLocations"] = [_place(uri, line + steps, "user-provided value") | {"id": 1}]
    return row


def _place(uri: str, line: int, message: str = "") -> dict[str, object]:
    region = {"startLine": line, "startColumn": 5, "endLine": line, "endColumn": 61}
    place: dict[str, object] = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    return place | ({"message": {"text": message}} if message else {})
