"""What an established tracker does with everyday changes between two reports, beside what Onefold does.

The sentences under ``incumbent`` were measured on DefectDojo 3.2.0: each report was imported and re-imported with its
default settings. ``ours`` names the numbers of the second run that are not zero.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from aggregator import ExceptionRule, Finding, Outcome, ReadFailure, Report, State, evaluate, read_report
from tests.e2e import drift
from tests.e2e.job import EXAMPLES, ROOT
from tests.e2e.test_memory import (
    EVERY_REPORT,
    FOLDER,
    GITLEAKS,
    IMAGE,
    PROWLER,
    SAMPLES,
    SEMGREP,
    ZAP,
    ten_resources,
    two_hosts,
    two_jars,
)

FIRST, LATER = datetime(2026, 10, 1, 8, tzinfo=UTC), datetime(2026, 11, 22, 12, tzinfo=UTC)
NUMBERS = ("new", "updated", "absent", "reopened", "not_covered", "held", "refused")
LOGGED_IN, REQUIRES_LOGIN = SAMPLES / "semgrep" / "logged-in.json", SAMPLES / "sarif" / "semgrep.sarif"


class Row(NamedTuple):
    """A report, what happens to it, what the incumbent makes of that, and what Onefold makes of it.

    ``ours`` may call for all findings to be updated: ``ALL``.
    """

    incumbent: str
    report: Path | Callable[[], Any]
    change: drift.Edit
    ours: Mapping[str, int] = MappingProxyType({})


ALL = -1


def nothing(content: Any) -> None:
    """The identical report again."""


def rule_severity(content: Any) -> None:
    """The rule of the first result is rated anew."""
    content["results"][0]["extra"]["severity"] = "WARNING"


def new_url(content: Any) -> None:
    """An alert is found at one more URL."""
    alert = content["site"][0]["alerts"][0]
    alert["instances"].append({**alert["instances"][0], "uri": "https://shop.example/another", "nodeName": ""})


def tagged() -> Any:
    """An image under its tag."""
    content = json.loads(IMAGE.read_bytes())
    drift.image_tag("registry.example/shop:1.0")(content)
    return content


def in_files() -> Any:
    """The secrets as Gitleaks reports them that looks at files: a line of a commit never moves."""
    return [leak | {"Commit": ""} for leak in json.loads(GITLEAKS.read_bytes())]


CHANGES = {
    "semgrep, one line inserted": Row("5 new + 5 closed of 5", SEMGREP, drift.one_line_above),
    "semgrep with fingerprints, one line inserted": Row(
        "5 untouched, old line numbers for ever", LOGGED_IN, drift.one_line_above
    ),
    "semgrep with fingerprints, severity of a rule changed": Row(
        "severity unchanged", LOGGED_IN, rule_severity, {"updated": 1}
    ),
    "semgrep, message reworded": Row("5 new + 5 closed of 5", SEMGREP, drift.other_words),
    "trivy, description reworded": Row(
        "5 new + 5 closed of 5", FOLDER, drift.every_flaw(Description="In other words.")
    ),
    "trivy, fixed version published": Row(
        "5 new + 5 closed of 5", two_jars, drift.every_flaw(FixedVersion="99.0"), {"updated": ALL}
    ),
    "trivy, severity re-scored": Row(
        "5 new + 5 closed of 5", two_jars, drift.every_flaw(Severity="LOW"), {"updated": ALL}
    ),
    "trivy, weakness added": Row("5 new + 5 closed of 5", FOLDER, drift.every_flaw(CweIDs=["CWE-1104"])),
    "trivy, patch that mends nothing": Row("5 new + 5 closed of 5", FOLDER, drift.patched_in_vain, {"updated": 8}),
    "trivy, image tag in the target": Row(
        "5 new + 5 closed of 5", tagged, drift.image_tag("registry.example/shop:1.1")
    ),
    "trivy, status or references changed": Row(
        "untouched", FOLDER, drift.every_flaw(Status="will_not_fix", References=["https://example.org/"])
    ),
    "trivy, one flaw in two jars": Row("second hidden, then closed by the identical report", two_jars, nothing),
    "zap, risk of two alerts re-rated": Row("2 new + 2 closed of 4", ZAP, drift.other_risk, {"updated": 2}),
    "zap, new URL under an existing alert": Row("untouched, nobody is told", ZAP, new_url, {"new": 1}),
    "zap, two hosts, identical": Row("2 of 4 closed", two_hosts, nothing),
    "prowler, ten resources, identical": Row("9 of 10 closed", ten_resources, nothing),
    "gitleaks, history rewritten": Row("3 new + 3 closed of 3", GITLEAKS, drift.rewritten_history),
    "gitleaks, secret moved three lines": Row("3 new + 3 closed of 3", in_files, drift.three_lines_down),
    "semgrep SARIF, requires login, identical": Row("4 of 5 hidden, then closed", REQUIRES_LOGIN, nothing),
}


def content_of(report: Path | Callable[[], Any]) -> Any:
    """The report as it was first."""
    return json.loads(report.read_bytes()) if isinstance(report, Path) else report()


def run(data: Any, state: State | None = None, now: datetime = FIRST, pinned: str = "", **more: Any) -> Outcome:
    """One run over one report."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return evaluate([read_report(raw, "report", pinned=pinned or None)], now=now, state=state, **more)


