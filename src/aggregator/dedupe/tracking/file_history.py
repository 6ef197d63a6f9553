"""Recognise by git's history: where a line that did not change stands now."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import Family, Order, Row
from aggregator.model.passage import History


def followed_names(history: History) -> dict[str, str]:
    """Where files are now that history says were renamed."""
    return {old: passage.path for old, passage in history.items() if passage.path and passage.path != old}


def match_history(ledger: Ledger, history: History) -> None:
    """Pair what one rule flagged on a line with what it flags where that line stands now: the line did not change.

    What covers the same columns is the same; of the rest, as many as before, the first is the first.
    """
    spots = ((row, _now(row, history)) for row in _rows(ledger, history))
    old = _by_spot((row, spot) for row, spot in spots if spot is not None)
    new = _by_spot(
        (row, (row.path, row.line))
        for row in (ledger.new_row(index) for index in ledger.new if ledger.new_place(index))
        if row.line
    )
    for place, ours in new.items():
        for one, two in _pairs(old.get(place, []), ours):
            ledger.take(one.index, two.index, "certain", "history")


def _pairs(old: list[Row], new: list[Row]) -> list[tuple[Row, Row]]:
    if len(old) == len(new) == 1:  # by far the most
        return [(old[0], new[0])]
    spots = {(row.column, row.shape): row for row in new}
    exact = {row.index: spots.pop(spot) for row in old if (spot := (row.column, row.shape)) in spots}
    taken = {row.index for row in exact.values()}
    left = sorted((row for row in old if row.index not in exact), key=_order)
    right = sorted((row for row in new if row.index not in taken), key=_order)
    pairs = [(row, exact[row.index]) for row in old if row.index in exact]
    return pairs + list(zip(left, right, strict=True)) if len(left) == len(right) else pairs


def _rows(ledger: Ledger, history: History) -> list[Row]:
    known = (index for index in ledger.old if ledger.old_place(index) in history)
    return [row for row in (ledger.old_row(index) for index in ledger.alive(known)) if row.line]


def _now(row: Row, history: History) -> tuple[str, int] | None:
    passage = history[row.path]
    line = passage.line_now(row.line)
    return None if line is None else (passage.path, line)


def _by_spot(rows: Iterable[tuple[Row, tuple[str, int]]]) -> dict[tuple[Family, tuple[str, int]], list[Row]]:
    spots: dict[tuple[Family, tuple[str, int]], list[Row]] = {}
    for row, spot in rows:
        spots.setdefault((row.family, spot), []).append(row)
    return spots


def _order(row: Row) -> Order:
    return row.order
