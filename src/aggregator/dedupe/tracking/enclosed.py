"""Recognise what a formatter wrapped, or somebody rewrote, by what encloses it: all that is left of its rule there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from aggregator.dedupe.keys.surroundings import NOTHING
from aggregator.dedupe.tracking.file_texts import FileTexts
from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import Row


def match_enclosed(ledger: Ledger, texts: FileTexts) -> None:
    """Pair what is left of a rule within one function or block, as many as before: the first is the first.

    Not while an old line still stands in its file, unread: then it is none of those that are new.
    """
    old, new = texts.free()
    ours = _by_block(new, lambda row: row.path)
    for sign, theirs in _by_block(old, texts.place_of).items():
        rows = ours.get(sign, [])
        if len(rows) == len(theirs) and all(ledger.may_have_left(row.index) for row in theirs):
            for one, two in zip(theirs, rows, strict=True):
                ledger.take(one.index, two.index, "medium", "block")


def _by_block(rows: Iterable[Row], place_of: Callable[[Row], str]) -> dict[Hashable, list[Row]]:
    """Rows by rule, file of now, block and resource, from top to bottom; without those of which no block is known."""
    found: dict[Hashable, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.order):
        if row.around is not NOTHING:
            found.setdefault((row.family, place_of(row), row.block, row.resource), []).append(row)
    return found
