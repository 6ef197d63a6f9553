"""Tools that call the same files by another folder than before: what is remembered is told in today's paths.

A scanner moved into a container names ``/src/app/views.py`` what it called ``app/views.py``; one that is started in the
checkout again does the reverse, and so do one that is started in ``app``, and a policy that now names ``/src`` under
``paths.roots``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.checkout import Checkout
from aggregator.model.finding import Sighting
from aggregator.model.location import Location
from aggregator.model.report import Scan
from aggregator.model.state import State, Tracked

_LEAST = 2
"""So many files have to tell of a change: one may be another file of the same name."""
_Scope: TypeAlias = tuple[str, str]
"""Tool and scope."""


class Change(Struct, frozen=True):
    """A beginning of paths that went, and the one that came instead; either may be empty, or ends with a slash."""

    went: str = ""
    came: str = ""

    def now(self, path: str) -> str:
        """What a path of then is called now."""
        if not path.startswith(self.went) or (path.startswith("/") and not self.went):
            return path
        return self.came + path.removeprefix(self.went)


def in_todays_folders(state: State, scans: Iterable[Scan], checkout: Checkout) -> State:
    """The state as it would be if every tool had always called its files as it does today."""
    changes = changed_folders(_remembered(state.findings), scans, checkout)
    if not changes:  # by far the most
        return state
    return replace(state, findings=tuple(_tracked(each, changes) for each in state.findings))


def changed_folders(
    before: Mapping[_Scope, AbstractSet[str]], scans: Iterable[Scan], checkout: Checkout
) -> dict[_Scope, Change]:
    """By tool and scope, how its paths changed, where that is beyond doubt.

    It is when the tool names no file as it did, and more than half of the names of now, two at least, tell of one
    change. A name tells of it when it ends as one name of then, and the checkout holds the file by one of the two
    names; without a checkout, when one of them is absolute and ends with the other.
    """
    found = {}
    for scope, now in _arrived(before, scans).items():
        votes = Counter(_votes(before[scope], now, checkout))
        change, count = next(iter(votes.most_common(1)), (Change(), 0))
        if count >= _LEAST and 2 * count > len(now):
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
        if _names_one(scan, before[scope]):
            stayed.add(scope)
        else:
            arrived.setdefault(scope, set()).update(_paths(scan))
    return {scope: now for scope, now in arrived.items() if scope not in stayed}


def _names_one(scan: Scan, before: AbstractSet[str]) -> bool:
    """Whether a scan names a file of then, be it that it found nothing there."""
    looked_at = scan.coverage.paths or frozenset()
    return any(path in before for path in _paths(scan)) or not before.isdisjoint(looked_at)


def _paths(scan: Scan) -> Iterator[str]:
    return (result.location.path for result in scan.results if result.location is not None)


def _votes(then: AbstractSet[str], now: AbstractSet[str], checkout: Checkout) -> Iterator[Change]:
    owners = _by_ending(then)
    for path in sorted(now):
        ending = next((each for each in _endings(path) if each in owners), "")
        if before := owners.get(ending):
            change = Change(before[: -len(ending)], path[: -len(ending)])
            if _is_foreign_folder(change, before, path, checkout):
                yield change


def _is_foreign_folder(change: Change, then: str, now: str, checkout: Checkout) -> bool:
    is_one_the_end = not change.went or not change.came
    is_one_absolute = then.startswith("/") != now.startswith("/")
    if checkout.present:
        return (is_one_the_end or is_one_absolute) and _holds_one(checkout, then, now)
    return is_one_the_end and is_one_absolute


def _holds_one(checkout: Checkout, then: str, now: str) -> bool:
    """Whether exactly one of two names is a file's name here, so that the other is foreign."""

    def is_foreign(path: str) -> bool:
        return path.startswith("/") or path in checkout.absent

    return (then in checkout.present and is_foreign(now)) or (now in checkout.present and is_foreign(then))


def _by_ending(paths: AbstractSet[str]) -> dict[str, str]:
    """The path of each ending: the one that is no longer, or the only one that ends so; empty where several do."""
    owners: dict[str, str] = {}
    for path in paths:
        for ending in _endings(path):
            owners[ending] = "" if ending in owners else path
    return owners | {path: path for path in paths}


def _endings(path: str) -> Iterator[str]:
    """The path, the path without its first folder, without its first two, and so on."""
    while path:
        yield path
        path = path.partition("/")[2]


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
    if change is None:
        return sighting
    where = _location(sighting.location, change)
    # Of the file by today's name nobody has asked whether it is the repository's own.
    return replace(sighting, location=where, is_uncommitted=sighting.is_uncommitted and where == sighting.location)


def _location(where: Location | None, change: Change) -> Location | None:
    return None if where is None else replace(where, path=change.now(where.path))
