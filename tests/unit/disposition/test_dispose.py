"""Tests of :mod:`aggregator.disposition`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from aggregator.disposition import Disposed, dispose
from aggregator.model.finding import Baseline, Decision, Disposition, Finding, Observation, Transition
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Location, Resource
from aggregator.model.result import Kind, Suppression
from aggregator.policy import ExceptionRule
from tests.builders import BEFORE, NOW, finding, result

FAR = date(2027, 6, 30)


def rule(**fields: Any) -> ExceptionRule:
    """An exception for the usual finding's rule, except as given."""
    given = {"status": "risk_accepted", "reason": "We know.", "owner": "kim", "expires": FAR}
    selector = {} if fields.keys() & {"id", "path", "purl", "vulnerability", "resource"} else {"rule": "python.*"}
    return ExceptionRule(**given | selector | fields)


def decided(item: Finding, *rules: ExceptionRule) -> Finding:
    """The finding after this run's decisions."""
    (found,) = dispose((item,), rules, NOW, "4711").findings
    return found


def codes(disposed: Disposed) -> list[str]:
    """What was said about the exceptions."""
    return [each.code for each in disposed.diagnostics]


IN_TESTS = result(location=Location("tests/app.py", 3))
MARKED = result(suppression=Suppression("suppressed", "nosemgrep"))
JUDGED = result(tool="Trivy", suppression=Suppression("not_affected", "VEX"))
BY_PEOPLE = Decision(Disposition.FALSE_POSITIVE, "Seen it.", "kim", "github", BEFORE)


def test_an_exception_silences_with_its_story() -> None:
    """A matching exception gives its status, reason, owner and end, and the history keeps it."""
    found = decided(finding(), rule())
    assert found.decision == Decision(
        Disposition.RISK_ACCEPTED, "We know.", "kim", "exceptions", NOW, rule().expires_at
    )
    assert found.history == (Transition(NOW, "risk_accepted", "4711", "We know."),)


def test_deciding_twice_changes_nothing() -> None:
    """The next run with the same exceptions keeps the decision, its date and the history."""
    once = decided(finding(), rule())
    (again,) = dispose((once,), (rule(),), NOW + timedelta(days=1)).findings
    assert again is once


def test_without_rules_and_marks_nothing_is_touched() -> None:
    """The common finding passes through as it is."""
    item = finding()
    assert decided(item) is item


def in_package(purl: str) -> Finding:
    """A vulnerability of the package."""
    return finding(result(component=Component(purl, "x"), vulnerability_ids=("CVE-2026-1",)))


@pytest.mark.parametrize(
    ("item", "selector"),
    [
        (finding(), {"id": "F-1111111111"}),
        (finding(aliases=("F-2",)), {"id": "F-2"}),
        (finding(), {"rule": "python.sql-injection"}),
        (finding(), {"rule": "PYTHON.*"}),
        (finding(result(), result(tool="Bandit", rule_id="B608")), {"rule": "B608", "tool": "bandit"}),
        (finding(result(rule_aliases=("old-name",))), {"rule": "old-name"}),
        (finding(result(tool="Trivy", rule_id="DS-0002")), {"rule": "avd-ds-0002"}),
        (finding(result(tool="Trivy", rule_id="DS-0002")), {"rule": "DS002", "tool": "trivy"}),
        (finding(result(tool="Trivy", rule_id="DS-0002")), {"rule": "AVD-DS-*"}),
        (finding(result(tool="Trivy", rule_id="AWS-0104")), {"rule": "aws-vpc-no-public-egress-sgr"}),
        (finding(result(tool="Trivy", rule_id="aws-vpc-no-public-egress-sgr")), {"rule": "AWS-0104"}),
        (finding(result(rule_id="python.lang.eval-use")), {"rule": "tmp.rules.python.lang.eval-use"}),
        (finding(IN_TESTS), {"path": "tests/"}),
        (finding(result(vulnerability_ids=("CVE-2026-1",))), {"vulnerability": "cve-2026-1"}),
        (finding(result(component=Component("pkg:npm/x", "x"))), {"purl": "pkg:npm/*"}),
        (in_package("pkg:deb/debian/libssl3"), {"purl": "pkg:generic/libssl3", "vulnerability": "CVE-2026-1"}),
        (in_package("pkg:generic/libssl3"), {"purl": "pkg:deb/debian/libssl3", "vulnerability": "CVE-2026-1"}),
        (finding(result(kind=Kind.CLOUD, resource=Resource("arn:aws:s3:::b"))), {"resource": "*:b"}),
        (finding(result(location=None, component=Component("p", "x", path="a/lock"))), {"path": "a/*"}),
    ],
)
def test_what_an_exception_means(item: Finding, selector: dict[str, str]) -> None:
    """Each selector finds its findings: by id, alias, rule, tool, path, vulnerability, package or resource."""
    assert decided(item, rule(**selector)).decision.disposition is Disposition.RISK_ACCEPTED


