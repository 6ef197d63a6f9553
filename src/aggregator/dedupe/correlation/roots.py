"""Roots: tools that name files from different folders, brought to one name for correlation.

SpotBugs says ``org/shop/Cart.java`` where others say ``src/main/java/org/shop/Cart.java``, and some tools write where
on their machine a file lay. Two tools that share a single name look from one root, and nothing is changed between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from msgspec.structs import replace

from aggregator.dedupe.entry import Entry
from aggregator.model.result import IN_FILES, Result

_Owners = dict[str, set[str]]
"""The tools that use a name, by the name."""


def with_one_root(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries, of which those in files that go by two names have the name that is relative, or the longer one."""
    if len({entry.results[0].tool for entry in entries}) < 2:  # noqa: PLR2004 - two tools
        return entries
    names = _names(_owners(entries))
    return [_renamed(entry, names) for entry in entries] if names else entries


def _owners(entries: Iterable[Entry]) -> _Owners:
    owners: _Owners = {}
    for entry in entries:
        result = entry.results[0]
        if result.location is not None and result.kind in IN_FILES:
            owners.setdefault(result.location.path, set()).add(result.tool)
    return owners


def _names(owners: _Owners) -> Mapping[str, str]:
    """The one name, by the other."""
    holders = _holders(owners)
    of_one_root = {pair for tools in owners.values() if len(tools) > 1 for pair in combinations(sorted(tools), 2)}
    names: dict[str, str] = {}
    for path, holder in sorted(holders.items()):
        pairs = [tuple(sorted((ours, theirs))) for ours in owners[path] for theirs in owners[holder]]
        if all(one != two and (one, two) not in of_one_root for one, two in pairs):
            shown, other = (path, holder) if holder.startswith("/") else (holder, path)
            names[other] = shown
    return names


def _holders(owners: _Owners) -> Mapping[str, str]:
    """The next longer name that ends with a name, where there is no doubt; a bare file name ends too many."""
    found: dict[str, list[str]] = {}
    for path in owners:
        at = path.find("/")
        while at >= 0:
            rest = path[at + 1 :]
            if rest in owners and ("/" in rest or path.startswith("/")):
                found.setdefault(rest, []).append(path)
            at = path.find("/", at + 1)
    nearest = {path: _nearest(sorted(holders, key=len)) for path, holders in found.items()}
    return {path: holder for path, holder in nearest.items() if holder}


def _nearest(holders: Sequence[str]) -> str:
    """The shortest of the names, if they are all names of one file: the longest ends with each of them."""
    longest = holders[-1]
    return holders[0] if all(longest.endswith(f"/{each}") for each in holders[:-1]) else ""


def _renamed(entry: Entry, names: Mapping[str, str]) -> Entry:
    where = entry.results[0].location
    if where is None or where.path not in names or entry.results[0].kind not in IN_FILES:
        return entry
    name = where.path
    while name in names:  # from an absolute name to a relative one, and then to a longer one
        name = names[name]
    return Entry(tuple(_moved(result, name) for result in entry.results), entry.format, entry.home, entry.is_here)


def _moved(result: Result, path: str) -> Result:
    return result if result.location is None else replace(result, location=replace(result.location, path=path))
