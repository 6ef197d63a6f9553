"""Scopes that have another name now: what is remembered of them goes on under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from aggregator.dedupe.tracking.scope_renames import Heard
from aggregator.model.finding import Finding, Sighting
from aggregator.model.report import Scan
from aggregator.model.state import ScopeRecord, State, Tracked

Renames = Mapping[tuple[str, str], str]
"""The new name of a scope, by tool and old name."""

_Seen = TypeVar("_Seen", Finding, Tracked)


def heard_of(scans: Iterable[Scan], state: State | None, awaited: frozenset[tuple[str, str]] = frozenset()) -> Heard:
    """Which scopes there are, with those that are ``awaited``, and which there were."""
    before = state.scopes if state else ()
    return Heard(
        awaited.union((scan.tool, scan.scope) for scan in scans),
        frozenset((record.tool, record.scope) for record in before),
    )


def under_new_names(state: State, renamed: Renames) -> State:
    """The state as it would be if these scopes had always had their new names.

    So what was not reported again is looked for, and closed, where its tool looks now.
    """
    if not renamed:
        return state
    return replace(
        state,
        findings=tuple(with_new_names(each, renamed) for each in state.findings),
        scopes=tuple(sorted(_record(each, renamed) for each in state.scopes)),
    )


def with_new_names(seen: _Seen, renamed: Renames) -> _Seen:
    """A finding, with the new names of its sources' scopes."""
    if not any((each.tool, each.scope) in renamed for each in seen.sightings):
        return seen
    return replace(seen, sightings=tuple(_sighting(each, renamed) for each in seen.sightings))


def _sighting(sighting: Sighting, renamed: Renames) -> Sighting:
    new = renamed.get((sighting.tool, sighting.scope))
    return sighting if new is None else replace(sighting, scope=new)


def _record(record: ScopeRecord, renamed: Renames) -> ScopeRecord:
    new = renamed.get((record.tool, record.scope))
    return record if new is None else replace(record, scope=new)
