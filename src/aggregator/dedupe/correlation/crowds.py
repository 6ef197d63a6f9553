"""Lines on which very much was found, as in a minified file: there only what meets in columns is worth comparing.

Elsewhere whatever stands close together is compared, so that a finding can tell what it was not taken for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from aggregator.dedupe.entry import Entry
from aggregator.model.location import Location
from aggregator.model.result import Kind

_IN_CODE = frozenset({Kind.SAST, Kind.SECRET})
_CROWD = 40
"""So many results on one line are few enough to compare each with each."""

Columns = tuple[int, int, int]
"""First and last column, and the entry."""


def crowds_of(entries: Sequence[Entry], block: Iterable[int]) -> tuple[tuple[Columns, ...], ...]:
    """What lies on a crowded line and nowhere else, by columns, for each such line."""
    lines: dict[int | None, list[Columns]] = {}
    for index in block:
        result = entries[index].results[0]
        where = result.location
        if where is not None and result.kind in _IN_CODE and (columns := _columns_of(where)):
            lines.setdefault(where.start_line, []).append((*columns, index))
    return tuple(tuple(sorted(rows)) for rows in lines.values() if len(rows) > _CROWD)


def meeting(spans: Iterable[tuple[int, int, int]]) -> Iterable[tuple[int, int]]:
    """Pairs of entries whose spans, which begin one after the other, overlap or touch; the smaller number first."""
    open_spans: list[tuple[int, int]] = []
    for start, end, index in spans:
        open_spans = [span for span in open_spans if span[0] >= start]
        yield from ((min(other, index), max(other, index)) for _, other in open_spans)
        open_spans.append((end, index))


def pairs_in(entries: Sequence[Entry], crowd: Iterable[Columns]) -> Iterable[tuple[int, int]]:
    """Pairs of one crowd that may be one problem: by their columns, or by the value of a secret."""
    yield from meeting(crowd)
    values: dict[str, list[int]] = {}
    for _, _, index in crowd:
        if value := entries[index].results[0].secret:
            values.setdefault(value, []).append(index)
    for rows in values.values():
        yield from combinations(sorted(rows), 2)


def _columns_of(where: Location) -> tuple[int, int] | None:
    """The columns of a region that tells them and lies on one line."""
    first, last = where.start_column, where.end_column
    if where.start_line is None or where.end_line not in (None, where.start_line):
        return None
    return None if first is None or last is None or last <= first else (first, last)
