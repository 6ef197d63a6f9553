import json
from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.location import Location
from aggregator.model.report import ReadFailure, Report
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.readers import bearer
from aggregator.readers.base import ReadContext
from aggregator.readers.registry import read_report

CONTEXT = ReadContext(name="bearer.json", place="scans/bearer.json")


def read(*findings: Any, **parts: Any) -> Report:
    document = {"source": "Bearer", "version": "1.51.1", "findings": findings, "errors": [], **parts}
    return bearer.read(json.dumps(document).encode(), CONTEXT)


def region(start: int, end: int, first: int, last: int) -> dict[str, Any]:
    return {"start": start, "end": end, "column": {"start": first, "end": last}}


def finding(**fields: Any) -> dict[str, Any]:
    return {
        "severity": "high",
        "cwe_ids": ["89"],
        "id": "python_lang_sql_injection",
        "title": "Unsanitized input in SQL query",
        "description": "## Description\n",
        "documentation_url": "https://docs.example/rule",
        "line_number": 14,
        "full_filename": "/builds/team/shop/app/views.py",
        "filename": "app/views.py",
        "source": region(12, 12, 9, 21),
        "sink": region(14, 19, 5, 6),
        "fingerprint": "0_0",
        "code_extract": "cursor.execute(query)",
        **fields,
    }


def one(**fields: Any) -> Result:
    (result,) = read(finding(**fields)).scans[0].results
    return result


def test_a_finding_is_a_result() -> None:
    """The sink is the place, the source stands beside it, and a fingerprint that counts is none."""
    report = read(finding())
    (scan,) = report.scans
    (result,) = scan.results
    assert (result.kind, result.rule_id, result.weaknesses) == (Kind.SAST, "python_lang_sql_injection", (89,))
    assert (result.title, result.message) == ("Unsanitized input in SQL query",) * 2
    assert (result.severity, result.native_severity) == (Severity.HIGH, "high")
    assert result.location == Location("app/views.py", 14, 5, 19, 6)
    assert result.related == (Location("app/views.py", 12, 9, 12, 21),)
    assert (result.snippet, result.native_id, result.pointer) == ("cursor.execute(query)", "", "/findings/0")
    assert [(rule.id, rule.help_uri) for rule in scan.rules] == [(result.rule_id, "https://docs.example/rule")]
    assert (scan.tool_version, scan.completeness, scan.coverage.extent) == (
        "1.51.1",
        Completeness.COMPLETE,
        Extent.SCOPE,
    )


def test_findings_by_severity() -> None:
    """The first form: the key is the severity, and leads back to the entry."""
    levels = ("critical", "high", "medium", "low", "warning")
    document = {level: [{**finding(), "severity": None}] for level in levels}
    results = bearer.read(json.dumps(document).encode(), CONTEXT).scans[0].results
    steps = [Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO]
    assert [result.severity for result in results] == steps
    assert [result.pointer for result in results] == [f"/{level}/0" for level in levels]


def test_an_unknown_severity_is_said_once() -> None:
    """It is taken for MEDIUM, as where there is none."""
    report = read(*(finding(severity=word) for word in ("grave", "grave", None)))
    assert {result.severity for result in report.scans[0].results} == {Severity.MEDIUM}
    assert [(said.code, said.pointer) for said in report.diagnostics] == [
        ("severity-unknown", "/findings/0"),
        ("severity-unknown", "/findings/2"),
    ]


@pytest.mark.parametrize(
    ("fields", "location"),
    [
        ({"sink": None, "source": None}, Location("app/views.py", 14, None, 14)),
        ({"sink": region(1, 0, 0, 0)}, Location("app/views.py", 1, None, 1)),
        ({"sink": {"start": 3, "end": 3}}, Location("app/views.py", 3, None, 3)),
        ({"sink": region(3, 3, 9, 2)}, Location("app/views.py", 3, 9, 3)),
        ({"sink": None, "line_number": None}, Location("app/views.py")),
        ({"full_filename": "/scan/app/views.py", "filename": "./app/x.py"}, Location("app/x.py", 14, 5, 19, 6)),
        ({"full_filename": None}, Location("app/views.py", 14, 5, 19, 6)),
    ],
)
def test_places_of_every_version(fields: dict[str, Any], location: Location) -> None:
    """Old ones know the line only; paths are below the repository where that is known."""
    assert one(**fields).location == location


