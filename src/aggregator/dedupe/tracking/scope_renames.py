"""Which scopes were renamed, told from their findings: a report that was given another name is the usual cause."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from msgspec import Struct

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.homes import HomesByName
from aggregator.dedupe.keys.kept_secrets import without_seals
from aggregator.dedupe.tracking.ledger import Known, Match
from aggregator.dedupe.tracking.moved_packages import in_any_registry, without_versions
from aggregator.dedupe.tracking.spots_of_scopes import SpotsOfScopes
from aggregator.model.location import Component, Location
from aggregator.model.scope import engagement_in

Scope: TypeAlias = tuple[str, str]
"""Tool and scope."""
Renames: TypeAlias = Mapping[Scope, str]
"""The other name of a scope."""
_Group: TypeAlias = tuple[str, str]
"""Tool and examination: what was examined once keeps to itself."""
_Rows: TypeAlias = list[tuple[str, str]]
"""Scope and strongest key of each finding."""
_NUMBER = re.compile(r"\d+")
_ON_ANY_HOST = "v1:moved-endpoint:"


class Heard(Struct, frozen=True):
    """The scopes that reports were about, whether they found something there or not.

    Attributes:
        now: in this run; reports that failed, or are missing though they are expected, are among them.
        before: in earlier ones.
        earlier: what scopes are called now, by tool and a name that they had before.
    """

    now: frozenset[Scope] = frozenset()
    before: frozenset[Scope] = frozenset()
    earlier: Renames = {}


NOTHING_HEARD = Heard()


def renamed_scopes(
    entries: Sequence[Entry],
    keys: Sequence[tuple[str, ...]],
    known: Sequence[Known],
    heard: Heard = NOTHING_HEARD,
    homes: HomesByName | None = None,
) -> dict[Scope, str]:
    """Where scopes of a tool that vanished have become others that nobody heard of before: ``(tool, new) -> old``.

    A scope has vanished when open findings were last seen in it, and no report of this run is about it, or could be.
    Those are the same that share findings and have names that differ in numbers alone, or that clearly share more with
    each other than with any others. A product keeps to itself. A name that a scope had before is its name again.
    """
    here = {(entry.results[0].tool, entry.results[0].scope) for entry in entries}
    came = here - heard.before - {(each.sighting.tool, each.sighting.scope) for each in known}
    if not came:  # by far the most
        return {}
    back = _back(came, here | heard.now, heard)
    came -= back.keys()
    rows = [each for each in known if _is_last_seen(each)]
    left = {(each.sighting.tool, each.sighting.scope) for each in rows} - here - heard.now
    left -= {(tool, now) for (tool, _), now in back.items()}
    stayed = {_image(each.tracked.component) for each in rows} & {
        _image(entry.results[0].component) for entry in entries
    }
    told = [_telling(each.sighting.keys, each.sighting.rule_id, each.tracked.component, stayed) for each in rows]
    spots = SpotsOfScopes(rows, told, left)
    theirs = _grouped((*_scope_of(each), key) for each, key in zip(rows, told, strict=True))
    ours = _grouped(
        (result.tool, result.scope, spots.as_then(result, _telling(found, result.rule_id, result.component, stayed)))
        for result, found in zip((entry.results[0] for entry in entries), keys, strict=True)
    )
    renamed = back | {
        (group[0], new): old
        for group in sorted(theirs.keys() & ours.keys())
        for old, new in _pairs(theirs[group], ours[group], _of(group, left), _of(group, came))
    }
    if homes is not None:
        return {new: old for new, old in renamed.items() if _share_home(new, old, entries, known, homes)}
    return renamed


def _back(came: AbstractSet[Scope], here: AbstractSet[Scope], heard: Heard) -> dict[Scope, str]:
    """The names of now of scopes that an old one is back of, and no report by that of now: its findings are there."""
    back = {scope: heard.earlier[scope] for scope in sorted(came) if scope in heard.earlier}
    times = Counter((tool, now) for (tool, _), now in back.items())
    return {
        (tool, name): now for (tool, name), now in back.items() if times[tool, now] == 1 and (tool, now) not in here
    }


def followed_scopes(
    renamed: Renames, entries: Sequence[Entry], known: Iterable[Known], matches: Mapping[int, Match]
) -> dict[Scope, str]:
    """The renamed scopes whose other findings are looked for under the new name as well: ``(tool, old) -> new``.

    Those of which at least half the open findings were recognised there, and are at least half of what is there; and
    none of which was left behind outside the folder that the new one is about: that report is of a part alone.
    """
    olds = {(tool, old): (tool, new) for (tool, new), old in renamed.items()}
    there = Counter((entry.results[0].tool, entry.results[0].scope) for entry in entries)
    open_ = [each for each in known if each.tracked.closed_at is None and _scope_of(each) in olds]
    seen = Counter(_scope_of(match.known) for match in matches.values() if match.known.tracked.closed_at is None)
    counts = Counter(map(_scope_of, open_))
    parts = _parts(olds, entries, open_, {id(match.known) for match in matches.values()})
    return {
        old: new[1] for old, new in olds.items() if old not in parts and 2 * seen[old] >= max(counts[old], there[new])
    }


def _parts(
    olds: Mapping[Scope, Scope], entries: Sequence[Entry], open_: Iterable[Known], seen: AbstractSet[int]
) -> set[Scope]:
    """The old scopes of which findings were not seen again outside the folder of what the new one found.

    An image is scanned as a whole, whatever is found in it.
    """
    paths: dict[Scope, list[str]] = {}
    images: set[Scope] = set()
    for result in (entry.results[0] for entry in entries):
        if _image(result.component):
            images.add((result.tool, result.scope))
        elif path := _path(result.location, result.component):
            paths.setdefault((result.tool, result.scope), []).append(path)
    folders = {scope: common_folder(found) for scope, found in paths.items()}
    left = (
        (_scope_of(each), _path(each.sighting.location, each.tracked.component))
        for each in open_
        if id(each) not in seen and olds[_scope_of(each)] not in images
    )
    return {old for old, path in left if path and not path.startswith(folders.get(olds[old], ""))}


def common_folder(paths: Iterable[str]) -> str:
    """The innermost folder that holds all these files, with a slash at its end; empty for the checkout itself."""
    folders = [path.split("/")[:-1] for path in paths]
    first, last = min(folders), max(folders)
    same = next(
        (at for at, (one, two) in enumerate(zip(first, last, strict=False)) if one != two),
        len(min(first, last, key=len)),
    )
    return "".join(f"{part}/" for part in first[:same])


def _path(where: Location | None, component: Component | None) -> str:
    return where.path if where is not None else component.path if component is not None else ""


def _scope_of(known: Known) -> Scope:
    return known.sighting.tool, known.sighting.scope


def _is_last_seen(known: Known) -> bool:
    """Whether an open finding was last seen by the source's tool in the source's scope, and not since in another."""
    tracked, source = known.tracked, known.sighting
    if tracked.closed_at is not None:
        return False
    return len(tracked.sightings) == 1 or not any(
        other.tool == source.tool
        and other.last_seen > source.last_seen
        and engagement_in(other.scope) == engagement_in(source.scope)
        for other in tracked.sightings
    )


def _telling(keys: Sequence[str], rule_id: str, component: Component | None, stayed: AbstractSet[str]) -> str:
    """The strongest key that does not hold the name of the scope, as those of endpoints do, and of images that went."""
    if component is not None and component.image and component.image not in stayed:
        return f"{in_any_registry(rule_id, component)} {without_versions(component.path)}"
    keys = without_seals(keys)  # those of secrets come, go and change with the user's key
    return next((key for key in keys if key.startswith(_ON_ANY_HOST)), next(iter(keys), ""))


def _image(component: Component | None) -> str:
    return component.image if component is not None else ""


def _grouped(rows: Iterable[tuple[str, str, str]]) -> dict[_Group, _Rows]:
    groups: dict[_Group, _Rows] = {}
    for tool, scope, key in rows:
        groups.setdefault((tool, engagement_in(scope)), []).append((scope, key))
    return groups


def _of(group: _Group, scopes: Iterable[Scope]) -> set[str]:
    return {scope for tool, scope in scopes if (tool, engagement_in(scope)) == group}


def _pairs(theirs: _Rows, ours: _Rows, left: AbstractSet[str], came: AbstractSet[str]) -> list[tuple[str, str]]:
    """Old and new scopes that are the same."""
    if not left or not came:
        return []
    named = _named_alike(theirs, ours, left, came)
    return named + _alike(theirs, ours, left - {old for old, _ in named}, came - {new for _, new in named})


def _named_alike(theirs: _Rows, ours: _Rows, left: AbstractSet[str], came: AbstractSet[str]) -> list[tuple[str, str]]:
    """Scopes whose names differ in nothing but numbers, as by a date or a run's id, and that share at least half.

    So those that hold the same are told apart too: a scan in two formats, or modules with equal files. Where one
    vanished and one came, they need not share anything.
    """
    before, now = _keys_by_scope(theirs), _keys_by_scope(ours)
    olds, news = _bywords_of(before), _bywords_of(now)
    pairs = ((olds[words], news[words]) for words in sorted(olds.keys() & news.keys()))
    are_alone = len(left) == len(came) == 1
    return [
        (old, new)
        for old, new in pairs
        if old in left
        and new in came
        and (are_alone or 2 * len(before[old] & now[new]) >= min(len(before[old]), len(now[new])))
    ]


def _alike(theirs: _Rows, ours: _Rows, left: AbstractSet[str], came: AbstractSet[str]) -> list[tuple[str, str]]:
    """Scopes that share at least half the findings of the smaller one, and twice as many as either with all others.

    What several scopes have on one side tells nothing.
    """
    before, now = _owners(theirs), _owners(ours)
    shared = Counter(
        (before[key], now[key]) for key in before.keys() & now.keys() if before[key] in left and now[key] in came
    )
    sizes, sizes_now = (Counter(scope for scope, _ in set(rows)) for rows in (theirs, ours))
    of_old, of_new = Counter[str](), Counter[str]()
    for (old, new), count in shared.items():
        of_old[old] += count
        of_new[new] += count
    return [
        (old, new)
        for (old, new), count in sorted(shared.items())
        if 2 * count >= min(sizes[old], sizes_now[new]) and 3 * count >= 2 * max(of_old[old], of_new[new])
    ]


def _keys_by_scope(rows: _Rows) -> dict[str, set[str]]:
    keys: dict[str, set[str]] = {}
    for scope, key in rows:
        keys.setdefault(scope, set()).add(key)
    return keys


def _bywords_of(scopes: Iterable[str]) -> dict[str, str]:
    """Scopes by their names without numbers; those that only their numbers tell apart are left out."""
    return _owners([(scope, words_of(scope)) for scope in scopes])


def words_of(scope: str) -> str:
    """A scope's name but for its numbers."""
    return _NUMBER.sub("#", scope)


def _owners(rows: _Rows) -> dict[str, str]:
    """The scope of each key that only one scope has."""
    owners: dict[str, str] = {}
    shared: set[str] = set()
    for scope, key in rows:
        if owners.setdefault(key, scope) != scope:
            shared.add(key)
    return {key: scope for key, scope in owners.items() if key not in shared}


def _share_home(new: Scope, old: str, entries: Sequence[Entry], known: Sequence[Known], homes: HomesByName) -> bool:
    """Whether a product has results in both scopes of a tool."""
    tool, scope = new
    ours = {entry.home for entry in entries if (entry.results[0].tool, entry.results[0].scope) == (tool, scope)}
    return any(
        homes.of_tracked(each.tracked) in ours
        for each in known
        if (each.sighting.tool, each.sighting.scope) == (tool, old)
    )
