"""Scopes that have another name now: what is remembered of them goes on under it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from msgspec.structs import replace

from aggregator.dedupe.tracking.scope_renames import Heard, Renames, Scope
from aggregator.model.finding import Finding, Sighting
from aggregator.model.report import Scan
from aggregator.model.state import ScopeRecord, State, Tracked

MOST_NAMES = 12
"""How many names of a scope are remembered: so many may take turns. Reports with a date in their names have no end."""

NOTHING_RENAMED: Renames = MappingProxyType({})

_Seen = TypeVar("_Seen", Finding, Tracked)


def heard_of(scans: Iterable[Scan], state: State | None, awaited: frozenset[Scope] = frozenset()) -> Heard:
    """Which scopes there are, with those that are ``awaited``, and which there were."""
    before = state.scopes if state else ()
    return Heard(
        awaited.union((scan.tool, scan.scope) for scan in scans),
        frozenset((record.tool, record.scope) for record in before),
        {(record.tool, name): record.scope for record in before for name in record.names},
    )


def settled(state: State, heard: Heard) -> State:
    """The state as this run shows how names are meant that earlier ones took for new ones of a scope.

    An old name that is back is that of a scope of its own. Where a report by the new one is there again, and none by
    the old one, what was left under it goes on under the new one.
    """
    if not any(record.names for record in state.scopes):
        return state
    records = tuple(_apart_from(heard.now, record) for record in state.scopes)
    known = {(record.tool, record.scope) for record in records}
    renamed = {
        (record.tool, name): record.scope
        for record in records
        for name in record.names
        if (record.tool, name) in known and (record.tool, record.scope) in heard.now
    }
    return under_new_names(replace(state, scopes=records), renamed)


def under_new_names(
    state: State, renamed: Renames, begun: Renames = NOTHING_RENAMED, back: Renames = NOTHING_RENAMED
) -> State:
    """The state as it would be if the ``renamed`` scopes had always had their new names.

    So what was not reported again is looked for, and closed, where its tool looks now. Of those that ``begun`` names,
    both names are known: what was not reported again stays under the old one for this run. Where an old name is
    ``back``, what the other one did not show when it was there last is looked for under the old one.
    """
    if not renamed and not begun and not back:
        return state
    new = (_called(begun[key], record) for record in state.scopes if (key := (record.tool, record.scope)) in begun)
    return replace(
        state,
        findings=tuple(_handed_back(with_new_names(once(each, renamed), renamed), back) for each in state.findings)
        if renamed or back
        else state.findings,
        scopes=_records((*state.scopes, *new), renamed),
    )


def with_new_names(seen: _Seen, renamed: Renames) -> _Seen:
    """A finding, with the new names of its sources' scopes."""
    if not any((each.tool, each.scope) in renamed for each in seen.sightings):
        return seen
    return replace(seen, sightings=tuple(_sighting(each, renamed) for each in seen.sightings))


def _sighting(sighting: Sighting, renamed: Renames) -> Sighting:
    new = renamed.get((sighting.tool, sighting.scope))
    return sighting if new is None else replace(sighting, scope=new)


def once(seen: _Seen, renamed: Renames) -> _Seen:
    """A finding without those sources that are there under another name of their scope too, and were seen later."""
    names = {each.scope for each in seen.sightings if (each.tool, each.scope) in renamed}
    if not names or len(seen.sightings) == 1:
        return seen
    latest: dict[tuple[str, str, str], tuple[datetime, bool, str]] = {}
    rows = [(each.tool, renamed.get((each.tool, each.scope), each.scope), each.rule_id) for each in seen.sightings]
    for row, each in zip(rows, seen.sightings, strict=True):
        when = (each.last_seen, row[1] == each.scope, each.scope)
        latest[row] = max(latest.get(row, when), when)
    kept = tuple(each for row, each in zip(rows, seen.sightings, strict=True) if latest[row][2] == each.scope)
    return replace(seen, sightings=kept)


def _handed_back(tracked: Tracked, back: Renames) -> Tracked:
    """The finding with sources that the name of now never showed, or no longer, by the one that is back."""
    if not any(each.misses and (each.tool, each.scope) in back for each in tracked.sightings):
        return tracked
    return replace(
        tracked,
        sightings=tuple(_sighting(each, back) if each.misses else each for each in tracked.sightings),
    )


def _records(records: Iterable[ScopeRecord], renamed: Renames) -> tuple[ScopeRecord, ...]:
    """The records under the new names; where there is one already, it stays, else the latest one gives it."""
    found: dict[Scope, ScopeRecord] = {}
    old: list[ScopeRecord] = []
    for record in records:
        if (record.tool, record.scope) in renamed:
            old.append(record)
        else:
            found[record.tool, record.scope] = record
    for record in sorted(old, key=lambda each: (each.covered_at, len(each.names)), reverse=True):
        new = renamed[record.tool, record.scope]
        found.setdefault((record.tool, new), _called(new, record))
    return tuple(sorted(found.values()))


def _called(new: str, record: ScopeRecord) -> ScopeRecord:
    """The record of a scope by its new name."""
    names = (record.scope, *record.names)
    return replace(
        record, scope=new, names=names if len(names) <= MOST_NAMES else (*names[: MOST_NAMES - 1], names[-1])
    )


def _apart_from(here: AbstractSet[Scope], record: ScopeRecord) -> ScopeRecord:
    """The record without the names of scopes that are there beside it."""
    if not any((record.tool, name) in here for name in record.names):
        return record
    return replace(record, names=tuple(name for name in record.names if (record.tool, name) not in here))
