import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.json import decode

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.finding import (
    Baseline,
    Carried,
    Decision,
    Disposition,
    Finding,
    Merge,
    Observation,
    RunnerUp,
    Transition,
)
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.outcome import Outcome, Ruling, Stop, Verdict
from aggregator.model.related import Related
from aggregator.model.result import Kind
from aggregator.model.risk import Risk, Term
from aggregator.model.severity import Severity
from aggregator.model.upgrade import Upgrade
from aggregator.writers.findings_json import render_findings
from aggregator.writers.findings_schema import findings_schema
from aggregator.writers.published import PublishedReport
from tests.builders import BEFORE, NOW, finding, note, outcome, result, scan, sighting
from tests.writers import text, value

SCHEMA = Path("schemas/findings.schema.json")
PLACED = finding(
    result(related=(Location("b.py", 2),), native_id="n", confidence=90),
    result(tool="Bandit", location=Location("app.py", 13)),
    merges=(Merge("Bandit", "B1", "certain", "near", ("x",)),),
    runners_up=(RunnerUp("Ruff", "S1", "c.py:1", "other path"),),
    carried=(Carried("Semgrep", "r", "certain", "snippet", ("then at b.py:2",)),),
    related=(Related("F-9", "CVE-1 in pkg:npm/x"),),
    history=(Transition(BEFORE, "new", "1", "first"),),
    decision=Decision(Disposition.RISK_ACCEPTED, "ok", "ann", "exceptions", BEFORE, NOW),
    component=Component("pkg:npm/x", "x", "1", ("2",), "lock.json"),
    resource=Resource("arn:x"),
    endpoint=Endpoint("h"),
    risk=Risk(67, (Term("cvss", 67.2, "CVSS 11.2.", "CVSS 3.1", date(2026, 11, 20)), Term("epss", None, "No."))),
)
CLOSED = finding(
    result(), result(tool="Bandit", location=Location("z.py")), id="F-2", baseline=Baseline.ABSENT, closed_at=NOW
)