def numbers(outcome: Outcome) -> dict[str, int]:
    """What a run says happened, without what did not."""
    told = {name: getattr(outcome.totals, name) for name in NUMBERS}
    return {name: number for name, number in told.items() if number}


def ids(outcome: Outcome) -> dict[str, datetime | None]:
    """The findings that are not closed, each with its clock."""
    return {each.id: each.clock_start for each in outcome.findings if each.closed_at is None}


@pytest.mark.parametrize("name", CHANGES)
def test_change(name: str) -> None:
    """Findings, clocks and numbers after a change that says nothing about the flaws."""
    row = CHANGES[name]
    content = content_of(row.report)
    before = run(content)
    row.change(content)
    after = run(content, before.state, LATER)
    expected = {word: len(before.findings) if count == ALL else count for word, count in row.ours.items()}
    assert numbers(after) == {**expected, **({"refused": after.totals.refused} if after.totals.refused else {})}
    assert ids(before).items() <= ids(after).items()
    assert len(after.findings) == len(before.findings) + expected.get("new", 0)


def test_lines_are_those_of_the_last_report() -> None:
    """Incumbent: old line numbers for ever. Ours: where it stands now."""
    content = content_of(LOGGED_IN)
    before = {each.id: each.location for each in run(content).findings}
    drift.one_line_above(content)
    for each in run(content, run(content_of(LOGGED_IN)).state, LATER).findings:
        old = before[each.id]
        assert old is not None
        assert each.location is not None
        assert (each.location.start_line or 0) == (old.start_line or 0) + 1


def test_breach_survives_an_inserted_line() -> None:
    """Incumbent: 325 days old and breached, one line inserted: due eleven months later. Ours: breached since then."""
    content = content_of(SEMGREP)
    before = run(content, now=FIRST - timedelta(days=325))
    late = run(content, before.state)
    drift.one_line_above(content)
    after = run(content, late.state, FIRST + timedelta(days=1))
    assert after.totals.breached == late.totals.breached == 12
    assert {each.id: each.due_at for each in after.findings} == {each.id: each.due_at for each in late.findings}


@pytest.mark.parametrize("status", ["false_positive", "risk_accepted"])
def test_decisions_survive_an_inserted_line(status: str) -> None:
    """Incumbent: all 5 come back active, acceptances removed. Ours: all stay as decided."""
    content = content_of(SEMGREP)
    before = run(content)
    decided = [
        ExceptionRule.model_validate(
            {"id": each.id, "status": status, "reason": "seen", "owner": "kim", "expires": "2027-01-31"}
        )
        for each in before.findings[:5]
    ]
    rules = tuple(decided)
    silenced = run(content, before.state, exceptions=rules)
    drift.one_line_above(content)
    after = run(content, silenced.state, LATER, exceptions=rules)
    assert {each.id for each in after.findings if each.status == status} == {each.id for each in before.findings[:5]}
    assert numbers(after) == {}


def test_ten_resources_are_ten_findings() -> None:
    """Incumbent: 10 resources imported into an empty test are 1 row, 9 lost. Ours: 10."""
    assert run(ten_resources()).totals.unique == 10


