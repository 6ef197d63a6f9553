"""The longest common subsequence of two short lists, and of it only what is beyond doubt."""

from __future__ import annotations

from collections.abc import Sequence


def sure_pairs(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """Pair equal elements in order, as many as can be; ascending pairs of indexes.

    Where repeated elements allow several such pairings, two are looked at, the latest and the earliest, and a pair
    counts only when it is in both: of two equal lines of which one went, nobody can tell which. Takes time and memory
    in the product of the lengths, a few bits for each.
    """
    late = _late_pairs(old, new)
    if not late:
        return []
    early = {(len(old) - 1 - i, len(new) - 1 - j) for i, j in _late_pairs(old[::-1], new[::-1])}
    return [pair for pair in late if pair in early]


def _late_pairs(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """One longest common subsequence: bit-parallel (Crochemore 2001, Hyyro 2004), read back from the end."""
    rows = _rows(old, new)
    pairs: list[tuple[int, int]] = []
    i, j = len(old), len(new)
    while i and j:
        if _length(rows[i - 1], j) == _length(rows[i], j):
            i -= 1
        elif rows[i] >> (j - 1) & 1:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def _rows(old: Sequence[int], new: Sequence[int]) -> list[int]:
    """A row for each prefix of ``old``: its bit j is 0 where the j-th of ``new`` makes the subsequence longer."""
    places: dict[int, int] = {}
    for j, element in enumerate(new):
        places[element] = places.get(element, 0) | 1 << j
    full = (1 << len(new)) - 1
    row = full
    rows = [row]
    for element in old:
        hits = row & places.get(element, 0)
        row = ((row + hits) | (row - hits)) & full
        rows.append(row)
    return rows


def _length(row: int, j: int) -> int:
    """How long the subsequence is within the first ``j`` of ``new``."""
    return j - (row & (1 << j) - 1).bit_count()