def published(item: Finding, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = value(render_findings, outcome(item, **fields))["findings"][0]
    return found


@pytest.mark.parametrize(
    "of",
    [
        outcome(),
        outcome(PLACED, CLOSED, diagnostics=(note(),)),
        outcome(finding(baseline=None, location=None), is_baseline=True),
        outcome(*(finding(id=f"F-{word}", decision=Decision(word)) for word in Disposition)),
        outcome(*(finding(result(kind=kind), id=f"F-{kind}") for kind in Kind)),
    ],
    ids=["empty", "full", "baseline", "dispositions", "kinds"],
)
def test_document_fits_its_schema(of: Outcome) -> None:
    """What is written is what the published schema says, and decodes to the published Structs."""
    schema = json.loads(SCHEMA.read_bytes())
    Draft202012Validator(schema).validate(value(render_findings, of))
    decode(text(render_findings, of), type=PublishedReport)


def test_owners_are_published() -> None:
    """Whose a finding is stands as people wrote it; nobody's has none."""
    assert published(finding(id="F-1", owners=("@kim", "desk")))["owners"] == ["@kim", "desk"]
    assert published(finding(id="F-1"))["owners"] == []


def test_why_the_gate_fails_is_published() -> None:
    """Beside the failing ids stand the reasons, and whether the verdict is advice."""
    stop = Stop(("any",), "any: it is open.", "Fix it.", ("F-1",))
    of = outcome(finding(id="F-1"), verdict=Verdict(Ruling.FAIL, "One.", ("F-1",), (stop,), is_advisory=True))
    verdict = value(render_findings, of)["verdict"]
    assert verdict["failing"] == ["F-1"]
    assert verdict["reasons"] == [
        {"rules": ["any"], "why": "any: it is open.", "remedy": "Fix it.", "findings": ["F-1"]}
    ]
    assert verdict["advisory"] is True
    decode(text(render_findings, of), type=PublishedReport)


def test_schema_is_the_code() -> None:
    """The schema in the repository is the one made from the code: run `make schemas` when this fails."""
    assert json.loads(SCHEMA.read_bytes()) == json.loads(json.dumps(findings_schema()))


def test_every_source_leads_back() -> None:
    """Each source names its report and the place in it, and a finding every place where it is, once."""
    found = published(PLACED)
    assert [(source["report"], source["pointer"]) for source in found["sources"]] == [
        ("semgrep.json", "/results/0")
    ] * 2
    assert [(place["path"], place["start_line"]) for place in found["locations"]] == [
        ("app.py", 12),
        ("app.py", 13),
        ("b.py", 2),
    ]


def test_story() -> None:
    """Merge, recognition, decision and history are all told."""
    found = published(PLACED)
    assert found["runners_up"] == [{"tool": "Ruff", "rule_id": "S1", "where": "c.py:1", "veto": "other path"}]
    assert found["carried"] == [
        {"tool": "Semgrep", "rule_id": "r", "tier": "certain", "key": "snippet", "inputs": ["then at b.py:2"]}
    ]
    assert found["related"] == [{"id": "F-9", "reason": "CVE-1 in pkg:npm/x"}]
    assert found["decision"]["expires_at"] == "2026-11-22T12:00:00Z"
    assert found["status"] == "risk_accepted"
    assert found["history"] == [{"at": "2026-10-01T08:30:00Z", "to": "new", "run": "1", "reason": "first"}]


def test_upgrades_are_told() -> None:
    """Each upgrade names the package, the version to go to, where, and the findings that it closes."""
    upgrade = Upgrade("pkg:npm/x", "x", "lock.json", "", ("1",), "2", ("F-1111111111",), Severity.HIGH)
    document = text(render_findings, outcome(PLACED, upgrades=(upgrade,)))
    assert json.loads(document)["upgrades"] == [
        {
            "purl": "pkg:npm/x",
            "name": "x",
            "path": "lock.json",
            "image": "",
            "installed": ["1"],
            "to": "2",
            "closes": ["F-1111111111"],
            "severity": "HIGH",
        }
    ]


def test_risk_is_told_whole() -> None:
    """A score has every term with all its keys; what nobody knows is null, and so is the risk of what is closed."""
    assert published(PLACED)["risk"] == {
        "score": 67,
        "terms": [
            {"name": "cvss", "points": 67.2, "why": "CVSS 11.2.", "source": "CVSS 3.1", "as_of": "2026-11-20"},
            {"name": "epss", "points": None, "why": "No.", "source": "", "as_of": None},
        ],
    }
    assert published(CLOSED)["risk"] is None


def test_closed_has_its_places() -> None:
    """A finding that was closed in this run keeps the places that the state remembers."""
    found = published(CLOSED)
    assert found["baseline"] == "absent"
    assert [place["path"] for place in found["locations"]] == ["app.py", "z.py"]
    assert found["sources"] == []


def test_who_reported_it_earlier_is_told() -> None:
    """Of what this run saw nobody twice; every remembered source that it did not see, with the day it was seen last."""
    bandit = sighting(result(tool="Bandit", rule_id="B608", location=None), last_seen=BEFORE)
    assert published(finding())["sightings"] == []
    both = finding(sightings=(sighting(result()), bandit))
    where: dict[str, Any] = {"path": "", "start_line": None, "last_seen": "2026-10-01T08:30:00Z"}
    earlier = {"tool": "Bandit", "scope": "src", "rule_id": "B608", "severity": "HIGH"} | where
    assert published(both)["sightings"] == [earlier]
    unseen = published(finding(observation=Observation.NOT_COVERED))
    assert [(each["tool"], each["path"], each["start_line"]) for each in unseen["sightings"]] == [
        ("Semgrep", "app.py", 12)
    ]
    assert [each["tool"] for each in published(CLOSED)["sightings"]] == ["Semgrep", "Bandit"]


def test_secret_fingerprint_stays_inside() -> None:
    """A secret's native fingerprint may be a hash of the value, so it is not published."""
    assert published(finding(result(kind=Kind.SECRET, native_id="n")))["sources"][0]["native_id"] == ""
    assert published(PLACED)["sources"][0]["native_id"] == "n"


def test_snippets_stay_inside() -> None:
    """Neither the flagged text nor the digest of a secret is published."""
    document = text(render_findings, outcome(finding(result(snippet="SNIPPET", secret="DIGEST"))))
    assert "SNIPPET" not in document
    assert "DIGEST" not in document


def test_scans() -> None:
    """A scan says how complete it was and how much it covered, when it lists that."""
    partial = scan(
        completeness=Completeness.PARTIAL,
        reason="Slow.",
        coverage=Coverage(Extent.LISTED, frozenset({"a", "b"}), frozenset({"d", "c"})),
    )
    one, two = value(render_findings, outcome(scans=(scan(), partial)))["scans"]
    assert (one["covered"], one["completeness"], one["unread"]) == (None, "complete", [])
    assert (two["covered"], two["completeness"], two["unread"]) == (2, "partial", ["c", "d"])


def test_order_is_the_outcomes() -> None:
    """Findings come in the outcome's order, in chunks."""
    items = [finding(id=f"F-{number}") for number in range(600)]
    of = outcome(*items)
    assert [found["id"] for found in value(render_findings, of)["findings"]] == [item.id for item in items]
    assert len(list(render_findings(of))) > 3
