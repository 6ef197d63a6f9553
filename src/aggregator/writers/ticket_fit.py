"""What of a text fits into a field: whole blocks, and as many rows of a long table as there is room for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from aggregator.writers.summary_cells import many
from aggregator.writers.ticket_blocks import Block, Paragraph, Table, words


def fitted(blocks: Sequence[Block], size_of: Callable[[Block], int], room: int) -> tuple[Block, ...]:
    """The blocks that fit, in their order, each table with what it has no rows for counted below it.

    What is said in sentences has room before rows of tables: how to mend a problem counts more than its tenth place.

    Args:
        blocks: all of them.
        size_of: what a block takes.
        room: what they may take together.
    """
    kept: dict[int, tuple[Block, ...]] = {}
    for number in sorted(range(len(blocks)), key=lambda each: isinstance(blocks[each], Table)):
        block = blocks[number]
        shown = tuple(_shortened(block, size_of, room)) if isinstance(block, Table) else (block,)
        size = sum(map(size_of, shown))
        if size <= room:
            kept[number] = shown
            room -= size
    return tuple(block for _, shown in sorted(kept.items()) for block in shown)


def _shortened(table: Table, size_of: Callable[[Block], int], room: int) -> Iterator[Block]:
    def size(count: int) -> int:
        return sum(map(size_of, _with_rows(table, count)))

    whole = len(table.rows)
    yield from _with_rows(
        table, whole if size(whole) <= room else max(bisect_right(range(whole), room, key=size) - 1, 0)
    )


def _with_rows(table: Table, count: int) -> Iterator[Block]:
    if count > 0:
        yield replace(table, rows=table.rows[:count])
    rest = max(table.total, len(table.rows)) - count
    if rest > 0:
        yield Paragraph(words(f"{many(rest, 'more stands', 'more stand')} in findings.json."))
