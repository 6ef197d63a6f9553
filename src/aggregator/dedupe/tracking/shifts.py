"""Follow findings without text through a file by their distances: lines that were inserted or removed move all below.

All tools' findings of a file are looked at together. Among all ways to carry remembered lines to lines of now, in
order, the cheapest is the one with the fewest edits that leaves the fewest findings over; a pair is believed only when
every way that contradicts it costs clearly more, and where the plain order of the file does not speak against it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import log2

from aggregator.dedupe.tracking.row import Row, reads_as_before
from aggregator.dedupe.tracking.steps import Step, steps_of

_MOST_STEPS = 2_500
_BACK = 16
_WEIGHED = 6
_LINES_AN_EDIT = 4
_EDIT, _REWRITE, _LENGTH = 1.0, 2.2, 0.1
_UNEXPLAINED, _EXPLAINED = 1.5, 0.5
_INDENTED = 1.5
"""What it costs that a line was moved to the right or to the left, and the one before it was not."""
_FEW, _CLEARLY_OF_FEW, _CLEARLY = 12, 0.45, 0.8
"""What another reading has to cost more: the more findings there are, the more distances are equal by chance."""
_ROUNDING = 1e-6
_ENDLESS = float("inf")
_RUN = 3
_SKIPS = sorted(((a, b) for a in range(8) for b in range(8)), key=lambda skip: (sum(skip), skip))

_Pairs = list[tuple[Row, Row]]
_Rated = tuple[float, tuple[Row, Row]]


def follow(old: Sequence[Row], new: Sequence[Row], fixed: Sequence[tuple[int, int]]) -> _Pairs:
    """Pair rows of one file, of now and then, that have no text.

    ``fixed`` are lines that are known to have moved: remembered line, line of now.
    """
    before, now = _in_order(old), _in_order(new)
    if _reads_alike(before, now):
        return list(zip(before, now, strict=True))
    top, before, now, bottom = _trimmed(before, now)
    return top + _weighed(before, now, fixed) + bottom


def _weighed(old: list[Row], new: list[Row], fixed: Sequence[tuple[int, int]]) -> _Pairs:
    steps = steps_of(old, new, fixed) if old and new else []
    if not steps:
        return []
    if sum(map(len, steps)) > _MOST_STEPS:
        return _plainly(old, new)
    lines = sorted(row.line for row in new)
    _go_down(steps, lines)
    _go_up(steps, lines)
    return _agreed(_believed(steps, lines), old, new)


def _agreed(pairs: _Pairs, old: list[Row], new: list[Row]) -> _Pairs:
    """Without the pairs that the plain order contradicts, where it is a way to read the file as well."""
    if not reads_as_before(old, new):
        return pairs
    partners = {one.index: two.index for one, two in zip(old, new, strict=True)}
    return [(one, two) for one, two in pairs if partners[one.index] == two.index]


def _reads_alike(old: list[Row], new: list[Row]) -> bool:
    """Whether both name the same rules from top to bottom, and few edits explain all the lines."""
    if len(old) != len(new) or any(
        one.family != two.family or one.shape != two.shape for one, two in zip(old, new, strict=True)
    ):
        return False
    shifts = [two.line - one.line for one, two in zip(old, new, strict=True)]
    return sum(one != two for one, two in pairwise([0, *shifts])) <= 1 + len(old) // _LINES_AN_EDIT


def _trimmed(old: list[Row], new: list[Row]) -> tuple[_Pairs, list[Row], list[Row], _Pairs]:
    """What stands as it stood, from the top down, and what moved by one distance, from the end up; and the rest.

    Next to what changed, a few rows are left to be weighed.
    """
    most = min(len(old), len(new))
    top = 0
    while top < most and _is_like(old[top], new[top], 0):
        top += 1
    top = max(0, top - _WEIGHED)
    shift = new[-1].line - old[-1].line if most else 0
    bottom = 0
    while bottom < most - top and _is_like(old[-1 - bottom], new[-1 - bottom], shift):
        bottom += 1
    bottom = max(0, bottom - _WEIGHED)
    pairs = list(zip(old[:top], new[:top], strict=True))
    ends = list(zip(old[len(old) - bottom :], new[len(new) - bottom :], strict=True))
    return pairs, old[top : len(old) - bottom], new[top : len(new) - bottom], ends


def _is_like(old: Row, new: Row, shift: int) -> bool:
    return new.line - old.line == shift and old.family == new.family and old.shape == new.shape


def _plainly(old: list[Row], new: list[Row]) -> _Pairs:
    """Too many to weigh: runs at equal distances, from the top down, with a few rows passed over between them."""
    pairs: _Pairs = []
    i = j = 0
    shift: int | None = None
    while i < len(old) and j < len(new):
        goes_on = old[i].family == new[j].family and new[j].line - old[i].line == shift
        if not goes_on:
            skip = next((skip for skip in _SKIPS if _runs_alike(old, new, i + skip[0], j + skip[1])), None)
            if skip is None:
                i, j, shift = i + 1, j + 1, None
                continue
            i, j = i + skip[0], j + skip[1]
            shift = new[j].line - old[i].line
        pairs.append((old[i], new[j]))
        i, j = i + 1, j + 1
    return pairs


def _runs_alike(old: list[Row], new: list[Row], i: int, j: int) -> bool:
    """Whether as many rows as make a run stand below one another at the same distances in both."""
    one, two = old[i : i + _RUN], new[j : j + _RUN]
    if len(one) < _RUN or len(two) < _RUN:
        return False
    shift = two[0].line - one[0].line
    return all(a.family == b.family and b.line - a.line == shift for a, b in zip(one, two, strict=True))


def _in_order(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.order)


def _go_down(steps: list[list[Step]], lines: list[int]) -> None:
    """The cheapest way from the top of the file to each step."""
    for place, here in enumerate(steps):
        for step in here:
            indented = _INDENTED if step.over else 0.0
            cheapest = indented + _edit(step.line, step.now, place, _between(lines, 0, step.now))
            for back in range(max(0, place - _BACK), place):
                for other in steps[back]:
                    if other.before + step.cost < cheapest + step.cost:
                        cheapest = min(cheapest, other.before + _way(other, step, lines))
            step.before = cheapest + step.cost


def _go_up(steps: list[list[Step]], lines: list[int]) -> None:
    """The cheapest way from each step to the end of the file."""
    last = len(steps)
    for place in range(last - 1, -1, -1):
        for step in steps[place]:
            left = last - place - 1 + len(lines) - bisect_right(lines, step.now)
            cheapest = _EDIT + _EXPLAINED * left if left else 0.0
            for other in (each for row in steps[place + 1 : place + 1 + _BACK] for each in row):
                cheapest = min(cheapest, _way(step, other, lines) + other.cost + other.after)
            step.after = cheapest


def _way(one: Step, two: Step, lines: list[int]) -> float:
    gone, came = two.line - one.line, two.now - one.now
    if (gone == 0) != (came == 0) or came < 0:
        return _ENDLESS
    if not gone:
        return _ENDLESS if one.pair and two.pair and one.pair[1] is two.pair[1] else 0.0
    indented = _INDENTED if one.over != two.over else 0.0
    return indented + _edit(gone, came, two.place - one.place - 1, _between(lines, one.now, two.now))


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


def _believed(steps: list[list[Step]], lines: list[int]) -> _Pairs:
    """The pairs on the cheapest way, where every other partner of either costs clearly more."""
    least = min(step.before + step.after for row in steps for step in row)
    margin = _CLEARLY if max(len(steps), len(lines)) > _FEW else _CLEARLY_OF_FEW
    by_old: dict[int, list[_Rated]] = {}
    by_new: dict[int, list[_Rated]] = {}
    for step in (each for row in steps for each in row):
        if step.pair is not None:
            rated = (step.before + step.after, step.pair)
            by_old.setdefault(step.pair[0].index, []).append(rated)
            by_new.setdefault(step.pair[1].index, []).append(rated)
    chosen = {index: _clear(rated, least, margin) for index, rated in by_new.items()}
    clear = (_clear(rated, least, margin) for rated in by_old.values())
    return [pair for pair in clear if pair is not None and chosen[pair[1].index] == pair]


def _clear(rated: list[_Rated], least: float, margin: float) -> tuple[Row, Row] | None:
    rated.sort(key=lambda each: each[0])
    if rated[0][0] > least + _ROUNDING or (len(rated) > 1 and rated[1][0] - rated[0][0] < margin):
        return None
    return rated[0][1]
