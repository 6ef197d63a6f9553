"""Where what stayed ends and what changed begins, if like lines stand on both sides of the edge.

Behind a function another one was put that ends alike: which of the two endings is the old one, the texts do not tell.
An edge that can be moved is put where people put it, in front of what begins a block; without such a place, and where
lines were exchanged for others among which there are like ones, the lines in doubt are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_MOST_BLANK = 4
"""Blank lines and one more, among which the first line of a block is looked for."""
Block = tuple[int, int, int]
"""First old line, first new line, length; 0-based."""


def settled(blocks: Sequence[Block], old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """The blocks, ascending, with every edge between them where it is beyond doubt."""
    edges = [[0, 0, 0], *(list(block) for block in blocks), [len(old), len(new), 0]]
    folded = [line.strip() for line in old]
    for before, after in pairwise(edges):
        gap_old = slice(before[0] + before[2], after[0])
        gap_new = slice(before[1] + before[2], after[1])
        if gap_old.start < gap_old.stop and gap_new.start < gap_new.stop:
            _drop(before, after, folded, {*folded[gap_old], *map(str.strip, new[gap_new])})
        elif gap_old.start < gap_old.stop:
            _slide(before, after, old, gap_old)
        elif gap_new.start < gap_new.stop:
            _slide(before, after, new, gap_new)
    return [(i, j, length) for i, j, length in edges if length > 0]


def _slide(before: list[int], after: list[int], lines: Sequence[str], gap: slice) -> None:
    """Move the edge of lines that only one side has to the best place, or leave out all lines it may be moved over."""
    start, end = gap.start, gap.stop
    up = down = 0
    while up < before[2] and lines[start - up - 1] == lines[end - up - 1]:
        up += 1
    while down < after[2] and lines[start + down] == lines[end + down]:
        down += 1
    if not up and not down:
        return
    ranks = {place: _rank(lines, place) for place in range(start - up, start + down + 1)}
    best = min(ranks.values())
    if len(set(ranks.values())) == 1:
        _cut(before, after, up, down)
    else:
        moved = max(place for place, rank in ranks.items() if rank == best) - start
        _cut(before, after, -moved, moved)


def _rank(lines: Sequence[str], place: int) -> tuple[int, bool]:
    """How badly a block would begin there: best with little indentation, below a blank line."""
    begins = next((line for line in lines[place : place + _MOST_BLANK] if line.strip()), None)
    indentation = len(lines) if begins is None else len(begins) - len(begins.lstrip())
    return indentation, place > 0 and bool(lines[place - 1].strip())


def _drop(before: list[int], after: list[int], folded: Sequence[str], exchanged: set[str]) -> None:
    """Leave out the lines next to others that were exchanged, as long as there are like ones among those."""
    up = down = 0
    while up < before[2] and folded[before[0] + before[2] - up - 1] in exchanged:
        up += 1
    while down < after[2] and folded[after[0] + down] in exchanged:
        down += 1
    _cut(before, after, up, down)


def _cut(before: list[int], after: list[int], up: int, down: int) -> None:
    """Make the block before an edge shorter by ``up`` lines, and the one after it by ``down``."""
    before[2] -= up
    after[0] += down
    after[1] += down
    after[2] -= down
