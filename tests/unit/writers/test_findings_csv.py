import csv
import re
from io import StringIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.finding import Baseline, Finding, Observation
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Location
from aggregator.model.outcome import Context
from aggregator.model.risk import Risk
from aggregator.writers.findings_csv import COLUMNS, render_csv
from tests.builders import LINE, NOW, RUN, finding, outcome, result, sighting
from tests.writers import text

VOCABULARY = Path(__file__).parents[3] / "docs" / "vocabulary.md"


def rows(*findings: Finding) -> list[dict[str, str]]:
    document = text(render_csv, outcome(*findings))
    assert document.endswith("\r\n")
    return list(csv.DictReader(StringIO(document, newline=""), strict=True))


def test_every_column_is_explained() -> None:
    """The vocabulary tells what each column holds, once, and tells of no other."""
    told = VOCABULARY.read_text(encoding="utf-8").split("\n## The columns of findings.csv\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    assert sorted(re.findall("`(.+?)`", " ".join(cells))) == sorted(COLUMNS)


def test_row() -> None:
    """A finding is one row with all its columns."""
    source = result(vulnerability_ids=("CVE-1", "GHSA-2"), weaknesses=(89, 564))
    item = finding(source, result(tool="Bandit"), tickets=("A-1",), due_at=NOW, risk=Risk(57))
    assert rows(item) == [
        {
            "id": "F-1111111111",
            "severity": "HIGH",
            "status": "active",
            "baseline": "unchanged",
            "observation": "observed",
            "kind": "sast",
            "title": "SQL query built from user input",
            "where": "app.py:12",
            "path": "app.py",
            "line": "12",
            "tools": "Semgrep Bandit",
            "rule_id": "python.sql-injection",
            "weaknesses": "CWE-89 CWE-564",
            "vulnerability_ids": "CVE-1 GHSA-2",
            "first_seen": "2026-10-01T08:30:00Z",
            "last_seen": "2026-11-22T12:00:00Z",
            "due_at": "2026-11-22T12:00:00Z",
            "standing": "none",
            "closed_at": "",
            "reason": "",
            "tickets": "A-1",
            "product": "shop",
            "environment": "",
            "branch": "main",
            "risk": "57",
            "owners": "",
            "assignees": "",
            "product_type": "",
            "engagement": "",
            "decided_by": "",
            "decided_at": "",
            "decision_ends": "",
        }
    ]


def test_where_a_finding_belongs() -> None:
    """Team, product, engagement and environment are the finding's own, and the run's where it says nothing."""
    context = Context(line=LINE, run=RUN, product_type="platform", engagement="nightly")
    own = finding(belonging=Belonging("retail, web", "till", "Pen test", "staging"), id="F-2")
    document = text(render_csv, outcome(finding(), own, context=context))
    told = [
        tuple(row[name] for name in ("product_type", "product", "engagement", "environment"))
        for row in csv.DictReader(StringIO(document, newline=""), strict=True)
    ]
    assert told == [("platform", "shop", "nightly", ""), ("retail, web", "till", "Pen test", "staging")]


def test_owners() -> None:
    """Whose it is stands at the end, as it was written and harmless for a spreadsheet."""
    document = text(render_csv, outcome(finding(id="F-1", owners=("@octo/team", "a@b.example"))))
    (row,) = csv.DictReader(StringIO(document, newline=""), strict=True)
    assert row["owners"] == "'@octo/team a@b.example"


def test_gaps() -> None:
    """What is not known is an empty field; tools are remembered when nobody reported the finding this time."""
    seen = (sighting(result(tool="Trivy")), sighting(result(tool="Bandit")))
    gone = finding(baseline=Baseline.ABSENT, closed_at=NOW, closed_reason="Looked again.", sources=(), sightings=seen)
    whole_file = finding(result(location=Location("a.py")), id="F-2", baseline=None)
    package = finding(result(location=None, component=Component("pkg:npm/x", "x", "1")), id="F-3")
    unknown = finding(sources=(), sightings=(), observation=Observation.HELD, observation_reason="Brake.", id="F-4")
    found = rows(gone, whole_file, package, unknown)
    assert [row["tools"] for row in found] == ["Bandit Trivy", "Semgrep", "Semgrep", "Semgrep"]
    assert [row["line"] for row in found] == ["12", "", "", "12"]
    assert [row["where"] for row in found[:3]] == ["app.py:12", "a.py", "x 1"]
    assert [row["reason"] for row in found] == ["Looked again.", "", "", "Brake."]
    assert found[1]["baseline"] == ""


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@\",\r\n\t'")))
def test_any_text_is_one_harmless_field(hostile: str) -> None:
    """Whatever a report says stays in its field and is no formula."""
    (row,) = rows(finding(result(title=hostile, rule_id=hostile, location=Location(hostile, 1))))
    assert set(row) == set(COLUMNS)
    for name in ("title", "rule_id", "path"):
        assert row[name].removeprefix("'") == hostile.removeprefix("'")
        assert row[name][:1] not in set("=+-@\t\r")


def test_chunks() -> None:
    """A long table comes in pieces, its heading first."""
    pieces = list(render_csv(outcome(*(finding(id=f"F-{number}") for number in range(2500)))))
    assert pieces[0] == (",".join(COLUMNS) + "\r\n").encode()
    assert len(pieces) == 4
