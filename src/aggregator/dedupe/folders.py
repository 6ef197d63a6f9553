"""Tools that call the same files by another folder than before: what is remembered is told in today's paths.

A scanner moved into a container names ``/src/app/views.py`` what it called ``app/views.py``; one that is started in the
checkout again does the reverse, and so does a policy that now names ``/src`` under ``paths.roots``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.finding import Sighting
from aggregator.model.location import Location
from aggregator.model.report import Scan
from aggregator.model.state import State, Tracked
from aggregator.normalize.paths import is_inside

_Scope: TypeAlias = tuple[str, str]
"""Tool and scope."""


class Change(Struct, frozen=True):
    """A beginning of paths that went, and one that came; one of them is empty, the other ends with a slash."""

    went: str = ""
    came: str = ""

    def now(self, path: str) -> str:
        """What a path of then is called now."""
        if self.came:
            return self.came + path if is_inside(path) else path
        return path.removeprefix(self.went)


def in_todays_folders(state: State, scans: Iterable[Scan], present: AbstractSet[str]) -> State:
    """The state as it would be if every tool had always called its files as it does today.

    ``present`` names files that the checkout holds.
    """
    changes = changed_folders(_remembered(state.findings), scans, present)
    if not changes:  # by far the most
        return state
    return replace(state, findings=tuple(_tracked(each, changes) for each in state.findings))


def changed_folders(
    before: Mapping[_Scope, AbstractSet[str]], scans: Iterable[Scan], present: AbstractSet[str]
) -> dict[_Scope, Change]:
    """By tool and scope, how its paths changed, where that is beyond doubt.

    It is when the tool names no file as it did, and more than half of the names that end alike tell of one change.
    The longer names are absolute, or the checkout holds the files only by the shorter ones.
    """
    found = {}
    for scope, now in _arrived(before, scans).items():
        votes = Counter(_votes(before[scope], now, present))
        change, count = next(iter(votes.most_common(1)), (None, 0))
        if change is not None and 2 * count > votes.total():
            found[scope] = change
    return found


def _remembered(findings: Iterable[Tracked]) -> dict[_Scope, set[str]]:
    paths: dict[_Scope, set[str]] = {}
    for tracked in findings:
        for sighting in tracked.sightings:
            if sighting.location is not None:
                paths.setdefault((sighting.tool, sighting.scope), set()).add(sighting.location.path)
    return paths


def _arrived(before: Mapping[_Scope, AbstractSet[str]], scans: Iterable[Scan]) -> dict[_Scope, set[str]]:
    """The names of now by scope, of those scopes that share none with the names of then."""
    arrived: dict[_Scope, set[str]] = {}
    stayed: set[_Scope] = set()
    for scan in scans:
        scope = (scan.tool, scan.scope)
        if scope not in before or scope in stayed:
            continue
        now = arrived.setdefault(scope, set())
        for result in scan.results:
            if result.location is None:
                continue
            if result.location.path in before[scope]:
                stayed.add(scope)
                break
            now.add(result.location.path)
    return {scope: now for scope, now in arrived.items() if scope not in stayed}


def _votes(then: AbstractSet[str], now: AbstractSet[str], present: AbstractSet[str]) -> Iterator[Change]:
    yield from (Change(came=folder) for folder in _folders(then, now, present))
    yield from (Change(went=folder) for folder in _folders(now, then, present))


def _folders(shorter: AbstractSet[str], longer: AbstractSet[str], present: AbstractSet[str]) -> Iterator[str]:
    """What stands before the shorter names in the longer ones."""
    for path in sorted(longer):
        ending = next((each for each in _endings(path) if each in shorter), "")
        if ending and (path.startswith("/") or (is_inside(path) and ending in present and path not in present)):
            yield path[: -len(ending)]


def _endings(path: str) -> Iterator[str]:
    """The path without its first folder, without its first two, and so on."""
    while "/" in path:
        path = path.partition("/")[2]
        yield path


def _tracked(tracked: Tracked, changes: Mapping[_Scope, Change]) -> Tracked:
    if not any((each.tool, each.scope) in changes for each in tracked.sightings):
        return tracked
    own, first = tracked.location, tracked.sightings[0]
    return replace(
        tracked,
        location=_location(own, changes.get((first.tool, first.scope), Change())) if own == first.location else own,
        sightings=tuple(_sighting(each, changes) for each in tracked.sightings),
    )


def _sighting(sighting: Sighting, changes: Mapping[_Scope, Change]) -> Sighting:
    change = changes.get((sighting.tool, sighting.scope))
    return sighting if change is None else replace(sighting, location=_location(sighting.location, change))


def _location(where: Location | None, change: Change) -> Location | None:
    return None if where is None else replace(where, path=change.now(where.path))
