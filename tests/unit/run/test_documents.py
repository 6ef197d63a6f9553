"""Tests of which documents a run writes, and how."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.model.location import Component
from aggregator.model.outcome import Outcome
from aggregator.model.report import ReadFailure, Report, Secrets
from aggregator.model.result import Kind
from aggregator.policy import Policy
from aggregator.policy.outputs import Outputs
from aggregator.run.documents import MOST_ON_A_PAGE, left_out, renderers, rules_shown, wanted
from aggregator.run.rule_papers import rule_papers
from aggregator.settings import from_arguments
from aggregator.writers.registry import ALL, DASHBOARD, EVIDENCE, OPENVEX, REPORT, WRITERS
from tests.builders import finding, outcome, result


def crowded(count: int) -> Outcome:
    of = outcome(finding())
    return replace(of, state=replace(of.state, findings=of.state.findings * count))


def test_the_page_is_written_unless_it_is_too_much() -> None:
    """A page is written by default, up to what one page shows at ease; beyond it people are told, and may insist."""
    few, many = crowded(MOST_ON_A_PAGE), crowded(MOST_ON_A_PAGE + 1)
    usual, always, never = Outputs(), Outputs(dashboard="always"), Outputs(dashboard="never")
    assert wanted(few, usual) == (*WRITERS, DASHBOARD)
    assert wanted(many, usual) == WRITERS
    assert wanted(many, always) == (*WRITERS, DASHBOARD)
    assert wanted(few, never) == WRITERS
    (said,) = left_out(many, usual)
    assert (said.code, said.subject) == ("dashboard-too-large", "dashboard.html")
    assert "There are 20001 findings" in said.reason
    assert [list(left_out(each, asked)) for each, asked in ((few, usual), (many, always), (many, never))] == [[]] * 3


def test_what_is_asked_for_is_written() -> None:
    """Report, evidence and VEX are written when the policy asks; VEX only where there is something to say."""
    outputs = Outputs(report=True, evidence=True, vex=True)
    assert wanted(outcome(finding()), outputs) == (*WRITERS, DASHBOARD, REPORT, EVIDENCE)
    package = Component("pkg:npm/x", "x", "1")
    flaw = result(kind=Kind.SCA, component=package, vulnerability_ids=("CVE-2026-1",), location=None)
    assert wanted(outcome(finding(flaw)), outputs)[-1] is OPENVEX


def test_evidence_knows_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every document has its renderer, and the evidence holds the rules that were in force."""
    monkeypatch.chdir(tmp_path)
    assert [paper.name for paper in rule_papers(from_arguments({}), Policy())] == ["policy/in-force.json"]
    Path(".github").mkdir()
    Path(".github/onefold.yml").write_text("product: shop\n")
    settings, policy = from_arguments({}), Policy(product="shop")
    made = renderers(outcome(finding()), tuple(rule_papers(settings, policy)))
    assert made.keys() == {writer.name for writer in ALL}
    with zipfile.ZipFile(io.BytesIO(b"".join(made["evidence"]()))) as archive:
        assert archive.read("policy/onefold.yml") == b"product: shop\n"
        assert b'"product": "shop"' in archive.read("policy/in-force.json")
    assert b"".join(made["report"]()).startswith(b"# Security findings: shop")
    Path("x.yml").write_text("exceptions: []\n")
    names = [paper.name for paper in rule_papers(from_arguments({"exceptions": "x.yml"}), Policy())]
    assert names == ["policy/onefold.yml", "policy/onefold-exceptions.yml", "policy/in-force.json"]


def test_rules_are_shown_where_evidence_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that makes no bundle reads its rules no second time."""
    monkeypatch.chdir(tmp_path)
    settings = from_arguments({})
    assert rules_shown(settings, Policy(), ()) == ()
    asked = rules_shown(settings, Policy(outputs=Outputs(evidence=True)), ())
    assert [paper.name for paper in asked] == ["policy/in-force.json"]


def test_evidence_shows_no_secret_of_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What opens services, what reports gave away and what looks like a token is masked, and the part says so."""
    monkeypatch.chdir(tmp_path)
    token, hook, found = "jira-t0ken-4411", "https://prod.logic.azure.com/invoke?x=cAnArY77", "fOuNd-by-a-tool"
    Path("o.yml").write_bytes(f"# {token}\r\n# {hook}\r\nproduct: shop\r\npaths: {{roots: [/{found}]}}\r\n".encode())
    Path("x.yml").write_text(f"# {found}, ghp_Zq7KnOwNabcdefghij0123456789klmnopqr\nexceptions: []\n")
    monkeypatch.setenv("ONEFOLD_JIRA_TOKEN", token)
    monkeypatch.setenv("ONEFOLD_TEAMS_WEBHOOK", f"default={hook}")
    settings = from_arguments({"config": "o.yml", "exceptions": "x.yml"})
    policy = Policy.model_validate({"product": "shop", "paths": {"roots": [f"/{found}"]}})
    report = Report(name="g.json", place="", format="gitleaks", scans=(), secrets=Secrets(frozenset({found})))
    failure = ReadFailure(name="x.json", place="x.json", reason="it is empty.", next_step="")
    papers = {paper.name: paper for paper in rule_papers(settings, policy, (report, failure))}
    written = b"".join(papers["policy/onefold.yml"].content())
    assert written == b"# [redacted]\r\n# [redacted]\r\nproduct: shop\r\npaths: {roots: [/[redacted]]}\r\n"
    assert b"".join(papers["policy/onefold-exceptions.yml"].content()).startswith(b"# [redacted], [redacted]\n")
    in_force = json.loads(b"".join(papers["policy/in-force.json"].content()))
    assert (in_force["product"], in_force["paths"]["roots"]) == ("shop", ["/[redacted]"])
    said = "The policy, as people wrote it, but for the secrets in it, which are masked."
    assert papers["policy/onefold.yml"].what == said
