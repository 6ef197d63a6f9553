"""Which findings of several heads are one problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from aggregator.model.location import Location
from aggregator.model.state import State, Tracked


def groups(heads: Sequence[State]) -> list[list[Tracked]]:
    """The findings of all heads, those that are one problem together.

    Two findings are one when they share an id or an alias. Runs that raced may also have given one new problem two
    ids, so those that share a tool's strongest key in a scope are one as well. Where a head has several findings with
    one key, as equal flaws in one file have, that says nothing; then the same line joins those that no head has beside
    each other.
    """
    pool = [(number, tracked) for number, head in enumerate(heads) for tracked in head.findings]
    forest = _Forest([number for number, _ in pool])
    _join_names(pool, forest)
    _join_keys(pool, forest)
    together: defaultdict[int, list[Tracked]] = defaultdict(list)
    for place, (_, tracked) in enumerate(pool):
        together[forest.find(place)].append(tracked)
    return list(together.values())


class _Forest:
    """A disjoint-set forest over the places of a pool; each tree knows the heads it has findings of, as bits."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._root = list(range(len(numbers)))
        self._heads = [1 << number for number in numbers]

    def find(self, place: int) -> int:
        """The root of the place's tree."""
        root = self._root
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    def join(self, one: int, other: int) -> None:
        """Make one tree of two."""
        one, other = sorted((self.find(one), self.find(other)))
        if one != other:
            self._root[other] = one
            self._heads[one] |= self._heads[other]

    def are_strangers(self, places: Iterable[int]) -> bool:
        """Whether no head has findings of more than one of the places' trees."""
        seen = 0
        for root in {self.find(place) for place in places}:
            if seen & self._heads[root]:
                return False
            seen |= self._heads[root]
        return True


class _Holder(Struct, frozen=True, gc=False):
    """A source that holds a key: its finding's place in the pool, the finding as its id tells it, and the head."""

    place: int
    root: int
    head: int
    where: Location | None


def _join_names(pool: Sequence[tuple[int, Tracked]], forest: _Forest) -> None:
    known: dict[str, int] = {}
    for place, (_, tracked) in enumerate(pool):
        for name in (tracked.id, *tracked.aliases):
            forest.join(known.setdefault(name, place), place)


def _join_keys(pool: Sequence[tuple[int, Tracked]], forest: _Forest) -> None:
    """Join by keys: first all that are clear, whatever their order, then those that need the line."""
    unclear = []
    for key, holders in sorted(_holders(pool, forest).items()):
        if _is_clear(holders):
            for holder in holders[1:]:
                forest.join(holders[0].place, holder.place)
        else:
            unclear.append((key, holders))
    for _, holders in unclear:
        for places in _by_line(holders):
            if forest.are_strangers(places):
                for place in places[1:]:
                    forest.join(places[0], place)


def _holders(pool: Sequence[tuple[int, Tracked]], forest: _Forest) -> dict[tuple[str, str, str], list[_Holder]]:
    """Who holds each strongest key that more than one finding has."""
    holders: defaultdict[tuple[str, str, str], list[_Holder]] = defaultdict(list)
    for place, (head, tracked) in enumerate(pool):
        root = forest.find(place)
        for sighting in tracked.sightings:
            if sighting.keys:
                holder = _Holder(place, root, head, sighting.location)
                holders[sighting.tool, sighting.scope, sighting.keys[0]].append(holder)
    return {key: found for key, found in holders.items() if any(each.root != found[0].root for each in found)}


def _is_clear(holders: Iterable[_Holder]) -> bool:
    """Whether every head has one finding with the key at most."""
    of_head: dict[int, int] = {}
    return all(of_head.setdefault(holder.head, holder.root) == holder.root for holder in holders)


def _by_line(holders: Iterable[_Holder]) -> Iterator[list[int]]:
    lines: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for holder in holders:
        if holder.where is not None and holder.where.start_line is not None:
            lines[holder.where.start_line, holder.where.start_column or 0].append(holder.place)
    for _, places in sorted(lines.items()):
        yield places
