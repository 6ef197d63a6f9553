"""Tests of :mod:`aggregator.dedupe.correlation.compatibility.places`: where two results are in a file, compared."""

from __future__ import annotations

import pytest

from aggregator.dedupe.correlation.compatibility.places import are_close, lines_between, lines_of, misfit
from aggregator.model.location import Location

NOWHERE = Location("a.py")


@pytest.mark.parametrize(
    ("one", "two", "lines"),
    [
        (Location("a.py", 3, end_line=5), Location("a.py", 4), 0),
        (Location("a.py", 3, end_line=5), Location("a.py", 9), 4),
        (Location("a.py", 9), Location("a.py", 3, end_line=5), 4),
        (NOWHERE, Location("a.py", 9), 0),
    ],
)
def test_lines_between(one: Location, two: Location, lines: int) -> None:
    """From the end of the one to the start of the other; nothing where one overlaps or has no line."""
    assert lines_between(one, two) == lines


def test_close_regions_have_lines_of_one_file() -> None:
    """A result about a whole file is close to nothing, and neither is another file."""
    assert are_close(Location("a.py", 3), Location("a.py", 6), 3)
    assert not are_close(Location("a.py", 3), Location("a.py", 7), 3)
    assert not are_close(Location("a.py", 3), Location("b.py", 3), 3)
    assert not are_close(NOWHERE, Location("a.py", 3), 3)


def test_misfit() -> None:
    """A line counts more than all columns; where columns or lines are missing, they do not count."""
    call, argument = Location("a.py", 3, 1, 3, 30), Location("a.py", 3, 9, 3, 29)
    assert misfit(call, call) == misfit(call, Location("a.py", 3)) == misfit(call, NOWHERE) == 0
    assert 0 < misfit(call, argument) < misfit(call, Location("a.py", 3, 1, 4, 30))
    assert misfit(call, Location("a.py", 3, 1, 3, 90_000)) < misfit(call, Location("a.py", 4, 1, 4, 30))


def test_lines_of() -> None:
    """A region's lines; none where none is known."""
    assert [lines_of(where) for where in (Location("a.py", 3, end_line=5), Location("a.py", 3), NOWHERE, None)] == [
        3,
        1,
        0,
        0,
    ]