@pytest.mark.parametrize(
    "source",
    [None, region(14, 19, 5, 6), region(0, 0, 0, 0), {"start": 14, "end": 19, "column": {"start": 5, "end": 6}}],
)
def test_a_source_that_is_the_sink_is_not_beside_it(source: Any) -> None:
    """Most rules have one place."""
    assert one(source=source).related == ()


def test_a_source_that_reads_like_the_sink_is_not_beside_it() -> None:
    """Numbers that say nothing make no other place."""
    assert one(sink=region(3, 3, 1, 9), source=region(3, 2, 1, 9)).related == ()


@pytest.mark.parametrize(
    ("fields", "kind", "weaknesses"),
    [
        ({"id": "gitleaks", "cwe_ids": ["798"]}, Kind.SECRET, (798,)),
        ({"id": "gitleaks", "cwe_ids": None}, Kind.SECRET, (798,)),
        ({"cwe_ids": ["259"]}, Kind.SAST, (259,)),
    ],
)
def test_what_holds_a_secret_keeps_no_code(fields: dict[str, Any], kind: Kind, weaknesses: tuple[int, ...]) -> None:
    """Its one rule about secrets is told by its name, the others by their weakness."""
    result = one(**fields, code_extract="key = 'canary-hidden'")
    assert (result.kind, result.weaknesses, result.snippet) == (kind, weaknesses, "")


def test_what_is_absent_is_absent() -> None:
    """An old finding: no title, no weakness, a snippet by another name."""
    bare = {"id": "own", "filename": "a.py", "cwe_ids": [], "line_number": 1, "snippet": "x"}
    (result,) = read(bare).scans[0].results
    assert (result.title, result.weaknesses, result.snippet) == ("own", (), "x")
    assert read({"id": "own", "filename": "a.py"}, version=None).scans[0].results[0].snippet == ""


def test_files_that_failed_are_not_covered() -> None:
    """Their errors name them; one that names none leaves all open."""
    errors = [{"type": "error", "filename": "a.py", "error": "syntax"}]
    scan = read(errors=errors).scans[0]
    assert (scan.completeness, scan.reason) == (Completeness.PARTIAL, "1 file could not be scanned.")
    assert (scan.coverage.unread, scan.coverage.extent) == (frozenset({"a.py"}), Extent.SCOPE)
    scan = read(errors=[*errors, {"filename": 7}]).scans[0]
    assert (scan.reason, scan.coverage.extent) == ("2 files could not be scanned.", Extent.UNKNOWN)
    assert read(errors=None).scans[0].completeness is Completeness.COMPLETE


def test_odd_entries_are_refused_alone() -> None:
    """An odd finding costs itself, an odd list its severity."""
    report = read(finding(), {"id": 7})
    assert (len(report.scans[0].results), report.scans[0].refused) == (1, 1)
    document = {"high": [finding()], "low": {}}
    report = bearer.read(json.dumps(document).encode(), CONTEXT)
    assert [said.pointer for said in report.diagnostics] == ["/low"]
    assert len(report.scans[0].results) == 1


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"high": []},
        {"high": [{"id": "x"}]},
        {"high": [finding()], "other": 1},
        {"source": "Else", "findings": []},
        {"findings": []},
    ],
)
def test_only_what_bearer_writes_is_ours(document: Any) -> None:
    """``{}`` may be anybody's: the second form says whose it is."""
    assert isinstance(read_report(json.dumps(document).encode(), "r.json"), ReadFailure)