def test_three_days_are_ten_findings() -> None:
    """Incumbent: the same 10 on three days are 30 active rows. Ours: 10."""
    outcome = run(ten_resources())
    for day in (1, 2):
        outcome = run(ten_resources(), outcome.state, FIRST + timedelta(days=day))
    assert (outcome.totals.open, numbers(outcome)) == (10, {})


@pytest.mark.parametrize(
    "report",
    [
        EXAMPLES / "first" / "modelled" / "codeql.sarif",
        SAMPLES / "sarif" / "codeql-packs.sarif",
        SAMPLES / "sarif" / "bandit.sarif",
        REQUIRES_LOGIN,
    ],
    ids=lambda path: path.name,
)
def test_first_import_hides_nothing(report: Path) -> None:
    """Incumbent: of CodeQL's 72 results 17 hidden, 16 of them in another file. Ours: each rule and place is its own."""
    outcome = run(report.read_bytes())
    assert outcome.totals.reported == sum(
        (outcome.totals.unique, outcome.totals.merged, outcome.totals.suppressed, outcome.totals.refused)
    )
    for finding in outcome.findings:
        assert len({source.location.path for source in finding.sources if source.location}) == 1
        assert len({source.rule_id for source in finding.sources}) == 1 or finding.merges
    places = Counter(_place(finding) for finding in outcome.findings)
    assert max(places.values()) == 1


def _place(finding: Finding) -> object:
    return (finding.rule_id, finding.location)


NO_EVIDENCE: dict[str, bytes] = {
    "an empty object as Semgrep": b"{}",
    "Trivy's JSON as Semgrep": FOLDER.read_bytes(),
    "errors and no results": b'{"results": [], "errors": [{"code": 2, "level": "error", "type": "Other"}]}',
}


@pytest.mark.parametrize("name", NO_EVIDENCE)
def test_what_is_no_evidence(name: str) -> None:
    """Incumbent: all findings closed, and the call succeeds. Ours: none, and the report is named."""
    before = run(SEMGREP.read_bytes(), pinned="semgrep")
    after = run(NO_EVIDENCE[name], before.state, LATER, pinned="semgrep")
    assert numbers(after) == {"not_covered": before.totals.open}
    assert ids(after) == ids(before)
    said = {each.code for each in after.diagnostics} | {scan.completeness.value for scan in after.scans}
    assert "report-unreadable" in said or "failed" in said


def test_an_empty_object_as_sarif() -> None:
    """Incumbent: all findings closed. Ours: none."""
    before = run(REQUIRES_LOGIN.read_bytes())
    after = run(b'{"version": "2.1.0", "runs": []}', before.state, LATER)
    assert numbers(after) == {"not_covered": before.totals.open}


def test_a_name_that_says_nothing() -> None:
    """Incumbent: Prowler's file named .txt: all closed. Ours: content decides."""
    before = evaluate([read_report(PROWLER.read_bytes(), "p.json", place="p")], now=FIRST)
    after = evaluate([read_report(PROWLER.read_bytes(), "p.txt", place="p")], now=LATER, state=before.state)
    assert numbers(after) == {}


def test_empty_once_and_back() -> None:
    """Incumbent: closed, then 5 reactivated. Ours: never closed, nothing happened."""
    before = run(SEMGREP.read_bytes(), pinned="semgrep")
    between = run(b"", before.state, FIRST + timedelta(days=1), pinned="semgrep")
    after = run(SEMGREP.read_bytes(), between.state, LATER, pinned="semgrep")
    assert between.totals.absent == 0
    assert numbers(after) == {}
    assert ids(after) == ids(before)


@pytest.mark.parametrize("report", EVERY_REPORT)
def test_identical_again(report: str) -> None:
    """Incumbent: 10 of 118 samples close rows. Ours: no sample changes anything, twice."""
    read = _read(report)
    outcome = evaluate([read], now=FIRST)
    before = ids(outcome)
    for now in (FIRST + timedelta(days=1), LATER):
        outcome = evaluate([read], now=now, state=outcome.state)
        assert {**numbers(outcome), "refused": 0} == {"refused": 0}
        assert ids(outcome) == before


def _read(report: str) -> Report | ReadFailure:
    path = ROOT / report
    pinned = path.parent.name if path.is_relative_to(SAMPLES) else None
    return read_report(path.read_bytes(), report, pinned=pinned)