@pytest.mark.parametrize(
    ("item", "selector"),
    [
        (finding(), {"id": "F-2"}),
        (finding(), {"rule": "eval"}),
        (finding(), {"rule": "*", "tool": "Trivy"}),
        (finding(result(tool="Trivy", rule_id="AWS-0001")), {"rule": "AWS001"}),
        (finding(result(tool="Trivy", rule_id="AWS-0164")), {"rule": "aws-vpc-no-public-ingress-sgr"}),
        (finding(result(rule_id="eval-use", rule_aliases=("rules.py.eval-use",))), {"rule": "tmp.rules.py.eval-use"}),
        (finding(result(), result(tool="Bandit", rule_id="B608")), {"rule": "B608", "tool": "Semgrep"}),
        (finding(result(), IN_TESTS), {"path": "tests/"}),
        (finding(result(location=None)), {"path": "**"}),
        (finding(), {"vulnerability": "CVE-2026-1"}),
        (finding(), {"purl": "*"}),
        (finding(), {"purl": "pkg:generic/libssl3", "vulnerability": "CVE-2026-1"}),
        (in_package("pkg:deb/debian/libssl3"), {"purl": "pkg:generic/libssl3"}),
        (in_package("pkg:deb/debian/libssl3"), {"purl": "pkg:npm/libssl3", "vulnerability": "CVE-2026-1"}),
        (in_package("pkg:deb/debian/libssl3"), {"purl": "pkg:generic/openssl", "vulnerability": "CVE-2026-1"}),
        (finding(), {"resource": "*"}),
        (finding(IN_TESTS), {"path": "tests/", "id": "F-2"}),
    ],
)
def test_what_an_exception_does_not_mean(item: Finding, selector: dict[str, str]) -> None:
    """All selectors must match, a tool and a rule in one source, and a path for every path of the finding."""
    assert decided(item, rule(**selector)).decision.disposition is Disposition.OPEN


def test_an_exception_may_be_for_one_product() -> None:
    """It means findings of its product, the run's own where a finding says no other, and never a product alone."""
    item, other = finding(), finding(id="F-2", belonging=Belonging(product="till"))
    for product, silenced in (("till", [False, True]), ("sh*", [True, False]), ("*", [True, True])):
        found = dispose((item, other), (rule(path="**", product=product),), NOW, product="shop").findings
        assert [not each.is_open for each in found] == silenced
    with pytest.raises(ValidationError, match="needs one of"):
        ExceptionRule(status="out_of_scope", reason="r", owner="o", expires=date(2027, 1, 1), product="till")


def test_the_strictest_word_holds() -> None:
    """Of several exceptions the stricter status holds, and of equal ones the one that ends first."""
    mild = rule(status="false_positive")
    soon = rule(expires=date(2027, 1, 31), reason="Only for now.")
    for rules in ((mild, rule(), soon), (soon, rule(), mild)):
        found = decided(finding(), *rules)
        assert (found.decision.disposition, found.decision.reason) == (Disposition.RISK_ACCEPTED, "Only for now.")


def test_a_mark_counts_when_every_source_bears_it() -> None:
    """A tool's mark silences a finding only if no source of this run is unmarked; the stricter mark holds."""
    assert decided(finding(MARKED)).decision == Decision(Disposition.SUPPRESSED, "nosemgrep", "Semgrep", "tool", NOW)
    assert decided(finding(MARKED, JUDGED)).decision.disposition is Disposition.NOT_AFFECTED
    assert decided(finding(MARKED, result())).decision.disposition is Disposition.OPEN
    assert decided(finding(result(), MARKED), rule(id="F-2")).decision.disposition is Disposition.OPEN


