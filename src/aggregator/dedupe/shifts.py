"""Follow findings without text through a file by their distances: lines that were inserted or removed move all below.

All tools' findings of a file are looked at together. Among all ways to carry remembered lines to lines of now, in
order, the cheapest is the one with the fewest edits that leaves the fewest findings over; a pair is believed only when
every way that contradicts it costs clearly more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from math import log2

from aggregator.dedupe.row import Row

_MOST_STEPS = 4_000
_MOST_SHIFTS = 12
_NEAR = 12
_BACK = 5
_EDIT, _REWRITE, _LENGTH = 1.0, 2.2, 0.1
_UNEXPLAINED, _EXPLAINED = 1.5, 0.5
_OTHER_SHAPE = 1.0
_CLEARLY = 0.45
_ENDLESS = float("inf")

_Guess = tuple[int, float, tuple[Row, Row] | None]
"""A line of now, what it costs to believe it, and the rows that would meet."""


class _Step:
    """One remembered line carried to one line of now; ``place`` is the line's number among the remembered ones."""

    __slots__ = ("after", "before", "cost", "line", "new", "now", "old", "place")

    def __init__(self, place: int, line: int, now: int, cost: float, pair: tuple[Row, Row] | None) -> None:
        self.place = place
        self.line = line
        self.now = now
        self.cost = cost
        self.old: Row | None = pair[0] if pair else None
        self.new: Row | None = pair[1] if pair else None
        self.before = self.after = _ENDLESS


def follow(old: Sequence[Row], new: Sequence[Row], fixed: Sequence[tuple[int, int]]) -> list[tuple[Row, Row]]:
    """Pair rows of one file, of now and then, that have no text.

    ``fixed`` are lines that are known to have moved: remembered line, line of now.
    """
    steps = _steps(old, new, fixed)
    if not steps or sum(map(len, steps)) > _MOST_STEPS:
        return []
    lines = sorted(row.line for row in new)
    _go_down(steps, lines)
    _go_up(steps, lines)
    return _believed(steps)


def _steps(old: Sequence[Row], new: Sequence[Row], fixed: Sequence[tuple[int, int]]) -> list[list[_Step]]:
    """For every remembered line, from top to bottom, where it might be now."""
    partners = _partners(old, new)
    shifts = Counter(now - line for line, now in fixed)
    shifts.update({two.line - one.line for one, others in partners for two in others})
    for one, others in partners:
        shifts.update(two.line - one.line for two in others)
    usual = {
        shift for shift, _ in sorted(shifts.items(), key=lambda each: (-each[1], abs(each[0]), each[0]))[:_MOST_SHIFTS]
    }
    rows: list[tuple[int, list[tuple[int, float, tuple[Row, Row] | None]]]] = [
        (line, [(now, 0.0, None)]) for line, now in fixed
    ]
    for one, others in partners:
        near = [two for two in others if two.line - one.line in usual] or others[:1]
        rows.append((one.line, [(two.line, _cost(one, two), (one, two)) for two in near]))
    rows.sort(key=lambda row: row[0])
    return [
        [_Step(place, line, now, cost, pair) for now, cost, pair in found] for place, (line, found) in enumerate(rows)
    ]


def _partners(old: Sequence[Row], new: Sequence[Row]) -> list[tuple[Row, list[Row]]]:
    """Every remembered row with those of its family, the nearest by their number first, and not too many."""
    families: dict[object, list[Row]] = {}
    for row in new:
        families.setdefault(row.family, []).append(row)
    for rows in families.values():
        rows.sort(key=lambda row: row.order)
    counts: Counter[object] = Counter()
    partners: list[tuple[Row, list[Row]]] = []
    for row in sorted(old, key=lambda each: each.order):
        number = counts[row.family]
        counts[row.family] += 1
        rows = families.get(row.family, [])
        near = rows[max(0, number - _NEAR) : number + _NEAR + 1]
        if near:
            at = min(number, _NEAR)
            partners.append((row, sorted(near, key=lambda each: abs(near.index(each) - at))))
    return partners


def _cost(one: Row, two: Row) -> float:
    return 0.0 if one.shape == two.shape or one.shape is None or two.shape is None else _OTHER_SHAPE


def _go_down(steps: list[list[_Step]], lines: list[int]) -> None:
    """The cheapest way from the top of the file to each step."""
    for place, here in enumerate(steps):
        for step in here:
            cheapest = _edit(step.line, step.now, place, _between(lines, 0, step.now))
            for back in range(max(0, place - _BACK), place):
                for other in steps[back]:
                    if other.before + step.cost < cheapest + step.cost:
                        cheapest = min(cheapest, other.before + _way(other, step, lines))
            step.before = cheapest + step.cost


def _go_up(steps: list[list[_Step]], lines: list[int]) -> None:
    """The cheapest way from each step to the end of the file."""
    last = len(steps)
    for place in range(last - 1, -1, -1):
        for step in steps[place]:
            left = last - place - 1 + len(lines) - bisect_right(lines, step.now)
            cheapest = _EDIT + _EXPLAINED * left if left else 0.0
            for other in (each for row in steps[place + 1 : place + 1 + _BACK] for each in row):
                cheapest = min(cheapest, _way(step, other, lines) + other.cost + other.after)
            step.after = cheapest


def _way(one: _Step, two: _Step, lines: list[int]) -> float:
    gone, came = two.line - one.line, two.now - one.now
    if (gone == 0) != (came == 0) or came < 0:
        return _ENDLESS
    if not gone:
        return 0.0 if one.new is not two.new or one.new is None else _ENDLESS
    return _edit(gone, came, two.place - one.place - 1, _between(lines, one.now, two.now))


def _edit(gone: int, came: int, missed: int, extra: int) -> float:
    """What it costs that ``gone`` lines became ``came``, with findings that went and came in between."""
    if gone == came:
        plain = _UNEXPLAINED * (missed + extra)
    elif came > gone:
        plain = _EDIT + _LENGTH * log2(1 + came - gone) + _UNEXPLAINED * missed + _EXPLAINED * extra
    else:
        plain = _EDIT + _LENGTH * log2(1 + gone - came) + _EXPLAINED * missed + _UNEXPLAINED * extra
    return min(plain, _REWRITE + _EXPLAINED * (missed + extra))


def _between(lines: list[int], above: int, below: int) -> int:
    return max(0, bisect_left(lines, below) - bisect_right(lines, above))


def _believed(steps: list[list[_Step]]) -> list[tuple[Row, Row]]:
    """The cheapest pair of each row on both sides, where every other costs clearly more."""
    by_old: dict[int, list[tuple[float, int, _Step]]] = {}
    by_new: dict[int, list[tuple[float, int, _Step]]] = {}
    for row in steps:
        for number, step in enumerate(row):
            if step.old is not None and step.new is not None:
                rated = (step.before + step.after, number, step)
                by_old.setdefault(step.old.index, []).append(rated)
                by_new.setdefault(step.new.index, []).append(rated)
    chosen = {id(_clear(each)) for each in by_new.values()}
    pairs: list[tuple[Row, Row]] = []
    for each in by_old.values():
        clear = _clear(each)
        if clear is not None and id(clear) in chosen and clear.old is not None and clear.new is not None:
            pairs.append((clear.old, clear.new))
    return pairs


def _clear(rated: list[tuple[float, int, _Step]]) -> _Step | None:
    rated = sorted(rated, key=lambda each: each[0])
    if rated[0][0] == _ENDLESS or (len(rated) > 1 and rated[1][0] - rated[0][0] < _CLEARLY):
        return None
    return rated[0][2]
