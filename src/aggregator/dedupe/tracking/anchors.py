"""Anchors: lines of remembered files of which it is known where they stand now, because a finding there was recognised.

What stands between two anchors that moved by the same distance moved by it as well, whichever tool found them. So the
findings of one tool tell where those of another are to be looked for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Spot = tuple[str, int]
"""A file of now, and a line of it."""


class Anchors:
    """The anchors of one remembered file.

    Args:
        pairs: remembered line, file of now, line of now.
    """

    def __init__(self, pairs: Iterable[tuple[int, str, int]]) -> None:
        by_line: dict[int, Spot] = {}
        doubtful: set[int] = set()
        for line, path, now in pairs:
            if by_line.setdefault(line, (path, now)) != (path, now):
                doubtful.add(line)
        self._lines = sorted(line for line in by_line if line not in doubtful)
        self._spots = [by_line[line] for line in self._lines]

    def above(self, line: int) -> Spot | None:
        """Where a line would stand by the nearest anchor on it or above it."""
        place = bisect_right(self._lines, line) - 1
        return self._moved(place, line) if place >= 0 else None

    def below(self, line: int) -> Spot | None:
        """Where a line would stand by the nearest anchor on it or below it."""
        place = bisect_left(self._lines, line)
        return self._moved(place, line) if place < len(self._lines) else None

    def agrees(self, line: int, path: str, now: int) -> int:
        """How much speaks for a line standing at a spot now.

        2: the nearest anchors on both sides. 1: one of them. 0: none, but it lies between them. -1: neither.
        """
        above, below = self.above(line), self.below(line)
        votes = (above == (path, now)) + (below == (path, now))
        if votes:
            return votes
        if above is not None and (above[0] != path or above[1] - now > line - self._lines[self._at_or_above(line)]):
            return -1
        if below is not None and (below[0] != path or now - below[1] > self._lines[self._at_or_below(line)] - line):
            return -1
        return 0

    def _at_or_above(self, line: int) -> int:
        return bisect_right(self._lines, line) - 1

    def _at_or_below(self, line: int) -> int:
        return bisect_left(self._lines, line)

    def _moved(self, place: int, line: int) -> Spot:
        path, now = self._spots[place]
        return path, now + line - self._lines[place]
