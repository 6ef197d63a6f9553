"""Laws of secrets, whatever the scanners say: unequal values stay apart, and with a key a value is its finding."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aggregator.dedupe.fold import fold
from aggregator.knowledge.secret_kinds import kinds_differ, secret_kind_of
from aggregator.model.finding import Finding
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result
from aggregator.normalize.secret_key import SecretKey
from aggregator.normalize.secrets import seal
from tests.unit.dedupe.flaws import LATER, NOW, flaw, remember

KEY = SecretKey("k" * 32)
VALUES = ("alpha-value-1", "beta-value-2", "gamma-value-3")
RULES = ("generic-api-key", "github-pat", "npm-access-token", "Secret Keyword", "aws-access-key-id", "slack-web-hook")


@st.composite
def leaks(draw: st.DrawFn) -> Result:
    """A result of one of three scanners in one file, with columns or not, with a value or not."""
    start = draw(st.none() | st.sampled_from([5, 60, 115]))
    value = draw(st.none() | st.sampled_from(VALUES))
    return flaw(
        draw(st.sampled_from(RULES)),
        ".env",
        draw(st.integers(1, 3)),
        columns=(start, start + 40) if start else None,
        tool=(tool := draw(st.sampled_from(("Gitleaks", "Trivy", "detect-secrets")))),
        scope=tool,
        kind=Kind.SECRET,
        secret=seal(value, KEY) if value else "",
    )


def folded(rows: Sequence[Result], previous: Sequence[Finding] = ()) -> tuple[Finding, ...]:
    """Fold the rows, one report for each tool."""
    tools = dict.fromkeys(row.tool for row in rows)
    reports = []
    for tool in tools:
        own = tuple(row for row in rows if row.tool == tool)
        reports.append(
            Report(name=tool, place=tool, format=tool, scans=(Scan(tool=tool, scope=tool, report=tool, results=own),))
        )
    now = LATER if previous else NOW
    return fold(reports, remember(previous), product="shop", sources={}, redact=str, now=now).findings


def shape(findings: Sequence[Finding]) -> list[list[str]]:
    """Who stands together."""
    return sorted(sorted(f"{row.tool} {row.pointer} {row.secret}" for row in each.sources) for each in findings)


@given(st.lists(leaks(), max_size=12), st.randoms(use_true_random=False))
def test_no_order_changes_a_finding(rows: list[Result], random: Random) -> None:
    """Any order of rows and reports gives the same findings, and every row stands in one of them."""
    assert shape(folded(rows)) == shape(folded(random.sample(rows, len(rows))))
    assert sum(len(each.sources) for each in folded(rows)) == len(rows)


@given(st.lists(leaks(), max_size=12))
def test_nothing_that_differs_stands_together(rows: list[Result]) -> None:
    """In a finding no two values differ, no two kinds exclude each other without equal values, and lines are one."""
    for finding in folded(rows):
        assert len({row.secret for row in finding.sources if row.secret}) <= 1
        assert len({row.location.start_line for row in finding.sources if row.location}) == 1
        for one, two in combinations(finding.sources, 2):
            if not (one.secret and one.secret == two.secret):
                assert not kinds_differ(secret_kind_of(one.rule_id), secret_kind_of(two.rule_id))


@given(st.lists(leaks(), max_size=12))
def test_the_same_reports_again_change_nothing(rows: list[Result]) -> None:
    """Ids are carried when nothing changed."""
    first = folded(rows)
    assert {each.id for each in folded(rows, first)} == {each.id for each in first}


@given(st.permutations(range(1, 4)), st.permutations(range(1, 4)))
def test_a_value_is_its_finding_wherever_it_stands(before: list[int], after: list[int]) -> None:
    """Three secrets in any lines, then in any others: each keeps its id by its value."""

    def at(lines: list[int]) -> list[Result]:
        return [
            flaw("github-pat", ".env", line, tool="Gitleaks", scope="g", kind=Kind.SECRET, secret=seal(value, KEY))
            for line, value in zip(lines, VALUES, strict=True)
        ]

    first = folded(at(before))
    second = folded(at(after), first)
    ids = {each.sources[0].secret: each.id for each in first}
    assert {each.sources[0].secret: each.id for each in second} == ids
