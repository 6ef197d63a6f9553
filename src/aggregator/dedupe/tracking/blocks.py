"""Blocks: findings that stand one below the other at the same distances, and move together, with or without text."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from aggregator.dedupe.tracking.row import Row

_LONGEST_GAP = 60

Block = tuple[Row, ...]


def same_blocks(old: Iterable[Row], new: Iterable[Row], length: int) -> list[tuple[Block, Block]]:
    """Blocks of so many neighbouring rows that stand once among the old rows and once among the new ones.

    They are the same when rules, distances and shapes are; blocks may overlap.
    """
    theirs, ours = _blocks(old, length), _blocks(new, length)
    return [
        (theirs[sign][0], blocks[0])
        for sign, blocks in ours.items()
        if len(blocks) == 1 and len(theirs.get(sign, ())) == 1
    ]


def _blocks(rows: Iterable[Row], length: int) -> Mapping[Hashable, list[Block]]:
    files: dict[str, list[Row]] = {}
    for row in rows:
        files.setdefault(row.path, []).append(row)
    blocks: dict[Hashable, list[Block]] = {}
    for found in files.values():
        found.sort(key=lambda row: row.order)
        for start in range(len(found) - length + 1):
            block = tuple(found[start : start + length])
            if (sign := _sign(block)) is not None:
                blocks.setdefault(sign, []).append(block)
    return blocks


def _sign(block: Block) -> Hashable | None:
    """Rules, shapes and distances; ``None`` for rows too far apart to be a block, or all on one line."""
    top = block[0].line
    spread = block[-1].line - top
    if not 0 < spread <= _LONGEST_GAP * (len(block) - 1):
        return None
    column = block[0].column
    return tuple([(row.family, row.shape, row.line - top, row.column - column) for row in block])
