"""Lines on which a rule flags several things: what covers the same columns of the same text is the same one.

Else the first of a line could only be the first of then, and a scanner that flags one thing more, or one less, on a
line that nobody touched would hand the identity of each to its neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from aggregator.dedupe.keys.surroundings import NOTHING
from aggregator.dedupe.tracking.row import Family, Row


def same_columns(old: Sequence[Row], new: Sequence[Row], place_of: Callable[[Row], str]) -> list[tuple[Row, Row]]:
    """Pair the rows of rules that flag a line more than once, where text and columns stand once in a file.

    The text is what stands at and around the line in the checkout, else what the report shows of it. ``place_of`` tells
    where the file of a remembered row is now.
    """
    crowded = {row.family for rows in (old, new) for row in rows if row.rank}
    if not crowded:  # by far the most
        return []
    theirs = _by_sign((row, place_of(row)) for row in old if row.family in crowded)
    ours = _by_sign((row, row.path) for row in new if row.family in crowded)
    return [(rows[0], ours[sign][0]) for sign, rows in theirs.items() if len(rows) == 1 == len(ours.get(sign, ()))]


def _by_sign(rows: Iterable[tuple[Row, str]]) -> dict[tuple[Family, str, Hashable], list[Row]]:
    found: dict[tuple[Family, str, Hashable], list[Row]] = {}
    for row, path in rows:
        text = row.around if row.around is not NOTHING else next(filter(None, row.texts), "")
        if text:
            found.setdefault((row.family, path, (text, row.rest, row.column, row.shape)), []).append(row)
    return found
