"""An entry that cannot be read is no sign that its finding is gone: what the tool said of it, nobody knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator import evaluate, read_report
from aggregator.model.coverage import Completeness
from aggregator.model.finding import Observation
from aggregator.model.report import ReadFailure
from tests.builders import NOW

SAMPLES = Path(__file__).parents[1] / "samples"
CASES: dict[str, tuple[Callable[[Any], list[Any]], str, object]] = {
    "semgrep/logged-in.json": (lambda data: data["results"], "path", 3),
    "bandit/app.json": (lambda data: data["results"], "line_number", "7"),
    "bearer/v2.json": (lambda data: data["findings"], "line_number", "7"),
    "trivy/folder.json": (
        lambda data: [
            each
            for target in data["Results"]
            for kind in ("Vulnerabilities", "Misconfigurations", "Secrets")
            for each in target.get(kind, [])
        ],
        "Severity",
        3,
    ),
    "grype/folder.json": (lambda data: data["matches"], "vulnerability", 3),
    "osv-scanner/manifests.json": (
        lambda data: [each for source in data["results"] for each in source["packages"]],
        "package",
        3,
    ),
    "pip-audit/requirements.json": (
        lambda data: [each for package in data["dependencies"] for each in package.get("vulns", [])],
        "id",
        3,
    ),
    "checkov/app.json": (
        lambda data: [each for part in data for each in part["results"]["failed_checks"]],
        "check_id",
        3,
    ),
    "detect-secrets/app.json": (
        lambda data: [each for found in data["results"].values() for each in found],
        "line_number",
        "7",
    ),
    "gitleaks/folder.json": (lambda data: data, "StartLine", "7"),
    "zap/plus.json": (lambda data: [each for site in data["site"] for each in site["alerts"]], "riskcode", {}),
    "prowler/v5.ocsf.json": (lambda data: data, "severity", 3),
    "sarif/bandit-app.sarif": (lambda data: data["runs"][0]["results"], "level", 3),
    "sarif/codeql-packs.sarif": (lambda data: data["runs"][0]["results"], "ruleId", 3),
}


@pytest.mark.parametrize("share", ["one", "all"])
@pytest.mark.parametrize("sample", CASES)
def test_nothing_is_closed_by_what_cannot_be_read(sample: str, share: str) -> None:
    """With a field of another type, in one entry or in all, the report closes none of its findings."""
    entries_of, field, value = CASES[sample]
    data = json.loads((SAMPLES / sample).read_bytes())
    before = evaluate([_read(data, sample)], now=NOW)
    entries = entries_of(data)
    for entry in entries if share == "all" else entries[:1]:
        entry[field] = value
    report = _read(data, sample)
    assert sum(scan.refused for scan in report.scans)
    after = evaluate([report], now=NOW + timedelta(days=1), state=before.state)
    assert [finding.id for finding in after.findings if finding.closed_at is not None] == []
    assert Completeness.COMPLETE not in {scan.completeness for scan in report.scans if scan.refused}


# Entries above those: a target, a manifest, a package with all that is in it.
HOLDERS: dict[str, Callable[[Any], list[Any]]] = {
    "trivy/folder.json": lambda data: data["Results"],
    "osv-scanner/manifests.json": lambda data: data["results"],
    "pip-audit/requirements.json": lambda data: data["dependencies"],
    "zap/plus.json": lambda data: data["site"],
}


@pytest.mark.parametrize("share", ["one", "all"])
@pytest.mark.parametrize(
    ("sample", "entries_of"), [*((sample, case[0]) for sample, case in CASES.items()), *HOLDERS.items()]
)
def test_nothing_is_closed_by_an_entry_that_says_nothing(
    sample: str, entries_of: Callable[[Any], list[Any]], share: str
) -> None:
    """Without any field it names no rule, no place and no message: what it was about, nobody knows."""
    data = json.loads((SAMPLES / sample).read_bytes())
    before = evaluate([_read(data, sample)], now=NOW)
    entries = entries_of(data)
    for entry in entries if share == "all" else entries[:1]:
        entry.clear()
    report = read_report(json.dumps(data).encode(), "report", pinned=sample.partition("/")[0])
    after = evaluate([report], now=NOW + timedelta(days=1), state=before.state)
    assert [finding.id for finding in after.findings if finding.closed_at is not None] == []


# By the sample: the lists that its tool always writes, each by what holds it.
LISTS: dict[str, tuple[Callable[[Any], list[dict[str, Any]]], str]] = {
    "semgrep/logged-in.json": (lambda data: [data], "results"),
    "bandit/app.json": (lambda data: [data], "results"),
    "pip-audit/requirements.json": (lambda data: [each for each in data["dependencies"] if each.get("vulns")], "vulns"),
    "checkov/app.json": (lambda data: [part["results"] for part in data], "failed_checks"),
    "detect-secrets/app.json": (lambda data: [data["results"]], "app/settings.py"),
}


@pytest.mark.parametrize("value", [None, "7"])
@pytest.mark.parametrize("sample", LISTS)
def test_nothing_is_closed_by_a_list_that_cannot_be_read(sample: str, value: object) -> None:
    """Its tool writes an empty list for none: ``null`` says nothing, and nothing counts as gone."""
    holders, key = LISTS[sample]
    data = json.loads((SAMPLES / sample).read_bytes())
    before = evaluate([_read(data, sample)], now=NOW)
    for holder in holders(data):
        assert holder[key]
        holder[key] = value
    after = evaluate([_read(data, sample)], now=NOW + timedelta(days=1), state=before.state)
    gone = [each for each in after.findings if each.closed_at is not None or each.observation is Observation.HELD]
    assert gone == []


@pytest.mark.parametrize(
    "invocation",
    [
        {"executionSuccessful": "false", "exitCode": 2},
        {"executionSuccessful": True, "toolExecutionNotifications": "crashed"},
        {"executionSuccessful": True, "toolExecutionNotifications": [{"level": 3, "message": {"text": "crashed"}}]},
    ],
)
def test_a_run_of_which_nobody_knows_how_it_went_closes_nothing(invocation: dict[str, object]) -> None:
    """A SARIF run whose invocation cannot be read is no complete one."""
    sample = "sarif/codeql-packs.sarif"
    data = json.loads((SAMPLES / sample).read_bytes())
    before = evaluate([_read(data, sample)], now=NOW)
    data["runs"][0].update(results=[], invocations=[invocation])
    report = _read(data, sample)
    after = evaluate([report], now=NOW + timedelta(days=1), state=before.state)
    assert [finding.id for finding in after.findings if finding.closed_at is not None] == []
    assert report.scans[0].reason == "what the tool says of how it went could not be read."


def _read(data: object, sample: str) -> Any:
    report = read_report(json.dumps(data).encode(), "report", pinned=sample.partition("/")[0])
    assert not isinstance(report, ReadFailure), report
    return report


def test_a_run_that_failed_stays_a_failed_one() -> None:
    """Beside one of which an entry could not be read: the gravest holds for each."""
    data = json.loads((SAMPLES / "sarif/codeql-packs.sarif").read_bytes())
    failed = json.loads(json.dumps(data["runs"][0]))
    failed["automationDetails"] = {"id": "other/"}
    del failed["results"]
    data["runs"][0]["results"][0]["ruleId"] = 3
    data["runs"].append(failed)
    report = _read(data, "sarif/codeql-packs.sarif")
    assert {scan.completeness for scan in report.scans} == {Completeness.PARTIAL, Completeness.FAILED}
    assert [scan.reason for scan in report.scans if scan.completeness is Completeness.FAILED] == [
        "the run has no results: the tool failed before it computed any."
    ]
