"""Tests of :mod:`aggregator.dedupe.correlation.compatibility`: what entries have in common, or what parts them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.dedupe.correlation import compatibility
from aggregator.dedupe.correlation.compatibility import REMEMBERED, Agreement, Refusal
from aggregator.dedupe.entry import Entry
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import flaw, misconfigured, reflected, vulnerability


def compare(one: Entry, two: Entry) -> Agreement | str:
    """The agreement, or the reason of the refusal, with the knowledge that is shipped."""
    answer = compatibility.compare(one, two, Knowledge())
    return answer.reason if isinstance(answer, Refusal) else answer


def entries(one: Result, two: Result) -> tuple[Entry, Entry]:
    """Each result as an entry of its tool's own format."""
    return Entry((one,), one.tool), Entry((two,), two.tool)


@pytest.mark.parametrize(
    ("one", "two", "veto"),
    [
        (flaw(), misconfigured(), "different kinds of problem are linked, never merged"),
        (vulnerability(), vulnerability(tool="Grype", package="x"), "different packages"),
        (vulnerability(), vulnerability("CVE-9", tool="Grype"), "different vulnerabilities"),
        (vulnerability(), vulnerability(tool="Grype", manifest="b"), "different manifests"),
        (flaw(), flaw(tool="Bandit", path="b"), "the flagged regions do not meet"),
        (flaw(), flaw(tool="Bandit", line=90), "the flagged regions do not meet"),
        (flaw(line=None), flaw(tool="Bandit"), "the flagged regions do not meet"),
        (flaw(), replace(flaw(), scope="b"), "the same tool reported them in different scopes"),
        (flaw(), flaw(), "the same scan tells them apart"),
        (
            reflected(),
            reflected("csrf", tool="X"),
            "different weaknesses: cross-site-request-forgery and cross-site-scripting",
        ),
    ],
)
def test_vetoes(one: Result, two: Result, veto: str) -> None:
    """Every veto says why, in either order."""
    a, b = entries(one, two)
    assert compare(a, b) == compare(b, a) == veto


def test_whole_file_results_agree() -> None:
    """Two results about a whole file agree on the place; the lines are unknown."""
    a, b = entries(flaw(line=None), flaw("B608", tool="Bandit", line=None))
    assert compare(a, b) == Agreement(
        0,
        "same-place-same-weakness",
        ("path app.py", "lines unknown and unknown", "weakness sql-injection"),
    )


def test_columns_decide_on_one_line() -> None:
    """On one shared line columns part two results when both tools give them."""
    one, two = flaw(columns=(1, 9)), flaw("B608", tool="Bandit", columns=(5, 30))
    assert isinstance(compare(*entries(one, two)), Agreement)
    assert compare(*entries(one, flaw("B608", tool="Bandit", columns=(11, 30)))) == "the flagged regions do not meet"


def test_memory_of_the_same_tool() -> None:
    """A remembered finding never joins a result of its own tool: tracking has decided."""
    assert compare(Entry((flaw(),), "json"), Entry((flaw(),), REMEMBERED)) == "tracking has already told them apart"


def test_secret_values_decide() -> None:
    """Equal values agree, different ones veto."""
    one = flaw("a", kind=Kind.SECRET, tool="Gitleaks", secret="s1")
    two = flaw("b", kind=Kind.SECRET, tool="Trivy", secret="s1")
    answer = compare(*entries(one, two))
    assert isinstance(answer, Agreement)
    assert answer.key == "same-secret-same-place"
    assert compare(*entries(one, replace(two, secret="s2"))) == "different secret values"


def test_two_exports_go_by_the_rule() -> None:
    """In two exports of one scan, different rules on different regions stay apart."""
    one, two = Entry((flaw("a"),), "json"), Entry((flaw("b", end=12),), "sarif")
    assert compare(one, two) == "different rules"


def test_a_whole_file_in_one_format_is_its_first_line_in_another() -> None:
    """Trivy's SARIF cannot leave the line out; its JSON can. Of two tools, that is no agreement."""
    whole, first = flaw(line=None, kind=Kind.IAC), flaw(line=1, kind=Kind.IAC)
    assert isinstance(compare(Entry((whole,), "trivy-json"), Entry((first,), "sarif")), Agreement)
    other = flaw(line=1, kind=Kind.IAC, tool="Checkov")
    assert compare(Entry((whole,), "trivy-json"), Entry((other,), "sarif")) == "the flagged regions do not meet"
    second = flaw(line=2, kind=Kind.IAC)
    assert compare(Entry((whole,), "trivy-json"), Entry((second,), "sarif")) == "the flagged regions do not meet"


def test_two_exports_of_two_things() -> None:
    """In two exports, values and resources that differ part the rows, whatever their rule and place."""
    one, two = flaw("a", kind=Kind.SECRET, secret="s1"), flaw("a", kind=Kind.SECRET, secret="s2")
    assert compare(Entry((one,), "json"), Entry((two,), "sarif")) == "different secret values"
    one, two = flaw("a", kind=Kind.IAC, resource="x.one"), flaw("a", kind=Kind.IAC, resource="x.two")
    assert compare(Entry((one,), "json"), Entry((two,), "sarif")) == "different resources"
