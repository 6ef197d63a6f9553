"""Which lines of a file stayed, and where they stand now."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from aggregator.model.passage import Run
from aggregator.passages.common import sure_pairs
from aggregator.passages.edges import Block, settled

_MOST_IN_GAP = 1_000_000
"""Old lines times new lines of a gap that is compared line by line; a larger one is left out."""
_MOST_IN_GAPS = 8_000_000
_READS_A_LINE = 24
"""How often a line may be looked at, on average, before the rest is left out."""

_Gap = tuple[int, int, int, int]
"""Lines of the old and of the new file that are still to be compared: first and end of each, 0-based."""


def split_lines(text: str) -> list[str]:
    r"""The lines as scanners and editors count them: ``\n`` and ``\r\n`` end one, no other character does."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines


def unchanged_lines(old: str, new: str) -> tuple[Run, ...]:
    """The runs of lines that the new text still has, ascending on both sides, each as long as can be.

    Lines count as unchanged when they are equal but for white space at their ends. What begins and ends both texts is
    taken first, then lines that are unique on both sides, then what lies between those. Where repeated lines leave it
    open which of them stayed, and in gaps too large to be compared, lines are in no run. The time grows with the
    number of lines.
    """
    ours, theirs = split_lines(old), split_lines(new)
    blocks = _Comparison(_numbered(ours, theirs)).blocks()
    return tuple(Run(i + 1, j + 1, length) for i, j, length in _joined(settled(_joined(blocks), ours, theirs)))


def whole(text: str) -> tuple[Run, ...]:
    """The run of a text that did not change at all; none when it has no line."""
    count = text.count("\n") + (bool(text) and not text.endswith("\n"))
    return (Run(1, 1, count),) if count else ()


def _numbered(old: Iterable[str], new: Iterable[str]) -> tuple[Sequence[int], Sequence[int]]:
    """Both texts as numbers, equal ones for equal lines."""
    numbers: dict[str, int] = {}
    return (
        [numbers.setdefault(line.strip(), len(numbers)) for line in old],
        [numbers.setdefault(line.strip(), len(numbers)) for line in new],
    )


class _Comparison:
    """Two lists of numbers, and how much may still be looked at."""

    def __init__(self, sides: tuple[Sequence[int], Sequence[int]]) -> None:
        self._old, self._new = sides
        self._reads = _READS_A_LINE * (len(self._old) + len(self._new))
        self._area = _MOST_IN_GAPS

    def blocks(self) -> list[Block]:
        """What the two have in common, ascending."""
        found: list[Block] = []
        gaps = [(0, len(self._old), 0, len(self._new))]
        while gaps:
            gap = gaps.pop()
            self._reads -= gap[1] - gap[0] + gap[3] - gap[2]
            if self._reads < 0:
                break
            gap = self._trim(gap, found)
            if gap[0] == gap[1] or gap[2] == gap[3]:
                continue
            if anchors := self._anchors(gap):
                found += anchors
                gaps += _between(anchors, gap)
            else:
                found += self._compare(gap)
        return sorted(found)

    def _trim(self, gap: _Gap, found: list[Block]) -> _Gap:
        """Take what the two sides begin and end with; what is left."""
        first, end, first_new, end_new = gap
        old, new = self._old, self._new
        head = 0
        most = min(end - first, end_new - first_new)
        while head < most and old[first + head] == new[first_new + head]:
            head += 1
        tail = 0
        most -= head
        while tail < most and old[end - tail - 1] == new[end_new - tail - 1]:
            tail += 1
        found += [block for block in ((first, first_new, head), (end - tail, end_new - tail, tail)) if block[2]]
        return first + head, end - tail, first_new + head, end_new - tail

    def _anchors(self, gap: _Gap) -> list[Block]:
        """Lines that each side has once, as many as stand in the same order on both."""
        first, end, first_new, end_new = gap
        ours, theirs = Counter(self._old[first:end]), Counter(self._new[first_new:end_new])
        places = {line: j for j, line in enumerate(self._new[first_new:end_new], first_new) if theirs[line] == 1}
        pairs = [
            (i, places[line])
            for i, line in enumerate(self._old[first:end], first)
            if line in places and ours[line] == 1
        ]
        return [(i, j, 1) for i, j in _in_order(pairs)]

    def _compare(self, gap: _Gap) -> list[Block]:
        """What nothing but its order tells, if the gap is small."""
        first, end, first_new, end_new = gap
        area = (end - first) * (end_new - first_new)
        if area > min(_MOST_IN_GAP, self._area):
            return []
        self._area -= area
        pairs = sure_pairs(self._old[first:end], self._new[first_new:end_new])
        return [(first + i, first_new + j, 1) for i, j in pairs]


def _between(blocks: Iterable[Block], gap: _Gap) -> Iterator[_Gap]:
    """The gaps that ascending blocks leave."""
    first, end, first_new, end_new = gap
    for i, j, length in blocks:
        if first < i and first_new < j:
            yield first, i, first_new, j
        first, first_new = i + length, j + length
    if first < end and first_new < end_new:
        yield first, end, first_new, end_new


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of pairs that ascends on the second side too (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    below: list[int] = []
    for index, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        if pile == len(tops):
            tops.append(j)
            piles.append(index)
        else:
            tops[pile], piles[pile] = j, index
        below.append(piles[pile - 1] if pile else -1)
    chosen: list[tuple[int, int]] = []
    index = piles[-1] if piles else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = below[index]
    return chosen[::-1]


def _joined(blocks: Iterable[Block]) -> list[Block]:
    """Blocks that touch on both sides, made one."""
    joined: list[Block] = []
    for i, j, length in blocks:
        if joined and joined[-1][0] + joined[-1][2] == i and joined[-1][1] + joined[-1][2] == j:
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + length)
        else:
            joined.append((i, j, length))
    return joined
