"""Tests of :mod:`aggregator.pipeline.recalling`."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from aggregator.model.location import Component
from aggregator.model.report import Report
from aggregator.model.result import Kind
from aggregator.pipeline import evaluate
from tests.builders import NOW, result, scan

XLSX = Component("pkg:npm/xlsx", "xlsx", path="package-lock.json")


def advisories(*names: str) -> Report:
    """A report of advisories about one package."""
    about = {"kind": Kind.SCA, "location": None, "component": XLSX}
    rows = tuple(result(rule_id=name, pointer=f"/{name}", vulnerability_ids=(name,), **about) for name in names)
    return Report(name="snyk.sarif", place="snyk.sarif", format="sarif", scans=(scan(rows[0], results=rows),))


def test_a_package_is_no_vulnerability() -> None:
    """Early states held ``xlsx@0.16.2`` among the names; it joins nothing, and nobody is told of it any more."""
    first = evaluate([advisories("SNYK-JS-XLSX-1", "SNYK-JS-XLSX-2")], now=NOW)
    one, two = first.state.findings
    early = replace(one, vulnerability_ids=("SNYK-JS-XLSX-1", "xlsx@0.16.2"))
    outcome = evaluate(
        [advisories("SNYK-JS-XLSX-2", "SNYK-JS-XLSX-3")],
        now=NOW + timedelta(days=1),
        state=replace(first.state, findings=(early, two)),
    )
    told = [(each.vulnerability_ids, each.baseline) for each in sorted(outcome.findings, key=lambda each: each.rule_id)]
    assert told == [(("SNYK-JS-XLSX-1",), "absent"), (("SNYK-JS-XLSX-2",), "unchanged"), (("SNYK-JS-XLSX-3",), "new")]
