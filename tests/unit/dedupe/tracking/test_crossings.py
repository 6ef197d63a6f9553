"""Tests of :mod:`aggregator.dedupe.tracking.crossings`: equal lines of one scope do not change places."""

from __future__ import annotations

import pytest

from aggregator.dedupe.tracking.crossings import parted
from tests.unit.dedupe.rows import lines_of, rows
from tests.unit.dedupe.tracking.test_file_texts import carried
from tests.unit.dedupe.tracking.test_renames import found_in


@pytest.mark.parametrize(
    ("now", "crossed"),
    [
        ((5, 7), []),
        ((7, 5), [(1, 7), (2, 5)]),
        ((5, 9, 7), [(2, 9), (3, 7)]),
        ((9, 7, 5), [(1, 9), (3, 5)]),
    ],
)
def test_pairs_out_of_order_are_crossed(now: tuple[int, ...], crossed: list[tuple[int, int]]) -> None:
    """What stands elsewhere among the pairs of now than among those of then; the rest keeps its partner."""
    pairs = list(zip(rows(*range(1, len(now) + 1)), (rows(line)[0] for line in now), strict=True))
    assert len(parted(pairs)[0]) == len(pairs) - len(crossed)
    assert lines_of(parted(pairs)[1]) == crossed


def test_crossed_pairs_are_given_back() -> None:
    """Two equal lines whose evidence says that they changed places keep no id; what is sure beside them does."""
    before = found_in("a.py", "one()", "two()", "three()", "common()", "common()")
    after = [*found_in("x.py", "one()", "two()", "common()", "common()"), *found_in("y.py", "three()")]
    assert carried(before, after).keys() == {("x.py", 5), ("x.py", 12), ("y.py", 5)}
