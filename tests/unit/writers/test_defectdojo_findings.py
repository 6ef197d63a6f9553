"""Tests of :mod:`aggregator.writers.defectdojo_findings`."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Rule
from aggregator.model.severity import Cvss, Severity
from aggregator.writers.defectdojo_findings import DojoFinding, Home, dojo_finding, home_of, render_dojo_report
from tests.builders import NOW, finding, result, scan, sighting, tracked
from tests.fakes.defectdojo.report import ALLOWED, SEVERITIES, parse

HOSTILE = "</p><img src=x onerror=alert(1)> [x](javascript:alert) @team `a` | \u202e\x00 **b**"
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def told(item: Finding, *, lines: bool = False) -> DojoFinding:
    """What is told of a finding in any run."""
    return dojo_finding(tracked(item), "Semgrep src", lines=lines)


def rendered(item: Finding, *scans: Scan, seen: bool = True) -> dict[str, Any]:
    """The finding as it stands in the report, and as a DefectDojo takes it."""
    known = {item.id: tracked(item)}
    report = render_dojo_report([told(item)], known, {item.id: item} if seen else {}, scans)
    parse(report, "Generic Findings Import")
    (each,) = json.loads(report)["findings"]
    assert isinstance(each, dict)
    return each


def test_only_keys_that_every_version_takes() -> None:
    """One unknown key fails a whole report, so the keys are those of the oldest parser that is still about."""
    assert set(DojoFinding.__struct_fields__) <= ALLOWED


def test_what_is_told_in_any_run() -> None:
    """All that DefectDojo may know a finding again by comes from the state."""
    each = told(finding(severity=Severity.CRITICAL))
    assert each == DojoFinding(
        title="SQL query built from user input",
        severity="Critical",
        description="Found by Semgrep, rule `python.sql-injection`.\n\n"
        "Finding `F-1111111111` of Onefold, in the test `Semgrep src`.",
        unique_id_from_tool="F-1111111111/Semgrep src",
        date="2026-10-01",
        active=True,
        verified=False,
        static_finding=True,
        dynamic_finding=False,
        cwe=89,
        vuln_id_from_tool="python.sql-injection",
        file_path="app.py",
    )
    assert each.flags == (False, False, False)


def test_a_line_is_told_where_it_is_asked_for() -> None:
    """Lines move, and DefectDojo takes a finding on another line for another finding unless it goes by ids."""
    assert told(finding()).line == 0
    assert told(finding(), lines=True).line == 12
    assert told(finding(location=Location("a.py")), lines=True).line == 0
    assert told(finding(location=None), lines=True).line == 0


@pytest.mark.parametrize("severity", Severity)
def test_every_severity_has_its_word(severity: Severity) -> None:
    """DefectDojo refuses a report with another word."""
    assert told(finding(severity=severity)).severity in SEVERITIES


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        (Disposition.OPEN, {}),
        (Disposition.VERIFIED, {"verified": True}),
        (Disposition.FALSE_POSITIVE, {"active": False, "false_p": True}),
        (Disposition.NOT_AFFECTED, {"active": False, "false_p": True}),
        (Disposition.RISK_ACCEPTED, {"active": False, "risk_accepted": True}),
        (Disposition.SUPPRESSED, {"active": False, "risk_accepted": True}),
        (Disposition.OUT_OF_SCOPE, {"active": False, "out_of_scope": True}),
        (
            Disposition.MITIGATED,
            {"active": False, "is_mitigated": True, "mitigated": "2026-11-22T12:00:00Z"},
        ),
    ],
)
def test_decisions_are_told_as_they_are(disposition: Disposition, expected: dict[str, Any]) -> None:
    """Each word of ours has one of theirs."""
    decided = finding(decision=Decision(disposition, decided_at=NOW))
    assert told(decided) == replace(told(finding()), **expected)


def test_what_was_closed_is_told_as_closed() -> None:
    """With the moment, whatever people had decided."""
    closed = told(finding(closed_at=NOW + timedelta(days=1), decision=Decision(Disposition.VERIFIED)))
    assert (closed.active, closed.is_mitigated, closed.mitigated) == (False, True, "2026-11-23T12:00:00Z")


def test_the_home_does_not_depend_on_which_tools_ran() -> None:
    """The first source by name says where a finding stands and who found it."""
    semgrep, bandit = sighting(result()), sighting(result(tool="Bandit", rule_id="B608", scope="."))
    for order in ((semgrep, bandit), (bandit, semgrep)):
        item = tracked(finding(sightings=order))
        assert home_of(item) == Home("Bandit", ".", "B608")
    assert home_of(tracked(finding(sightings=()))) == Home("Semgrep", "", "python.sql-injection")


def test_packages_addresses_and_resources_have_their_fields() -> None:
    """Component, manifest, address and parameter stand where DefectDojo looks for them."""
    component = Component("pkg:pypi/jinja2", "jinja2", "2.1", ("2.2", "3.0"), "requirements.txt")
    package = rendered(
        finding(kind=Kind.SCA, location=None, component=component, vulnerability_ids=("CVE-2026-1", "x" * 51))
    )
    assert (package["component_name"], package["component_version"]) == ("jinja2", "2.1")
    assert package["file_path"] == "requirements.txt"
    assert package["vulnerability_ids"] == ["CVE-2026-1"]
    assert package["mitigation"].startswith("Fixed in `2.2, 3.0`.")
    page = rendered(
        finding(kind=Kind.DAST, location=None, endpoint=Endpoint("shop.example:8443", "/a/{}", "POST", "q"))
    )
    assert (page["endpoints"], page["param"]) == (["shop.example:8443"], "q")
    assert (page["static_finding"], page["dynamic_finding"]) == (False, True)
    assert "`POST shop.example:8443/a/{}`" in page["steps_to_reproduce"]
    assert told(finding(endpoint=Endpoint("shop.example", "/a/b"))).endpoints == ("shop.example/a/b",)
    assert told(finding(endpoint=Endpoint("bad host", "/"))).endpoints == ()
    cloud = rendered(finding(kind=Kind.CLOUD, location=None, resource=Resource("arn:aws:s3:::logs")))
    assert "Resource: `arn:aws:s3:::logs`" in cloud["steps_to_reproduce"]


def test_what_this_run_knows_is_filled_in() -> None:
    """Messages, rule texts, links, vectors and the due date: for findings that are new there."""
    source = result(message="It is bad.", cvss=Cvss("3.1", 9.8, VECTOR))
    rule = Rule(source.rule_id, help="Use parameters.", references=("https://owasp.example/a", "javascript:x"))
    each = rendered(finding(source, due_at=NOW), scan(source, rules=(rule,)))
    assert each["cvssv3"] == VECTOR
    assert each["planned_remediation_date"] == "2026-11-22"
    assert "Semgrep says: It is bad." in each["steps_to_reproduce"]
    assert "Where: `app.py:12`" in each["steps_to_reproduce"]
    assert each["mitigation"] == "Use parameters."
    assert each["references"] == "<https://owasp.example/a>"
    assert each["tags"] == ["sast"]


def test_what_was_not_seen_is_told_all_the_same() -> None:
    """A finding whose place nobody looked at keeps its place in the report, with what is remembered."""
    each = rendered(finding(location=Location("a.py")), seen=False)
    assert each["steps_to_reproduce"] == "Where: `a.py`"
    assert "mitigation" not in each


@pytest.mark.parametrize("vector", ["", "AV:N", f"{VECTOR}/X", "CVSS:4.0/AV:N", f"{VECTOR}{'/RL:O' * 20}"])
def test_a_vector_that_is_none_is_left_out(vector: str) -> None:
    """DefectDojo keeps version 3 only, and no more than it has room for."""
    assert "cvssv3" not in rendered(finding(result(cvss=Cvss("3.1", 9.8, vector))))
    assert "cvssv3" not in rendered(finding(result(cvss=None)))


def test_a_decision_says_who_and_why() -> None:
    """People who look there read what was decided here."""
    decision = Decision(Disposition.RISK_ACCEPTED, "Behind a wall.", "kim", "exceptions", NOW, NOW + timedelta(days=9))
    said = rendered(finding(decision=decision, due_at=NOW))
    assert said["severity_justification"] == "Risk accepted by kim until 2026-12-01. Behind a wall."
    assert "planned_remediation_date" not in said
    bare = rendered(finding(decision=Decision(Disposition.SUPPRESSED)))
    assert bare["severity_justification"].strip() == "Suppressed."


def test_hostile_text_starts_nothing() -> None:
    """DefectDojo renders long texts as Markdown: no markup of a report is left in them, and no control anywhere."""
    source = result(message=HOSTILE, title=HOSTILE, rule_id=HOSTILE, location=Location(f"a/{HOSTILE}", 1))
    rule = Rule(HOSTILE, help=f"{HOSTILE}.", references=(f"https://x.example/{HOSTILE}",))
    item = finding(source, decision=Decision(Disposition.FALSE_POSITIVE, HOSTILE, HOSTILE))
    each = rendered(item, scan(source, rules=(rule,)))
    for name in ("steps_to_reproduce", "mitigation", "severity_justification"):
        outside = "".join(each[name].split("``")[::2])
        assert "<img" not in outside, name
        assert not re.search(r"(?<!\\)\]\(", outside), name
    assert not any(mark in json.dumps(each, ensure_ascii=False) for mark in ("\u202e", "\x00"))
    assert "references" not in each


def test_nothing_is_longer_than_its_column() -> None:
    """The longest texts fit what DefectDojo has room for."""
    long = "x" * 9000
    source = result(message=long, title=long, rule_id=long, location=Location(long, 1))
    component = Component(long, long, long, (long,), long)
    each = rendered(finding(source, component=component, endpoint=Endpoint("a.example", "/", "GET", long)))
    assert len(each["title"]) <= 511
    assert len(json.dumps(each)) < 20_000


def test_a_finding_without_a_title_has_a_name() -> None:
    """The rule's, else its id: DefectDojo asks for one."""
    assert told(finding(title="")).title == "python.sql-injection"
    assert told(finding(title=" ", rule_id="\u200b")).title == "F-1111111111"


def test_the_same_findings_are_the_same_bytes() -> None:
    """A finding a line, in the order given."""
    first, second = finding(), finding(id="F-2")
    known = {each.id: tracked(each) for each in (first, second)}
    report = render_dojo_report([told(first), told(second)], known, {}, ())
    assert report == render_dojo_report([told(first), told(second)], known, {}, ())
    assert report.startswith(b'{"type":"Onefold","findings":[\n{"title"')
    assert report.count(b"\n") == 4
    assert json.loads(render_dojo_report([], {}, {}, ())) == {"type": "Onefold", "findings": []}
