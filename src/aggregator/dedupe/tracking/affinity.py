"""How much speaks for two rows of one rule being one problem, and which pairs of many stand out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aggregator.dedupe.keys.surroundings import NOTHING
from aggregator.dedupe.tracking.anchors import Anchors
from aggregator.dedupe.tracking.company import Company
from aggregator.dedupe.tracking.row import Row

_MOST_PAIRS = 4096
_SCOPE = 8
_REST = 2
_BY_DISTANCE = (3, 2, 1)
_BY_ANCHORS = {2: 6, 1: 3, 0: 1, -1: -3}


def affinity(old: Row, new: Row, anchors: Anchors, company: Company) -> int:
    """The sum of what speaks for a pair; the flagged text itself is not part of it.

    What encloses it counts 8, the lines around it 3, 2 and 1 by their distance on either side, the findings next to it
    as much, and the anchors of its file up to 6. A place that the anchors contradict counts against, and so do flagged
    lines below the first one that differ.
    """
    one, two = old.around, new.around
    total = _BY_ANCHORS[anchors.agrees(old.line, new.path, new.line)]
    if is_known(old, new) and one.scope == two.scope:
        total += _SCOPE
    if old.rest or new.rest:
        total += _REST if old.rest == new.rest else -_REST
    return total + neighbours(old, new) + company.support(old, new)


def is_known(old: Row, new: Row) -> bool:
    """Whether the surroundings of both are known."""
    return old.around is not NOTHING and new.around is not NOTHING


def neighbours(old: Row, new: Row) -> int:
    """How much the lines around the two have in common: 12 at most."""
    return _near(old.around.above, new.around.above) + _near(old.around.below, new.around.below)


def _near(ours: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    return sum(weight for weight, one, two in zip(_BY_DISTANCE, ours, theirs, strict=False) if one and one == two)


def outstanding(
    old: Sequence[Row], new: Sequence[Row], score: Callable[[Row, Row], int], least: int, margin: int
) -> list[tuple[Row, Row]]:
    """The pairs that are best for both by ``margin`` and reach ``least``; taken pairs stand in nobody's way.

    None where there are so many that not all can be compared.
    """
    if len(old) == len(new) == 1:  # by far the most
        return [(old[0], new[0])] if score(old[0], new[0]) >= least else []
    if len(old) * len(new) > _MOST_PAIRS:
        return []
    scores = {one.index: {two.index: score(one, two) for two in new} for one in old}
    ours, theirs = {row.index: row for row in old}, {row.index: row for row in new}
    pairs: list[tuple[Row, Row]] = []
    while ours and theirs:
        found = _mutual(scores, ours, theirs, least, margin)
        if not found:
            break
        for one, two in found:
            pairs.append((ours.pop(one), theirs.pop(two)))
    return pairs


def _mutual(
    scores: Mapping[int, Mapping[int, int]], ours: Mapping[int, Row], theirs: Mapping[int, Row], least: int, margin: int
) -> list[tuple[int, int]]:
    chosen = {one: _clear([(scores[one][two], two) for two in theirs], least, margin) for one in ours}
    choosing = {two: _clear([(scores[one][two], one) for one in ours], least, margin) for two in theirs}
    return [(one, two) for one, two in chosen.items() if two is not None and choosing[two] == one]


def _clear(rated: list[tuple[int, int]], least: int, margin: int) -> int | None:
    """The one that outdoes all others; ``None`` when none does."""
    rated.sort(reverse=True)
    if rated[0][0] < least or (len(rated) > 1 and rated[0][0] - rated[1][0] < margin):
        return None
    return rated[0][1]
