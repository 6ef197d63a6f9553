"""Where secrets of earlier commits stand today, as far as other tools tell that were once found to mean the same."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.keys.commits import PAST
from aggregator.dedupe.tracking.ledger import Tracking
from aggregator.model.location import Location


def as_they_stand(entries: Sequence[Entry], keys: Sequence[tuple[str, ...]], tracking: Tracking) -> list[Entry]:
    """The entries to be compared by place: what is in a commit lies where its finding was recognised in the checkout.

    The lines of the two have nothing to do with each other once something was edited, so they would part, and each
    would meet whatever stands on its line in the other.
    """
    past = {index for index, found in enumerate(keys) if found[-1] == PAST and index in tracking.matches}
    if not past:  # by far the most
        return list(entries)
    places: dict[str, Location] = {}
    for index, match in sorted(tracking.matches.items()):
        where = entries[index].results[0].location
        if index not in past and where is not None:
            places.setdefault(match.known.tracked.id, where)
    return [
        _at(entry, places.get(tracking.matches[index].known.tracked.id)) if index in past else entry
        for index, entry in enumerate(entries)
    ]


def _at(entry: Entry, where: Location | None) -> Entry:
    if where is None:
        return entry
    return replace(entry, results=tuple([replace(each, location=where) for each in entry.results]))
