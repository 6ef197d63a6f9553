"""Where secrets of earlier commits stand today, as far as other tools tell that were once found to mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.keys.commits import PAST
from aggregator.dedupe.tracking.ledger import Tracking
from aggregator.model.location import Location


def as_they_stand(entries: Sequence[Entry], keys: Sequence[tuple[str, ...]], tracking: Tracking) -> list[Entry]:
    """The entries to be compared by place: what is in a commit lies where its finding was recognised in the checkout.

    The lines of the two have nothing to do with each other once something was edited, so they would part, and each
    would meet whatever stands on its line in the other. Where another finding was recognised on its line, it has none.
    """
    past = {index for index, found in enumerate(keys) if found[-1] == PAST and index in tracking.matches}
    if not past:  # by far the most
        return list(entries)
    places: dict[str, Location] = {}
    for index, match in sorted(tracking.matches.items()):
        where = entries[index].results[0].location
        if index not in past and where is not None:
            places.setdefault(match.known.tracked.id, where)
    by_path: dict[str, list[Location]] = {}
    for where in places.values():
        by_path.setdefault(where.path, []).append(where)
    return [
        _at(entry, places.get(tracking.matches[index].known.tracked.id), by_path) if index in past else entry
        for index, entry in enumerate(entries)
    ]


def _at(entry: Entry, where: Location | None, others: Mapping[str, Iterable[Location]]) -> Entry:
    own = entry.results[0].location
    if where is None and own is not None and any(_meet(own, other) for other in others.get(own.path, ())):
        where = Location(own.path)
    if where is None:
        return entry
    return replace(entry, results=tuple([replace(each, location=where) for each in entry.results]))


def _meet(one: Location, two: Location) -> bool:
    return _first(one) <= _last(two) and _first(two) <= _last(one)


def _first(where: Location) -> int:
    return where.start_line or 0


def _last(where: Location) -> int:
    return where.end_line or _first(where)
