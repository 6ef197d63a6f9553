"""Which results about one vulnerability of one package are worth comparing: those of one manifest, in linear time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from aggregator.dedupe.correlation.projects import place_of
from aggregator.dedupe.entry import Entry
from aggregator.model.result import Result

_MOST_SHOWN = 5
"""So many manifests are named to a result that fits several, so that people see why it stands alone."""


def package_pairs(entries: Sequence[Entry], block: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Pairs of one project, or of one file or archive of an image; one scan's own only where they stand in one file."""
    places: dict[object, list[int]] = {}
    lost: list[int] = []
    for index in block:
        component = entries[index].results[0].component
        if component is not None:
            places.setdefault(place_of(component) if component.path else "", []).append(index)
            if not component.path:
                lost.append(index)
    for group in places.values():
        yield from (pair for pair in combinations(group, 2) if _may_be_one(*(entries[each] for each in pair)))
    known = [index for place, group in places.items() if place for index in group][:_MOST_SHOWN]
    yield from ((min(index, other), max(index, other)) for index in lost for other in known)


def is_told_twice(a: Result, b: Result) -> bool:
    """Whether one scan says the same of one package in one file, under two names of the vulnerability."""
    return are_of_one_place(a, b) and len(a.vulnerability_ids) == 1 and a.vulnerability_ids == b.vulnerability_ids


def are_of_one_place(a: Result, b: Result) -> bool:
    """Whether both say the same kind of thing of one package in one file."""
    ours, theirs = a.component, b.component
    if ours is None or theirs is None or a.kind is not b.kind:
        return False
    return (ours.purl, ours.path, ours.image) == (theirs.purl, theirs.path, theirs.image)


def _may_be_one(one: Entry, two: Entry) -> bool:
    a, b = one.results[0], two.results[0]
    return (a.tool, one.format, a.scope) != (b.tool, two.format, b.scope) or is_told_twice(a, b)
