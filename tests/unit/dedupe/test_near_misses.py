"""Tests of :mod:`aggregator.dedupe.near_misses`: what a new finding was not taken for."""

from __future__ import annotations

from aggregator.model.finding import RunnerUp
from aggregator.model.result import Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, misconfigured, remember, report


def told(old: list[Result], new: list[Result], *, closed: bool = False) -> list[tuple[RunnerUp, ...]]:
    """The runners-up of the second run's findings."""
    first = folded(report(*old))
    second = folded(report(*new), previous=remember(first.findings, closed=closed), now=LATER)
    return [each.runners_up for each in second.findings]


def test_a_new_finding_names_what_it_was_not_taken_for() -> None:
    """An open one of its rule and file, with its id and its place; three at most."""
    old = [flaw(line=line, snippet=f"first({line})") for line in (10, 400, 800, 1200)]
    (runners,) = told(old, [flaw(line=5000, snippet="other()")])
    assert [(each.tool, each.rule_id, each.where) for each in runners] == [
        ("Semgrep", "sql-injection", f"app.py:{line}") for line in (10, 400, 800)
    ]
    assert runners[0].veto.endswith("of an earlier run: nothing tells surely that it is the same")


def test_nothing_is_said_where_nothing_was_near() -> None:
    """Another file, a closed one, what lies in no file, and a finding that was recognised."""
    old, new = [flaw(line=10, snippet="a()")], flaw(line=5000, snippet="b()")
    assert told(old, [flaw(path="b.py", line=5000, snippet="b()")]) == [()]
    assert told(old, [new], closed=True) == [()]
    assert told([misconfigured(uid="one")], [misconfigured(uid="two")]) == [()]
    assert told(old, old) == [()]
