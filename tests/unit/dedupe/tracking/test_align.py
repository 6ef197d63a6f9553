"""Tests of :mod:`aggregator.dedupe.tracking.align`."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.dedupe.tracking.align import align

LINES = st.lists(st.integers(1, 500), max_size=12, unique=True).map(sorted)


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        ([], [1], []),
        ([1], [], []),
        ([10, 20], [11, 21], [(0, 0), (1, 1)]),
        ([10, 20, 30], [12, 32], [(0, 0), (2, 1)]),
        ([10, 20], [11, 15, 21], [(0, 0), (1, 2)]),
        ([5], [5, 50], [(0, 0)]),
        ([50], [5, 50], [(0, 1)]),
    ],
)
def test_pairs(old: list[int], new: list[int], pairs: list[tuple[int, int]]) -> None:
    """The pairing whose shift changes least wins."""
    assert align(old, new) == pairs


def test_crowds_are_paired_cheaply() -> None:
    """Thousands of like things are paired in linear time, equal lines first."""
    old, new = list(range(0, 4000, 4)), list(range(0, 4000, 2))
    assert align(old, new) == [(i, 2 * i) for i in range(1000)]


def test_crowds_run_out_of_partners_in_order() -> None:
    """When the longer list ends early, the last elements still get the last partners."""
    old, new = list(range(10_000, 11_000)), list(range(2000))
    assert align(old, new)[-1] == (999, 1999)


@given(LINES, LINES)
def test_one_to_one_and_in_order(old: list[int], new: list[int]) -> None:
    """Every element of the shorter list gets one partner, and no two pairs cross."""
    pairs = align(old, new)
    assert len(pairs) == min(len(old), len(new))
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(LINES, st.integers(-50, 50))
def test_a_common_shift_is_seen_through(lines: list[int], shift: int) -> None:
    """When everything moved by the same amount, everything is paired with itself."""
    assert align(lines, [line + shift for line in lines]) == [(i, i) for i in range(len(lines))]
