"""Tests of :mod:`aggregator.dedupe.tracking.blocks`."""

from __future__ import annotations

from aggregator.dedupe.tracking.blocks import same_blocks
from tests.unit.dedupe.rows import row, rows


def test_a_block_is_known_by_its_distances() -> None:
    """Rules, distances and shapes tell a block, wherever it stands."""
    ((old, new),) = same_blocks(rows(10, 12, 17), rows(90, 92, 97, path="b.py"), 3)
    assert [each.line for each in old] == [10, 12, 17]
    assert [each.line for each in new] == [90, 92, 97]


def test_a_block_that_stands_twice_is_nobodys() -> None:
    """A copy leaves nothing to choose by."""
    copies = [*rows(90, 92, 97, path="b.py"), *rows(10, 12, 17, first=9)]
    assert same_blocks(rows(10, 12, 17), copies, 3) == []
    assert same_blocks(copies, rows(10, 12, 17), 3) == []


def test_what_is_no_block() -> None:
    """Findings far apart, on one line, or of other shapes are no block."""
    assert same_blocks(rows(10, 500), rows(20, 510), 2) == []
    assert same_blocks(rows(10, 10), rows(20, 20), 2) == []
    assert same_blocks([row(10), row(12)], [row(20), row(22, width=9)], 2) == []


def test_a_block_moves_to_the_right_as_a_whole() -> None:
    """Columns tell a block as well, by how far they are apart."""
    old = [row(10, column=5), row(12, column=9)]
    assert len(same_blocks(old, [row(20, column=9), row(22, column=13)], 2)) == 1
    assert same_blocks(old, [row(20, column=9), row(22, column=9)], 2) == []
