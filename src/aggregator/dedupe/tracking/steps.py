"""Where a remembered line of a file might be now: its nearest namesakes, and those that its neighbours point to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from aggregator.dedupe.tracking.row import Row

_MOST_SHIFTS = 8
_NEAR = 12
_ANYWAY = 5
_OTHER_SHAPE = 1.0
_RUNS = (2, 4, 8)
"""How many neighbouring rows make a run: short ones reach far into what changed, long ones seldom have an equal."""
_ENDLESS = float("inf")

_Guess = tuple[int, float, tuple[Row, Row] | None]
"""A line of now, what it costs to believe it, and the rows that would meet."""
_Partners = list[tuple[Row, list[Row]]]


class Step:
    """One remembered line carried to one line of now.

    Attributes:
        place: the line's number among the remembered ones.
        over: by how many columns it would have moved.
        before: what the cheapest way from the top of the file to here costs; ``after`` the one on to the end.
    """

    __slots__ = ("after", "before", "cost", "line", "now", "over", "pair", "place")

    def __init__(self, place: int, line: int, now: int, cost: float, pair: tuple[Row, Row] | None) -> None:
        self.place = place
        self.line = line
        self.now = now
        self.cost = cost
        self.pair = pair
        self.over = _columns(*pair) if pair else 0
        self.before = self.after = _ENDLESS


def _columns(one: Row, two: Row) -> int:
    """By how many columns a row was moved to the right."""
    return two.column - one.column if one.column and two.column else 0


def steps_of(old: Sequence[Row], new: Sequence[Row], fixed: Sequence[tuple[int, int]]) -> list[list[Step]]:
    """For every remembered line, from top to bottom, where it might be now."""
    partners = _partners(old, new)
    usual = _usual_shifts(partners, fixed)
    told = _told_by_runs(old, new)
    spots = {(two.family, two.rank, two.line): two for two in new}
    twins = _spots_of_twins(old, new)
    rows: list[tuple[int, list[_Guess]]] = [(line, [(now, 0.0, None)]) for line, now in fixed]
    for one, others in partners:
        found = [two for place, two in enumerate(others) if place < _ANYWAY or two.line - one.line in usual]
        far = (spots.get((one.family, one.rank, one.line + shift)) for shift in told[one.index])
        found += [two for two in far if two is not None and two not in found]
        if twins:
            same = (twins.get(_spot(one, shift)) for shift in sorted({0, *usual, *told[one.index]}))
            found += [two for two in same if two is not None and two not in found]
        if found:
            rows.append((one.line, [(two.line, _cost(one, two), (one, two)) for two in found]))
    rows.sort(key=lambda row: row[0])
    return [[Step(place, line, *guess) for guess in found] for place, (line, found) in enumerate(rows)]


def _usual_shifts(partners: _Partners, fixed: Sequence[tuple[int, int]]) -> set[int]:
    """By how many lines most moved: what each line might have moved by counts once for it, and once for its shift."""
    shifts = Counter(now - line for line, now in fixed)
    shifts.update({two.line - one.line for one, others in partners for two in others})
    for one, others in partners:
        shifts.update(two.line - one.line for two in others)
    ranked = sorted(shifts.items(), key=lambda each: (-each[1], abs(each[0]), each[0]))
    return {shift for shift, _ in ranked[:_MOST_SHIFTS]}


def _told_by_runs(old: Sequence[Row], new: Sequence[Row]) -> dict[int, dict[int, None]]:
    """For every remembered row, how far the nearest runs on either side moved that stand once then and once now."""
    told: dict[int, dict[int, None]] = {row.index: {} for row in old}
    for length in _RUNS:
        shifts = _shifts_of_runs(old, new, length)
        for places in (range(len(old)), reversed(range(len(old)))):
            shift = None
            for place in places:
                if (shift := shifts.get(place, shift)) is not None:
                    told[old[place].index][shift] = None
    return told


def _shifts_of_runs(old: Sequence[Row], new: Sequence[Row], length: int) -> dict[int, int]:
    """By how many lines a remembered row moved with its run, by its number."""
    theirs, ours = _runs(old, length), _runs(new, length)
    return {
        starts[0] + number: new[ours[sign][0]].line - old[starts[0]].line
        for sign, starts in theirs.items()
        if len(starts) == 1 == len(ours.get(sign, ()))
        for number in range(length)
    }


def _runs(rows: Sequence[Row], length: int) -> dict[Hashable, list[int]]:
    """Where runs of neighbouring rows begin, by their rules, distances, shapes and columns."""
    runs: dict[Hashable, list[int]] = {}
    for start in range(len(rows) - length + 1):
        run = rows[start : start + length]
        top = run[0]
        sign = tuple([(row.family, row.shape, row.line - top.line, row.column - top.column) for row in run])
        runs.setdefault(sign, []).append(start)
    return runs


def _partners(old: Sequence[Row], new: Sequence[Row]) -> _Partners:
    """Every remembered row with those of its family, the nearest by their number first, and not too many.

    Where a rule flags one line several times, the first of then can only be the first of now, or one in its columns.
    """
    families = _by_family(new)
    counts: Counter[Hashable] = Counter()
    partners: _Partners = []
    for row in old:
        number = counts[row.family, row.rank]
        counts[row.family, row.rank] += 1
        rows = families.get((row.family, row.rank), ())
        first = max(0, number - _NEAR)
        near = sorted(enumerate(rows[first : number + _NEAR + 1], first), key=lambda each: abs(each[0] - number))
        partners.append((row, [each for _, each in near]))
    return partners


def _spots_of_twins(old: Sequence[Row], new: Sequence[Row]) -> dict[Hashable, Row]:
    """The rows of now of rules that flag a line several times, by what stays when one of them comes or goes."""
    crowded = {row.family for rows in (old, new) for row in rows if row.rank}
    return {_spot(row, 0): row for row in reversed(new) if row.family in crowded}


def _spot(row: Row, shift: int) -> Hashable:
    return row.family, row.column, row.shape, row.line + shift


def _cost(one: Row, two: Row) -> float:
    return 0.0 if one.shape == two.shape or one.shape is None or two.shape is None else _OTHER_SHAPE


def _by_family(rows: Sequence[Row]) -> dict[Hashable, list[Row]]:
    families: dict[Hashable, list[Row]] = {}
    for row in rows:
        families.setdefault((row.family, row.rank), []).append(row)
    return families
