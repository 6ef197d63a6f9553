"""Pair two ordered lists of like things when nothing but their order and distance tells them apart."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_STEPS = 200_000


def align(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """Pair indexes of ``old`` with indexes of ``new`` (line numbers, ascending) one to one, keeping the order.

    Every element of the shorter list gets a partner. Among all such pairings the one wins whose shifts change least:
    text that was inserted moves everything below it by the same amount, so a jump in the shift marks the element that
    came or went. Ties fall to the earliest partners.
    """
    if len(old) == len(new):
        return list(enumerate(range(len(new))))
    if len(old) > len(new):
        return [(theirs, ours) for ours, theirs in align(new, old)]
    if not old:
        return []
    if len(old) * (len(new) - len(old) + 1) ** 2 > _MOST_STEPS:
        return _align_cheaply(old, new)
    return _align_best(old, new)


def _align_best(short: Sequence[int], long: Sequence[int]) -> list[tuple[int, int]]:
    """Dynamic programme: cheapest way to end at each partner of each element."""
    slack = len(long) - len(short)
    costs = [abs(long[j] - short[0]) / 1000 for j in range(slack + 1)]
    steps: list[list[int]] = []
    for i in range(1, len(short)):
        gap = short[i] - short[i - 1]
        row: list[float] = []
        back: list[int] = []
        for j in range(slack + 1):
            choices = [costs[k] + abs(long[i + j] - long[i - 1 + k] - gap) for k in range(j + 1)]
            best = min(range(j + 1), key=choices.__getitem__)
            row.append(choices[best])
            back.append(best)
        costs, steps = row, [*steps, back]
    return _walk_back(costs, steps)


def _walk_back(costs: list[float], steps: list[list[int]]) -> list[tuple[int, int]]:
    offset = min(range(len(costs)), key=costs.__getitem__)
    pairs = [(len(steps), len(steps) + offset)]
    for i in range(len(steps) - 1, -1, -1):
        offset = steps[i][offset]
        pairs.append((i, i + offset))
    return pairs[::-1]


def _align_cheaply(short: Sequence[int], long: Sequence[int]) -> list[tuple[int, int]]:
    """Too many to compare: equal lines first, the rest in order as far as the order allows."""
    pairs: list[tuple[int, int]] = []
    j = 0
    for i, line in enumerate(short):
        last = len(long) - (len(short) - i)
        while j < last and long[j] < line:
            j += 1
        pairs.append((i, j))
        j += 1
    return pairs
