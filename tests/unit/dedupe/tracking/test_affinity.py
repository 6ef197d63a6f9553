"""Tests of :mod:`aggregator.dedupe.tracking.affinity` and :mod:`aggregator.dedupe.tracking.company`."""

from __future__ import annotations

from aggregator.dedupe.tracking.affinity import affinity, outstanding
from aggregator.dedupe.tracking.anchors import Anchors
from aggregator.dedupe.tracking.company import Company
from tests.unit.dedupe.rows import lines_of, row, rows

NO_ANCHORS = Anchors(())


def test_everything_that_speaks_for_a_pair() -> None:
    """Scope, lines below the first, neighbours, findings next to it and anchors add up."""
    key = "v2:lines:0a0a0a.11111111.22222222.aaaabbbbcccc.ddddeeee----"
    old = [row(10, keys=(key,)), *rows(12, 15, rule="s", first=50)]
    new = [row(30, keys=(key,)), *rows(32, 35, rule="s", first=50)]
    company = Company(old, new)
    alone = affinity(old[0], new[0], NO_ANCHORS, Company(old[:1], new[:1]))
    assert alone == 1 + 8 + 2 + (3 + 2 + 1) + (3 + 2)
    assert affinity(old[0], new[0], NO_ANCHORS, company) == alone + 3 + 2
    assert affinity(old[0], new[0], Anchors([(10, "a.py", 30)]), company) == alone + 5 + 5


def test_other_lines_below_count_against() -> None:
    """Flagged lines below the first one that differ are a reason to doubt."""
    old = row(10, keys=("v2:lines:.11111111.22222222.------------.------------",))
    new = row(10, keys=("v2:lines:.11111111.33333333.------------.------------",))
    assert affinity(old, new, NO_ANCHORS, Company([old], [new])) == 1 + 8 - 2


def test_the_best_of_many() -> None:
    """A pair must be the best of both by a margin; what is taken stands in nobody's way."""
    worth = {(1, 1): 9, (1, 2): 8, (2, 2): 5, (2, 1): 1}
    old, new = rows(1, 2), rows(1, 2)

    def score(one: object, two: object) -> int:
        return worth[one.line, two.line]  # type: ignore[attr-defined]

    assert lines_of(outstanding(old, new, score, 4, 1)) == [(1, 1), (2, 2)]
    assert outstanding(old, new, score, 4, 5) == []
    assert outstanding(old[:1], new[:1], score, 10, 1) == []


def test_too_many_are_not_compared() -> None:
    """Where each would have to be compared with each of thousands, none is."""
    assert outstanding(rows(*range(1, 70)), rows(*range(1, 70)), lambda _one, _two: 9, 1, 1) == []