def test_a_mark_is_undone_when_it_is_gone() -> None:
    """A finding the tool no longer marks is open again; one not seen keeps the mark it had."""
    marked = decided(finding(MARKED))
    back = decided(replace(marked, sources=(result(),)))
    assert back.decision == Decision(reason="The tool no longer marks it.", decided_at=NOW)
    assert [step.to for step in back.history] == ["suppressed", "open"]
    unseen = replace(marked, sources=(), observation=Observation.NOT_COVERED)
    assert decided(unseen) is unseen


def test_an_exception_is_undone_when_it_is_gone() -> None:
    """A finding no exception names any more is open again, once, and another exception may take it."""
    accepted = decided(finding(), rule())
    back = decided(accepted)
    assert (back.decision.disposition, back.decision.reason) == (Disposition.OPEN, "No exception names it any more.")
    assert decided(back) is back
    assert decided(back, rule()).decision.disposition is Disposition.RISK_ACCEPTED


def test_an_exception_holds_to_the_end_of_its_day() -> None:
    """The last day counts whole, in UTC; the first moment after it the finding is open and the run says so."""
    last = rule(expires=NOW.date())
    accepted = decided(finding(), last)
    assert accepted.decision.disposition is Disposition.RISK_ACCEPTED
    over = dispose((accepted,), (last,), last.expires_at)
    assert over.findings[0].decision.disposition is Disposition.OPEN
    assert over.findings[0].decision.reason == "The decision has expired."
    assert codes(over) == ["exception-expired"]


def test_a_renewed_exception_is_a_new_decision() -> None:
    """A later end is written down; the disposition stays."""
    found = decided(decided(finding(), rule(expires=date(2027, 1, 31))), rule())
    assert [step.to for step in found.history] == ["risk_accepted", "risk_accepted"]


def test_people_are_remembered() -> None:
    """A decision made elsewhere holds without any rule, until it expires; a stricter exception overrules it."""
    dismissed = finding(decision=BY_PEOPLE)
    assert decided(dismissed) is dismissed
    assert decided(dismissed, rule()).decision.disposition is Disposition.RISK_ACCEPTED
    ended = finding(decision=replace(BY_PEOPLE, expires_at=NOW))
    assert decided(ended).decision.disposition is Disposition.OPEN


def test_a_closed_finding_keeps_what_was_decided() -> None:
    """What closed in this run is charged to its exception, so that it does not look unused, and not decided again."""
    gone = finding(closed_at=NOW, baseline=Baseline.ABSENT)
    disposed = dispose((gone,), (rule(),), NOW)
    assert (disposed.findings, disposed.diagnostics) == ((gone,), ())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"id": "F-9"}, ["exception-unmatched"]),
        ({"expires": date(2026, 11, 21)}, ["exception-expired"]),
        ({"expires": date(2026, 12, 5)}, ["exception-expires-soon"]),
        ({"expires": date(2026, 12, 6)}, []),
        ({"expect": 1}, ["exception-overmatches"]),
        ({"expect": 2}, []),
        ({"expect": 1, "expires": date(2026, 12, 1)}, ["exception-overmatches", "exception-expires-soon"]),
    ],
)
def test_what_is_said_about_an_exception(fields: dict[str, Any], expected: list[str]) -> None:
    """One that expired, ends within 14 days, matches nothing or more than it expects is named."""
    disposed = dispose((finding(), finding(id="F-2")), (rule(**fields).placed("e.yml:3"),), NOW)
    assert codes(disposed) == expected
    assert {each.subject for each in disposed.diagnostics} <= {"e.yml:3"}


def test_numbers_are_said_in_words_that_fit() -> None:
    """One finding is one finding."""
    (said,) = dispose((finding(),), (rule(expires=date(2026, 1, 1)),), NOW).diagnostics
    assert said.reason.endswith("it matches 1 finding.")
