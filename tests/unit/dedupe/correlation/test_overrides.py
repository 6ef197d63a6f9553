"""Tests of :mod:`aggregator.dedupe.correlation.overrides`: what people say outranks the rules, in every later run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from aggregator import evaluate
from aggregator.model.finding import Baseline
from aggregator.model.outcome import Outcome
from aggregator.model.result import Result
from aggregator.policy import Policy, read_policy
from tests.unit.dedupe.flaws import flaw, report, vulnerability

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SQL = flaw("sql-injection", line=10)
SQL_TOO = flaw("B608", tool="Bandit", line=10)
OTHER = flaw("mystery", tool="Bandit", line=40)


def run(results: Iterable[Result], policy: str = "", before: Outcome | None = None) -> Outcome:
    """One run over one report a tool."""
    by_tool: dict[str, list[Result]] = {}
    for each in results:
        by_tool.setdefault(each.tool, []).append(each)
    return evaluate(
        [report(*rows) for rows in by_tool.values()],
        now=NOW,
        state=before.state if before else None,
        policy=read_policy(policy, "policy") if policy else Policy.default(),
    )


def sources(outcome: Outcome) -> dict[str, list[str]]:
    """The rules that each finding is made of."""
    return {each.id: sorted(source.rule_id for source in each.sources) for each in outcome.findings}


def codes(outcome: Outcome) -> list[str]:
    """What the run had to say."""
    return [each.code for each in outcome.diagnostics]


def test_a_taught_rule_merges() -> None:
    """A rule that nobody knows merges with others once people say what it means, under any letters of the tool."""
    acme = flaw("acme-7", tool="Acme", line=10)
    assert len(run([SQL, acme]).findings) == 2
    taught = run([SQL, acme], 'correlation: {rules: [{tool: ACME, rule: "acme-*", means: sql-injection}]}')
    assert list(sources(taught).values()) == [["acme-7", "sql-injection"]]


def test_a_taught_rule_parts() -> None:
    """A meaning that people give outranks the shipped one; other rules keep theirs."""
    policy = 'correlation: {rules: [{tool: Bandit, rule: "B9*", means: x}, {tool: Bandit, rule: B608, means: y}]}'
    assert len(run([SQL, SQL_TOO]).findings) == 1
    assert len(run([SQL, SQL_TOO], policy).findings) == 2


def test_pinned_findings_are_one_from_then_on() -> None:
    """Pinned findings merge against every rule, keep one id and the other as an alias, and stay so."""
    first = run([SQL, OTHER])
    ids = sorted(each.id for each in first.findings)
    policy = f"correlation: {{pin: [{ids}]}}"
    second = run([SQL, OTHER], policy, first)
    third = run([SQL, OTHER], policy, second)
    for outcome in (second, third):
        (finding,) = outcome.findings
        assert {finding.id, *finding.aliases} == set(ids)
        assert [(each.key, each.tier) for each in finding.merges] == [("pinned", "certain")]
        assert codes(outcome) == []


def test_a_pin_of_different_subjects_is_refused() -> None:
    """A flaw in code and a package cannot be one finding, whoever says so; it is said aloud."""
    first = run([SQL, vulnerability()])
    ids = sorted(each.id for each in first.findings)
    second = run([SQL, vulnerability()], f"correlation: {{pin: [{ids}]}}", first)
    assert len(second.findings) == 2
    assert codes(second) == ["correlation-pin-refused"]


@pytest.mark.parametrize("tool", ["Bandit", "Semgrep"])
def test_a_split_source_is_a_finding_of_its_own_from_then_on(tool: str) -> None:
    """What people take out of a finding stands alone and stays so; the part with the primary source keeps the id."""
    first = run([SQL, SQL_TOO])
    (whole,) = first.findings
    policy = f"correlation: {{split: [{{finding: {whole.id}, tool: {tool}}}]}}"
    second = run([SQL, SQL_TOO], policy, first)
    third = run([SQL, SQL_TOO], policy, second)
    assert len(second.findings) == 2
    assert whole.id in sources(second)
    assert sources(second)[whole.id] == ["B608"]  # Bandit comes first in canonical order, so it is the primary source
    assert sources(third) == sources(second)
    vetoes = [other.veto for each in second.findings for other in each.runners_up]
    assert vetoes == [f"the policy keeps {tool} out of {whole.id}"] * 2


def test_what_is_split_off_is_as_old_as_the_whole() -> None:
    """It has an id of its own, and is not new."""
    first = run([SQL, SQL_TOO])
    (whole,) = first.findings
    second = run([SQL, SQL_TOO], f"correlation: {{split: [{{finding: {whole.id}, tool: Bandit}}]}}", first)
    (part,) = [each for each in second.findings if each.id != whole.id]
    assert (part.parted_from, part.baseline, part.first_seen) == (whole.id, Baseline.UPDATED, NOW)
    assert second.totals.new == 0


def test_a_pin_that_is_taken_out_gives_back_the_ids() -> None:
    """Findings that were one have the ids that they had before, and no alias is left behind; equals share none."""
    twins = [flaw("twin", line=line, snippet="run(x)") for line in (60, 80)]
    first = run([OTHER])
    second = run([OTHER, *twins], "", first)
    pin = f"correlation: {{pin: [[{', '.join(each.id for each in second.findings)}]]}}"
    third = run([OTHER, *twins], pin, second)
    assert [len(each.aliases) for each in third.findings] == [2]
    fourth = run([OTHER, *twins], "", third)
    assert sources(fourth) == sources(second)
    assert not any(each.aliases for each in fourth.findings)
    assert {each.parted_from for each in fourth.findings} == {"", third.findings[0].id}
    assert sources(run([OTHER, *twins], "", fourth)) == sources(second)


def test_a_split_of_another_rule_changes_nothing() -> None:
    """A split names a tool and, if people like, a rule: others stay."""
    first = run([SQL, SQL_TOO])
    policy = f"correlation: {{split: [{{finding: {first.findings[0].id}, tool: Bandit, rule: 'B1*'}}]}}"
    assert sources(run([SQL, SQL_TOO], policy, first)) == sources(first)


def test_a_split_names_a_rule_by_any_of_its_names() -> None:
    """The full id, where results carry the last part of it."""
    named = replace(SQL_TOO, rule_aliases=(f"acme.{SQL_TOO.rule_id}",))
    first = run([SQL, named])
    policy = f"correlation: {{split: [{{finding: {first.findings[0].id}, tool: Bandit, rule: 'acme.*'}}]}}"
    assert [len(run([SQL, named], said, first).findings) for said in ("", policy)] == [1, 2]


def test_an_id_that_nobody_knows_is_said() -> None:
    """A typing mistake in an id does not pass in silence."""
    policy = "correlation: {pin: [[F-000000000001, F-000000000002]]}"
    assert codes(run([SQL], policy, run([SQL]))) == ["correlation-unknown-id"] * 2
