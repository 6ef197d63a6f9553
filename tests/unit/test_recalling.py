"""Tests of :mod:`aggregator.pipeline.recalling`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from aggregator.belonging import Homes
from aggregator.dedupe.tracking.scope_renames import NOTHING_HEARD
from aggregator.model.checkout import Checkout
from aggregator.model.location import Component
from aggregator.model.report import Report
from aggregator.model.result import Kind
from aggregator.pipeline import evaluate
from aggregator.pipeline.recalling import in_todays_names
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


def vulnerable(*names: str, rule_id: str = "CVE-2024-31210", path: str = "package-lock.json") -> Report:
    """A report of one vulnerability that packages of these names have."""
    rows = tuple(
        result(
            kind=Kind.SCA,
            rule_id=rule_id,
            pointer=f"/{name}",
            vulnerability_ids=(rule_id,),
            location=None,
            component=Component(f"pkg:npm/{name}", name, path=path),
        )
        for name in names
    )
    return Report(name="t.json", place="t.json", format="trivy-json", scans=(scan(rows[0], results=rows),))


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        (["[redacted]", "lodash"], ["wordpress", "lodash"], {"wordpress": "unchanged", "lodash": "unchanged"}),
        (["@[redacted]/core"], ["@acme/core"], {"@acme/core": "unchanged"}),
        (
            ["[redacted]"],
            ["wordpress", "nextcloud"],
            {"[redacted]": "absent", "wordpress": "new", "nextcloud": "new"},
        ),
        (["[redacted]", "lodash"], ["lodash"], {"[redacted]": "absent", "lodash": "unchanged"}),
        (["[redacted]/[redacted]/[redacted]/[redacted]"], ["a/b/c/d"], None),
    ],
    ids=["one", "in part", "two", "none", "too many masks"],
)
def test_a_package_that_was_masked_gets_its_name_back(
    then: list[str], now: list[str], found: dict[str, str] | None
) -> None:
    """Early states masked what is called like a password; nobody guesses which of two packages it was."""
    first = evaluate([vulnerable(*then)], now=NOW)
    outcome = evaluate([vulnerable(*now)], now=NOW + timedelta(days=1), state=first.state)
    told = {each.component.name: each.baseline for each in outcome.findings if each.component}
    assert told == (found or {then[0]: "absent", now[0]: "new"})
    if "new" not in told.values() and "absent" not in told.values():
        assert {each.id for each in outcome.findings} == {each.id for each in first.findings}


@pytest.mark.parametrize("other", [{"rule_id": "CVE-2024-9"}, {"path": "web/package-lock.json"}])
def test_another_vulnerability_names_no_masked_package(other: dict[str, str]) -> None:
    """Nor does a package of another manifest: whatever becomes of both, the memory keeps its own name."""
    first = evaluate([vulnerable("[redacted]")], now=NOW)
    assert first.state is not None
    scans = vulnerable("wordpress", **other).scans
    known = in_todays_names(first.state, scans, NOTHING_HEARD, Homes((), (), {}, first.state.line), Checkout())
    assert known is not None
    assert [each.component for each in known.findings] == [each.component for each in first.state.findings]
