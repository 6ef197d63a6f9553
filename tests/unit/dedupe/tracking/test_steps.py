"""Tests of :mod:`aggregator.dedupe.tracking.steps`."""

from __future__ import annotations

from aggregator.dedupe.tracking.row import Row
from aggregator.dedupe.tracking.shifts import follow
from aggregator.dedupe.tracking.steps import steps_of
from tests.unit.dedupe.rows import lines_of, row, rows

BELOW = (100, 103, 110, 111, 120, 133, 135, 140, 152, 155)
MANY = range(101, 390, 7)


def where_to(old: list[Row], new: list[Row], line: int) -> set[int]:
    """The lines of now that a remembered line is weighed against."""
    return {step.now for here in steps_of(old, new, ()) for step in here if step.line == line}


def test_runs_reach_beyond_many_new_findings() -> None:
    """A hundred lines with many findings were put in: what stands below is still looked for where it went."""
    old = rows(10, 20, 31, *BELOW)
    new = rows(10, 20, 31, *MANY, *(line + 300 for line in BELOW[:-1]), 470)
    assert 410 in where_to(old, new, 110)
    assert (110, 410) in lines_of(follow(old, new, ()))


def test_a_run_that_stands_twice_tells_nothing() -> None:
    """A copy leaves nothing to choose by."""
    old = rows(10, 20, 31, *BELOW)
    copies = rows(10, 20, 31, *MANY, *(line + 300 for line in BELOW), *(line + 600 for line in BELOW))
    assert 410 not in where_to(old, copies, 110)


def test_a_rule_that_is_not_there_any_more() -> None:
    """A line is weighed against nothing where its rule flags nothing, or nothing near enough."""
    old = [*rows(*range(10, 310, 10)), row(400, "s", index=99)]
    assert steps_of([old[-1]], rows(10, 20), ()) == []
    assert where_to(old, rows(10), 300) == set()
