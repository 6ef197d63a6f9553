"""Tests of :mod:`aggregator.pipeline.slips`."""

from __future__ import annotations

import pytest

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Location
from aggregator.model.report import Scan
from aggregator.model.result import Kind
from aggregator.model.state import ScopeRecord
from aggregator.pipeline.slips import Known, slips
from aggregator.policy import Policy, read_policy
from tests.builders import NOW, finding, result, sighting

SCANS = (Scan(tool="Our Linter", scope="", report=""),)
SCOPES = (ScopeRecord("Older", "", NOW, 1),)
FOUND = (
    finding(id="F-1", tool="found", belonging=Belonging(product="Till"), location=Location("services/shop/a.py", 1)),
    finding(id="F-2", sightings=(sighting(result(tool="Seen", location=Location("/opt/b.py", 1))),)),
    finding(id="F-3", kind=Kind.SCA, location=None, component=Component("pkg:npm/a", "a", path="web/package.json")),
    finding(id="F-4", kind=Kind.CLOUD, location=None, sightings=()),
)


def told(text: str) -> list[Diagnostic]:
    """What is said of a policy in a run of the product ``platform`` with the findings above."""
    policy = read_policy(text, "onefold.yml")
    return list(slips(policy, Known(policy, "platform", SCANS, SCOPES, FOUND)))


def gate(rule: str) -> list[Diagnostic]:
    """What is said of a gate rule beside one that has no names."""
    return told(f"gate: {{fail-on: ['{rule}', 'any:critical']}}")


@pytest.mark.parametrize(
    ("rule", "level", "advice"),
    [
        ("any tool=semgrpe", Level.WARNING, "Did you mean tool=semgrep?"),
        ("new:high tool=CodeQL,Zaproxi", Level.WARNING, "Did you mean tool=zaproxy?"),
        ("any tool=our-lniter", Level.WARNING, "Did you mean tool=ourlinter?"),
        ("any tool=elsewhere", Level.NOTE, "Correct the name, or have the tool's reports read."),
    ],
)
def test_a_tool_that_nobody_knows_is_told(rule: str, level: Level, advice: str) -> None:
    """A rule about it is never met, and that would look like a gate that passes."""
    (said,) = gate(rule.lower())
    assert (said.code, said.level, said.next_step) == ("gate-tool-unknown", level, advice)
    assert rule.lower() in said.reason


@pytest.mark.parametrize(
    "rule", ["any", "any:high", "tool=semgrep", "tool=Snyk-Code", "tool=ourlinter", "tool=older", "tool=seen,found"]
)
def test_a_tool_that_is_known_or_reported_is_no_mistake(rule: str) -> None:
    """Any tool may write SARIF; it need not be in this run, nor find anything."""
    assert gate(rule) == []


@pytest.mark.parametrize(
    ("rule", "level", "advice"),
    [
        ("any product=tlil", Level.WARNING, "Did you mean product=till?"),
        ("any product=platfrom,till", Level.WARNING, "Did you mean product=platform?"),
        ("any product=elsewhere", Level.NOTE, "Correct the name, or list it under `products`."),
    ],
)
def test_a_product_to_which_nothing_belongs_is_told(rule: str, level: Level, advice: str) -> None:
    """A rule about it is never met either."""
    (said,) = gate(rule)
    assert (said.code, said.level, said.subject, said.next_step) == ("gate-product-unknown", level, "fail-on", advice)
    assert rule in said.reason


def test_a_product_may_be_empty_in_a_run() -> None:
    """One that the policy names, or that the run is of, is known whether anything is found in it or not."""
    written = "products: [{name: My Shop, hosts: [a]}]\nengagements: [{name: Pen test, product: web, once: true}]"
    assert told(f"gate: {{fail-on: ['product=my-shop,web,platform,till']}}\n{written}") == []


@pytest.mark.parametrize("key", ["closing: {complete: ", "upload: {retired: ", "upload: {already-uploaded: "])
def test_a_tool_of_a_list_is_told_where_another_is_called_nearly_so(key: str) -> None:
    """By its own name; what is like no tool may be another repository's."""
    (said,) = told(f"{key}[Semgerp, Bandit, our linter, Elsewhere]}}")
    chapter, _, name = key.rstrip(": ").partition(": {")
    assert (said.code, said.level, said.subject) == ("policy-tool-unknown", Level.WARNING, f"{chapter}.{name}")
    assert said.next_step == "Did you mean Semgrep?"
    assert "Semgerp" in said.reason
    (ours,) = told(f"{key}[Our Lniter]}}")
    assert ours.next_step == "Did you mean Our Linter?"


@pytest.mark.parametrize(
    ("subject", "policy"),
    [
        ("sla.rules", "sla: {rules: [{product: %, days: 3}, {product: %, days: 4}, {kind: sast, days: 5}]}"),
        ("risk.marks", "risk: {marks: [{product: %, means: exposed}]}"),
        ("owners", "owners: [{product: %, owners: [kim]}]"),
    ],
)
def test_a_rule_about_a_product_is_told_where_another_is_called_nearly_so(subject: str, policy: str) -> None:
    """Once for each chapter; a pattern, and what is like no product, may be meant for others."""
    (said,) = told(policy.replace("%", "tlil"))
    assert (said.code, said.level) == ("policy-product-unknown", Level.WARNING)
    assert (said.subject, said.next_step) == (subject, "Did you mean Till?")
    for right in ("TILL", "'plat*'", "'til*r'", "elsewhere"):
        assert told(policy.replace("%", right)) == []


@pytest.mark.parametrize(
    ("policy", "subject", "meant"),
    [
        ("products: [{name: shop, paths: [services/shop]}]", "products (shop)", "services/shop/"),
        ("products: [{name: shop, paths: [/services/shop, else]}]", "products (shop)", "/services/shop/"),
        ("products: [{name: all, paths: ['serv*/*']}]", "products (all)", "serv*/*/"),
        ("sla: {rules: [{path: services, days: 3}]}", "sla.rules", "services/"),
        ("risk: {marks: [{path: web, means: exposed}]}", "risk.marks", "web/"),
        ("risk: {aside: [opt]}", "risk.aside", ""),
        ("risk: {aside: [/opt]}", "risk.aside", "/opt/"),
    ],
)
def test_a_folder_without_its_slash_is_told(policy: str, subject: str, meant: str) -> None:
    """It means a file of that name, and there is none, while findings lie below."""
    said = told(policy)
    assert [(each.code, each.level, each.subject, each.next_step) for each in said] == [
        ("policy-path-folder", Level.WARNING, subject, f"Did you mean {each}?") for each in (meant,) if each
    ]


def test_what_means_something_or_nothing_at_all_is_no_slip() -> None:
    """Paths of files, folders, folders of other repositories, and the policy that nobody wrote."""
    assert told("products: [{name: shop, paths: [services/shop/, web/package.json, services/shop/a.py, other]}]") == []
    assert told("sla: {rules: [{kind: sast, days: 3}]}\nrisk: {aside: [services/, '**/test_*.*']}") == []
    assert list(slips(Policy.default(), Known(Policy.default(), "platform", (), (), FOUND))) == []
