"""The company of a row: the findings next to it, of any rule and tool, which move together with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from aggregator.dedupe.tracking.row import Family, Row, same_text

BY_NEARNESS: Final = (3, 2, 1)
"""What the nearest findings on either side count for."""


class Company:
    """Who stands next to whom.

    Args:
        old: all remembered rows that are looked at, recognised or not.
        new: all rows of now.
    """

    def __init__(self, old: Iterable[Row], new: Iterable[Row]) -> None:
        self._files: dict[str, list[Row]] = {}
        self._places: dict[int, int] = {}
        self._spots: dict[tuple[Family, str, int], list[Row]] = {}
        old, new = list(old), list(new)
        self._counts = Counter((row.family, row.path) for row in old)
        self._counts_now = Counter((row.family, row.path) for row in new)
        for row in old:
            self._files.setdefault(row.path, []).append(row)
        for rows in self._files.values():
            rows.sort(key=lambda row: row.order)
            self._places.update((row.index, place) for place, row in enumerate(rows))
        for row in new:
            self._spots.setdefault((row.family, row.path, row.line), []).append(row)

    def is_only_one(self, old: Row, new: Row) -> bool:
        """Whether each is the only finding of its rule in its file."""
        return self._counts[old.family, old.path] == 1 == self._counts_now[new.family, new.path]

    def at(self, family: Family, path: str, line: int) -> list[Row]:
        """The rows of now that a rule has on a line."""
        return self._spots.get((family, path, line), [])

    def support(self, old: Row, new: Row) -> int:
        """How much of the company of a remembered row stands around a row of now at the same distances: 12 at most."""
        rows = self._files[old.path]
        place = self._places[old.index]
        total = 0
        for weight, nearness in zip(BY_NEARNESS, range(1, len(BY_NEARNESS) + 1), strict=True):
            for neighbour in (place - nearness, place + nearness):
                if 0 <= neighbour < len(rows) and self._went_along(rows[neighbour], old, new):
                    total += weight
        return total

    def _went_along(self, other: Row, old: Row, new: Row) -> bool:
        found = self._spots.get((other.family, new.path, new.line + other.line - old.line), ())
        return any(
            each is not new and each.rank == other.rank and same_text(other, each) is not False for each in found
        )
