"""Two reports of one tool that hold the same rows: one finding where the checkout shows that it is one file."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.fold import Folded
from aggregator.dedupe.tracking.scope_renames import Heard
from aggregator.model.diagnostic import Level
from aggregator.model.location import Component
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report, vulnerability

HERE = {"app.py": "run(query)\n" * 90}
NIGHTLY, PUSHED = "nightly.json", "push.json"


def both(one: Result, two: Result) -> Folded:
    """The one in the nightly report, the other in that of a push; both see the checkout."""
    return folded(report(replace(one, scope=NIGHTLY)), report(replace(two, scope=PUSHED)), sources=HERE)


def test_the_same_row_is_one_finding() -> None:
    """It has a source in each scope, so that it closes only when both are silent."""
    answer = both(flaw(columns=(3, 9)), flaw(columns=(3, 9)))
    (finding,) = answer.findings
    assert [each.scope for each in finding.sources] == [each.scope for each in finding.sightings] == [NIGHTLY, PUSHED]
    assert [(each.tier, each.key) for each in finding.merges] == [("certain", "same-rule-same-place")]
    assert answer.diagnostics == ()


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (flaw(columns=(3, 9)), flaw(columns=(3, 12))),
        (flaw(), flaw(line=11)),
        (flaw("a"), flaw("b")),
        (flaw(), flaw(path="gone.py")),
        (flaw(path="gone.py"), flaw(path="gone.py")),
        (flaw(kind=Kind.SECRET, secret="s1"), flaw(kind=Kind.SECRET, secret="s2")),
        (flaw(kind=Kind.IAC, resource="a.b"), flaw(kind=Kind.IAC, resource="a.c")),
        (flaw(), replace(flaw(), component=Component("pkg:oci/shop", "shop", image="shop"))),
    ],
)
def test_what_differs_stays_apart(one: Result, two: Result) -> None:
    """Another column, line, rule, file, value, block or image is another finding, and so is an unknown file."""
    assert len(both(one, two).findings) == 2


def test_rules_that_overlap_are_one_finding_as_in_one_report() -> None:
    """Two rules of one tool that mean the same agree across its reports of one file too."""
    one, two = flaw("python.lang.sql-injection", columns=(3, 9)), flaw("python.django.sql-injection", columns=(3, 9))
    assert len(folded(report(one, two), sources=HERE).findings) == 1
    assert len(both(one, two).findings) == 1


def test_a_third_tool_joins_both() -> None:
    """What another tool says of the place agrees with the row of each report."""
    reports = [report(replace(flaw(), scope=scope)) for scope in (NIGHTLY, PUSHED)]
    (finding,) = folded(*reports, report(flaw("B608", tool="Bandit", scope="bandit.json")), sources=HERE).findings
    assert [each.tool for each in finding.sources] == ["Bandit", "Semgrep", "Semgrep"]


def test_without_the_checkout_they_count_twice_and_a_remark_says_why() -> None:
    """Three equal rows are no accident; files of two services may bear one name all the same."""
    rows = [flaw(line=line) for line in (10, 20, 30)]
    reports = [report(*(replace(row, scope=scope) for row in rows)) for scope in (NIGHTLY, PUSHED)]
    answer = folded(*reports)
    (remark,) = answer.diagnostics
    assert len(answer.findings) == 6
    assert (remark.code, remark.level, remark.subject) == ("correlation-told-twice", Level.WARNING, "Semgrep")
    assert remark.reason.startswith("3 of its rows")
    assert folded(reports[0], report(replace(rows[0], scope=PUSHED))).diagnostics == ()
    assert folded(reports[0], report(replace(rows[0], scope=PUSHED, location=None))).diagnostics == ()


def test_what_another_report_of_the_tool_remembers_goes_on() -> None:
    """The nightly report is broken today, and the push shows what it had found: known, with its id and its source."""
    (before,) = folded(report(flaw(scope=NIGHTLY)), sources=HERE).findings
    heard = Heard(frozenset({("Semgrep", NIGHTLY), ("Semgrep", PUSHED)}), frozenset({("Semgrep", NIGHTLY)}))
    known = remember([before])
    pushed = report(flaw(scope=PUSHED))
    (after,) = folded(pushed, previous=known, sources=HERE, now=LATER, heard=heard).findings
    assert after.id == before.id
    assert sorted(each.scope for each in after.sightings) == [NIGHTLY, PUSHED]
    (other,) = folded(pushed, previous=known, now=LATER, heard=heard).findings
    assert other.id != before.id, "nobody knows whether it is one file"


PROD, MAIN = "shop:prod", "shop:main"


def in_image(name: str, scope: str, *, image: str = "shop") -> Result:
    """A vulnerability with two names, in a package of an image."""
    return replace(vulnerability(name, others=("GHSA-x",), image=image), scope=scope)


def test_two_lines_of_an_image_have_one_finding() -> None:
    """The flaw of a package that both have; it has a source in each, so that it closes when both are silent."""
    (finding,) = folded(report(in_image("CVE-1", PROD)), report(in_image("CVE-1", MAIN))).findings
    assert sorted(each.scope for each in finding.sightings) == [MAIN, PROD]
    assert len(folded(report(in_image("CVE-1", PROD)), report(in_image("CVE-2", MAIN))).findings) == 2
    assert len(folded(report(in_image("CVE-1", PROD)), report(in_image("CVE-1", MAIN, image="till"))).findings) == 2


def test_what_the_other_line_of_an_image_remembers_goes_on() -> None:
    """Production is not looked at today; what it has is known when main shows it too."""
    (before,) = folded(report(in_image("CVE-1", PROD))).findings
    heard = Heard(frozenset({("Trivy", MAIN)}), frozenset({("Trivy", PROD), ("Trivy", MAIN)}))
    (after,) = folded(report(in_image("CVE-1", MAIN)), previous=remember([before]), now=LATER, heard=heard).findings
    assert after.id == before.id
    assert sorted(each.scope for each in after.sightings) == [MAIN, PROD]
