"""Tests of :mod:`aggregator.dedupe.tracking.anchors`."""

from __future__ import annotations

import pytest

from aggregator.dedupe.tracking.anchors import Anchors

ANCHORS = Anchors([(10, "a.py", 10), (30, "a.py", 35), (50, "b.py", 5)])


@pytest.mark.parametrize(
    ("line", "path", "now", "votes"),
    [
        (10, "a.py", 10, 2),
        (20, "a.py", 20, 1),
        (20, "a.py", 25, 1),
        (20, "a.py", 23, 0),
        (20, "a.py", 8, -1),
        (20, "a.py", 40, -1),
        (20, "c.py", 20, -1),
        (40, "c.py", 20, -1),
        (5, "a.py", 5, 1),
        (5, "b.py", 5, -1),
        (5, "a.py", 3, 0),
        (60, "b.py", 99, 0),
    ],
)
def test_what_speaks_for_a_spot(line: int, path: str, now: int, votes: int) -> None:
    """The nearest anchors on both sides, one of them, neither while it lies between them, or none at all."""
    assert ANCHORS.agrees(line, path, now) == votes


def test_without_anchors_nothing_speaks_against() -> None:
    """A file of which nothing is known forbids nothing."""
    assert Anchors(()).agrees(5, "a.py", 99) == 0
    assert Anchors(()).above(5) is None
    assert Anchors(()).below(5) is None


def test_anchors_that_disagree_are_none() -> None:
    """A line of which two say that it went to two places tells nothing."""
    assert Anchors([(10, "a.py", 10), (10, "a.py", 12)]).above(20) is None
