"""Tests of :mod:`aggregator.dedupe.tracking.shifts`."""

from __future__ import annotations

import pytest

from aggregator.dedupe.tracking.shifts import follow
from tests.unit.dedupe.rows import lines_of, row, rows, rows_at


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        ((10, 20, 30), (10, 20, 30), [(10, 10), (20, 20), (30, 30)]),
        ((10, 20, 30), (15, 25, 35), [(10, 15), (20, 25), (30, 35)]),
        ((10, 20, 30), (12, 32), [(10, 12), (30, 32)]),
        ((10, 20, 30), (10, 20, 24, 34), [(10, 10), (30, 34)]),
        ((10, 20, 30, 40, 50, 60, 70, 80), (10, 20, 30, 40, 50, 60, 77, 87), "all"),
        ((), (10,), []),
        ((10,), (), []),
    ],
)
def test_findings_without_text(old: tuple[int, ...], new: tuple[int, ...], pairs: list[tuple[int, int]] | str) -> None:
    """Distances tell what stayed; where two answers cost the same, none is taken."""
    wanted = list(zip(old, new, strict=True)) if isinstance(pairs, str) else pairs
    assert lines_of(follow(rows(*old), rows(*new), ())) == wanted


def test_what_is_known_of_other_tools_decides() -> None:
    """Lines that are known to have moved tell between two answers."""
    old, new = rows(10, 20, 30), rows(10, 20, 24, 34)
    assert (30, 34) in lines_of(follow(old, new, [(29, 33), (31, 35)]))


def test_two_of_one_rule_on_one_line() -> None:
    """The first of a line can only be the first of a line."""
    old, new = rows(10, 10, 30), rows(12, 12, 12, 32)
    pairs = follow(old, new, ())
    assert lines_of(pairs) == [(10, 12), (10, 12), (30, 32)]
    assert all(one.rank == two.rank for one, two in pairs)


def test_other_shapes_cost() -> None:
    """A finding that covers other columns is less likely the same."""
    old = [row(10), row(20, width=9), row(22), row(30, "s")]
    assert lines_of(follow(old, [row(10), row(20, width=9), row(30, "s")], ())) == [(10, 10), (20, 20), (30, 30)]
    assert lines_of(follow(old, [row(10), row(22), row(30, "s")], ())) == [(10, 10), (22, 22), (30, 30)]


def test_too_many_to_weigh() -> None:
    """Beyond a bound, runs at equal distances are followed, with a few that went or came between them."""
    old = [9 * number + number * number % 7 for number in range(1, 901)]
    kept = [line for number, line in enumerate(old) if number % 50]
    new = [line + line // 500 for line in kept]
    pairs = lines_of(follow(rows(*old), rows(*new), ()))
    assert len(pairs) > 600
    assert sum((line, now) in pairs for line, now in zip(kept, new, strict=True)) > 0.9 * len(pairs)


def test_too_many_that_are_not_alike() -> None:
    """Where no run can be followed, nothing is paired."""
    old = [number * number for number in range(1, 900)]
    new = [number * number * 3 for number in range(1, 901)]
    assert len(follow(rows(*old), rows(*new), ())) < 10


def test_lines_that_cannot_meet() -> None:
    """Two findings of different lines are not both on one line now, and none stands above what it stood below."""
    old = [row(10, "a"), row(20, "b"), row(30, "c")]
    new = [row(10, "a", index=0), row(10, "b", index=1), row(5, "c", index=2)]
    assert (20, 10) not in lines_of(follow(old, new, ()))


def test_a_new_finding_in_other_columns_is_not_the_old_one() -> None:
    """A line that stayed kept its columns, and a block that was indented moved to the right as a whole."""
    old = rows_at((10, 5), (20, 5), (64, 9), (80, 5), (97, 5), (110, 5), (140, 5))
    new = rows_at((10, 5), (20, 5), (71, 9), (74, 13), (90, 5), (107, 5), (120, 5), (150, 5))
    assert (64, 71) in lines_of(follow(old, new, ()))
    indented = rows_at((10, 5), (20, 5), (65, 13), (81, 9), (98, 9), (111, 5), (141, 5))
    assert len(follow(old, indented, ())) == len(old)


def test_the_plain_order_speaks_against_equal_distances() -> None:
    """Where a file names the same in the same order, a pair that takes some for gone and others for new is in doubt."""
    old, new = rows(12, 15, 19, 28, 31, 42), rows(15, 19, 25, 37, 43, 54)
    assert lines_of(follow(old, new, ())) == [(31, 43), (42, 54)]


def test_few_are_believed_sooner_than_many() -> None:
    """Among many findings of a rule, distances are equal by chance."""
    few, many = rows(10, 20, 30), rows(10, 20, 30, 45, 61, 83, 99, 120, 151, 170, 193, 220, 259, 290)
    assert (10, 12) in lines_of(follow(few, rows(12, 32), ()))
    assert (10, 12) not in lines_of(follow(many, rows(12, 32, 49, 65, 88, 106, 129, 162, 184, 210, 240, 283, 319), ()))
