"""Tests of :mod:`aggregator.planning.forecast`: what a dry run says about findings that are already known."""

from __future__ import annotations

from datetime import UTC, date, datetime

from aggregator import evaluate
from aggregator.model.outcome import Outcome
from aggregator.model.result import Result
from aggregator.planning.forecast import forecast
from aggregator.policy import ExceptionRule, Policy, read_policy
from tests.unit.dedupe.flaws import flaw, report

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SQL = flaw("sql-injection", line=10)
SQL_TOO = flaw("B608", tool="Bandit", line=10, scope="bandit.json")
OTHER = flaw("mystery", tool="Bandit", line=40, scope="bandit.json")
COMPLETE = "closing: {complete: [Bandit, Semgrep]}"


def run(
    *results: Result, policy: str = "", before: Outcome | None = None, exceptions: tuple[ExceptionRule, ...] = ()
) -> Outcome:
    """One run over one report a tool."""
    by_tool: dict[str, list[Result]] = {}
    for each in results:
        by_tool.setdefault(each.tool, []).append(each)
    return evaluate(
        [report(*rows) for rows in by_tool.values()],
        now=NOW,
        state=before.state if before else None,
        policy=read_policy(policy, "policy") if policy else Policy.default(),
        exceptions=exceptions,
    )


def accepted(id_: str) -> ExceptionRule:
    """Somebody accepts a finding."""
    return ExceptionRule(status="risk_accepted", reason="known", owner="kim", expires=date(2026, 12, 1), id=id_)


def by_rule(outcome: Outcome, rule: str) -> str:
    """The id of the finding that has a source of this rule."""
    return next(each.id for each in outcome.findings if rule in {source.rule_id for source in each.sources})


def test_without_a_state_nothing_changes() -> None:
    """The first run has nothing to merge, split, reopen or close."""
    assert forecast(None, run(SQL)) == ()


def test_the_same_policy_changes_nothing() -> None:
    """The same reports under the same policy: silence, also where findings repeat themselves."""
    first = run(SQL, SQL_TOO, OTHER, flaw("sql-injection", line=30))
    again = run(SQL, SQL_TOO, OTHER, flaw("sql-injection", line=30), before=first)
    assert forecast(first.state, again) == ()


def test_merges() -> None:
    """A pin is told as the merge it would be."""
    first = run(SQL, OTHER)
    ids = sorted(each.id for each in first.findings)
    second = run(SQL, OTHER, policy=f"correlation: {{pin: [{ids}]}}", before=first)
    (kept,) = second.findings
    (gone,) = kept.aliases
    assert forecast(first.state, second) == (f"{gone} would be merged into {kept.id}, {kept.title}.",)
    third = run(SQL, OTHER, policy=f"correlation: {{pin: [{ids}]}}", before=second)
    assert forecast(second.state, third) == ()


def test_splits() -> None:
    """A split is told with the finding that would come of it."""
    first = run(SQL, SQL_TOO)
    (whole,) = first.findings
    policy = f"correlation: {{split: [{{finding: {whole.id}, tool: Semgrep}}]}}"
    second = run(SQL, SQL_TOO, policy=policy, before=first)
    part = by_rule(second, "sql-injection")
    assert forecast(first.state, second) == (f"{part}, About sql-injection, would be split from {whole.id}.",)


def test_what_is_new_is_no_split() -> None:
    """A finding nobody knows is not part of another one, even with the same rule in the same file."""
    first = run(SQL)
    assert forecast(first.state, run(SQL, flaw("sql-injection", line=90), OTHER, before=first)) == ()


def test_closes_and_reopens() -> None:
    """A tool that is declared complete closes what it no longer reports; what is back is reopened."""
    first = run(SQL, flaw("mystery", line=50), policy=COMPLETE)
    gone = by_rule(first, "mystery")
    second = run(SQL, policy=COMPLETE, before=first)
    assert [each.partition(": ")[0] for each in forecast(first.state, second)] == [
        f"{gone}, About mystery, would be closed"
    ]
    assert forecast(second.state, run(SQL, policy=COMPLETE, before=second)) == ()
    third = run(SQL, flaw("mystery", line=50), policy=COMPLETE, before=second)
    assert forecast(second.state, third) == (f"{gone}, About mystery, would be reopened.",)


def test_silences_and_the_end_of_them() -> None:
    """An exception silences, and without it the finding is open again."""
    first = run(SQL)
    (id_,) = [each.id for each in first.findings]
    second = run(SQL, before=first, exceptions=(accepted(id_),))
    assert forecast(first.state, second) == (f"{id_}, About sql-injection, would be silenced: risk accepted.",)
    assert forecast(second.state, run(SQL, before=second, exceptions=(accepted(id_),))) == ()
    assert forecast(second.state, run(SQL, before=second)) == (f"{id_}, About sql-injection, would be reopened.",)
