"""Tests of which documents a run writes, and how."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.model.location import Component
from aggregator.model.outcome import Outcome
from aggregator.model.result import Kind
from aggregator.policy import Policy
from aggregator.policy.outputs import Outputs
from aggregator.run.documents import MOST_ON_A_PAGE, left_out, renderers, wanted
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
    Path(".github").mkdir()
    Path(".github/onefold.yml").write_text("product: shop\n")
    made = renderers(outcome(finding()), from_arguments({}), Policy(product="shop"))
    assert made.keys() == {writer.name for writer in ALL}
    with zipfile.ZipFile(io.BytesIO(b"".join(made["evidence"]()))) as archive:
        assert archive.read("policy/onefold.yml") == b"product: shop\n"
        assert b'"product": "shop"' in archive.read("policy/in-force.json")
    assert b"".join(made["report"]()).startswith(b"# Security findings: shop")
    names = [paper.name for paper in rule_papers(from_arguments({"exceptions": "x.yml"}), Policy())]
    assert names == ["policy/onefold.yml", "policy/onefold-exceptions.yml", "policy/in-force.json"]
