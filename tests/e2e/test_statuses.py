"""The status of a finding is one word, told in every document with who said so and when."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest

from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.location import Component
from aggregator.model.outcome import Context, Outcome
from aggregator.model.report import Report
from aggregator.model.result import Kind
from aggregator.model.state import RunRef
from aggregator.model.statement import Statement, Statements
from aggregator.pipeline import evaluate
from aggregator.policy import read_exceptions
from aggregator.writers.explain import explain
from aggregator.writers.findings_csv import render_csv
from aggregator.writers.findings_json import render_findings
from aggregator.writers.merged_sarif import render_merged
from aggregator.writers.summary import render_summary
from aggregator.writers.vex import render_vex
from tests.builders import LINE, result, scan

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NEXT = datetime(2026, 7, 15, tzinfo=UTC)
LIBRARY = result(
    kind=Kind.SCA,
    tool="Trivy",
    report="trivy.json",
    rule_id="CVE-2026-1",
    title="Flaw in left-pad",
    vulnerability_ids=("CVE-2026-1",),
    weaknesses=(),
    location=None,
    component=Component("pkg:npm/left-pad", "left-pad", "1.0.0", path="package-lock.json"),
)
STATUSES = ("verified", "risk_accepted", "mitigated", "not_affected", "false_positive", "out_of_scope")
IN_VEX = {
    "active": "under_investigation",
    "verified": "affected",
    "risk_accepted": "affected",
    "mitigated": "affected",
    "not_affected": "not_affected",
    "false_positive": "under_investigation",
    "out_of_scope": "under_investigation",
    "closed": "fixed",
}


def told(status: str, *, by_issue: bool) -> Outcome:
    """A run that ends with the library's finding in a status, as the exceptions file or an issue says."""

    def run(now: datetime, number: str, before: Outcome | None = None, **given: Any) -> Outcome:
        results = () if status == "closed" and before else (LIBRARY,)
        report = Report(name="trivy.json", place=".", format="f", scans=(scan(LIBRARY, results=results),))
        context = Context(line=LINE, run=RunRef(number))
        return evaluate([report], now=now, context=context, state=before.state if before else None, **given)

    first = run(NOW, "1")
    if status in {"active", "closed"}:
        return run(NEXT, "2", first)
    (found,) = first.findings
    if by_issue:
        decision = Decision(Disposition(status), "Seen it.", "kim", "issues", NEXT, datetime(2027, 1, 1, tzinfo=UTC))
        said = Statements(frozenset({"issues"}), (Statement(found.id, decision, "issue #7"),))
        return run(NEXT, "2", first, statements=said)
    entry = f"{{ status: {status}, reason: Seen it., owner: kim, expires: 2026-12-31, id: {found.id} }}"
    return run(NEXT, "2", first, exceptions=read_exceptions(f"exceptions: [{entry}]", "e.yml"))


def found_in(outcome: Outcome) -> Finding:
    (found,) = outcome.findings
    return found


CASES = [("active", False), ("closed", False), *((status, by) for status in STATUSES for by in (False, True))]


@pytest.mark.parametrize(("status", "by_issue"), CASES)
def test_the_same_word_everywhere(status: str, by_issue: bool) -> None:
    """findings.json, findings.csv, merged.sarif and explain tell one status, and who said so and when."""
    outcome = told(status, by_issue=by_issue)
    document = b"".join(render_findings(outcome))
    (published,) = json.loads(document)["findings"]
    (row,) = csv.DictReader(StringIO(b"".join(render_csv(outcome)).decode(), newline=""))
    words = "\n".join(explain(document, found_in(outcome).id))
    assert published["status"] == row["status"] == found_in(outcome).status == status
    assert f"Status: {status.replace('_', ' ')}" in words
    decision = published["decision"]
    who = (row["decided_by"], row["decided_at"], row["decision_ends"])
    if status in {"active", "closed"}:
        assert (decision, who) == (None, ("", "", ""))
        return
    assert (decision["author"], decision["decided_at"]) == ("kim", "2026-07-15T00:00:00Z")
    assert who == ("kim", "2026-07-15T00:00:00Z", "2027-01-01T00:00:00Z")
    origin = "issues" if by_issue else "exceptions"
    assert f"by kim, from {origin}, on 2026-07-15, until 2026-12-31: Seen it." in words
    properties = _properties(outcome)
    assert (properties["status"], properties["decidedBy"], properties["decidedAt"], properties["decisionEnds"]) == (
        status,
        *who,
    )


def _properties(outcome: Outcome) -> dict[str, str]:
    log = json.loads(b"".join(render_merged(outcome)))
    (found,) = [each for run in log["runs"] for each in run["results"]]
    properties: dict[str, str] = found["properties"]
    return properties


@pytest.mark.parametrize("status", STATUSES)
def test_the_summary_says_it(status: str) -> None:
    """What is verified says by whom in its row; what asks nobody for action is counted under its word."""
    summary = b"".join(render_summary(told(status, by_issue=False))).decode()
    assert ("verified by kim" if status == "verified" else f"- 1 {status.replace('_', ' ')}") in summary


@pytest.mark.parametrize(("status", "by_issue"), CASES)
def test_vex_says_what_was_decided(status: str, by_issue: bool) -> None:
    """Only what people called not affected is so; an accepted risk is affected, and what was closed is fixed."""
    outcome = told(status, by_issue=by_issue)
    document = json.loads(b"".join(render_vex(outcome)))
    (statement,) = document["statements"]
    assert statement["status"] == IN_VEX[status]
    assert (document["version"], document["timestamp"]) == (1, "2026-07-15T00:00:00Z")
    assert statement.get("timestamp") == (None if status == "active" else "2026-07-15T00:00:00Z")
