"""Follow packages to another path: by git's history, by the path but for versions, as the only ones, by folder or end.

What a release brings has a version in its path (``app/shop-1.4.0.jar``, ``setuptools-65.0.0.dist-info``), a lock file
of another kind stands where the old one stood (``package-lock.json``, ``pnpm-lock.yaml``), and one moves with its
folder. So the same vulnerability in copies of one package is told apart by what lasts of the paths.
An image may be kept in another registry; what is in it stays where it is. And a report in another format may leave the
ecosystem of packages open, or tell it at last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from aggregator.dedupe.keys.identity import evidence_of
from aggregator.dedupe.tracking.key_buckets import KeyBuckets
from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.model.location import Component, Location
from aggregator.normalize.components import is_generic, plain_name
from aggregator.normalize.images import image_name

_IN_IMAGE, _EVIDENCE, _PLAIN = "moved-image", "moved-component", "plain-component"
_MOST_PARTS = 16
"""How many parts of the end of a path are compared."""
_VERSION = re.compile(
    r"[0-9]+(?:\.[0-9]+)++"  # with what may follow: 1.4.0-SNAPSHOT, 2.0.0.RELEASE, 1.0rc1, 1.2-20260301.101500-1
    r"(?:[-._+]?(?:[0-9]+|(?:a|b|m|rc|cr|sp|alpha|beta|pre|post|dev|build)[-.]?[0-9]+|snapshot|release|final|ga)"
    r"(?![0-9a-z]))*+"
    r"|(?<=[-_])[0-9]+(?=\.(?:jar|war|ear|dist-info|egg-info|gemspec|nupkg)(?![0-9a-z]))",
    re.IGNORECASE,
)
_GOES_BACK = re.compile(r"(?:[0-9A-Za-z]|[0-9]\.)$")
_GOES_ON = re.compile(r"[0-9A-Za-z]|\.[0-9]")
"""What a version is not a part of: 1.1 is none of Python 3.11, nor 2.0 of 2.0.1."""


class _Place(NamedTuple):
    """Where a package is: in a file of the checkout or of an image, and the version that is installed there."""

    path: str
    version: str
    in_image: bool


_Sign: TypeAlias = Callable[[_Place], str]
"""What is compared of a place; empty when it has nothing of the kind."""
_Group: TypeAlias = tuple[list[int], list[int]]
"""Remembered sources and entries that show one vulnerability of one package."""
_NOWHERE = _Place("", "", in_image=False)


def match_moved_packages(
    ledger: Ledger, buckets: KeyBuckets, names: Mapping[str, str], present: AbstractSet[str]
) -> None:
    """Pair what shows one vulnerability of one package under another path, where one on either side fits alone.

    ``names`` tell where files are that history says were renamed: they are nowhere else. What is ``present`` did not
    move, though nobody looked at it. What was closed is known again only where nothing but versions is different.
    """
    moves = _Moves(ledger, buckets.shared(_EVIDENCE), _EVIDENCE)
    moves.pair(lambda place: names.get(_in_checkout(place), ""), _in_checkout, "high")
    for lasting in (_but_for_its_version, _but_for_versions):
        moves.pair_in_place(lasting)
    settled = present | names.keys()
    moves.pair(lambda place: "" if _in_checkout(place) in settled else "anywhere", lambda _: "anywhere", "medium")
    moves.pair(lambda place: _folder(place, settled), _folder, "medium")
    moves.pair_ends(settled)
    moves.pair_heirs(settled)


def match_moved_images(ledger: Ledger) -> None:
    """Pair what is in the same place of an image, but for versions, whose repository ends with the same name.

    So it is in a scope that was renamed, or when something that was closed before that is back.
    """
    moves = _Moves(ledger, _by_package(ledger, in_any_registry), _IN_IMAGE)
    for lasting in (lambda place: f"/{place.path}", _but_for_its_version, _but_for_versions):
        moves.pair_in_place(lasting)


def match_plain_packages(ledger: Ledger) -> None:
    """Pair one against one what shows one vulnerability of one package, of which then or now no ecosystem was told.

    So it is when a report comes in another format: of packages in images Trivy's SARIF tells names alone, and often no
    path. Elsewhere the manifest is the same.
    """
    groups = (group for group in _by_package(ledger, _in_any_ecosystem) if _is_told_otherwise(ledger, *group))
    _Moves(ledger, groups, _PLAIN).pair_in_place(lambda place: "anywhere" if place.in_image else place.path)


def in_any_registry(rule_id: str, component: Component | None) -> str:
    """A vulnerability of a package of an image, whoever keeps the image; empty outside images."""
    if component is None or not component.image:
        return ""
    return "\x1f".join((rule_id, component.purl, image_name(component.image)))


def _in_any_ecosystem(rule_id: str, component: Component | None) -> str:
    """A vulnerability of what is called like a package, wherever that name comes from; empty without a package."""
    if component is None:
        return ""
    return "\x1f".join((rule_id, plain_name(component.purl), component.image))


def _is_told_otherwise(ledger: Ledger, old: list[int], new: list[int]) -> bool:
    """Whether the packages of a group have another name now, and no two ecosystems are told of."""
    then = {key for index in old for key in ledger.known[index].sighting.keys if evidence_of(key) == _EVIDENCE}
    if not all(then.isdisjoint(ledger.keys[index]) for index in new):
        return False
    components = [ledger.known[index].tracked.component for index in old]
    components += [ledger.entries[index].results[0].component for index in new]
    return len({each.purl for each in components if each is not None and not is_generic(each.purl)}) <= 1


def _by_package(ledger: Ledger, sign_of: Callable[[str, Component | None], str]) -> Iterator[_Group]:
    """What is still to be recognised, by tool, scope, and what the sign tells of the vulnerability and the package."""
    theirs: dict[tuple[str, str, str], list[int]] = {}
    for index in ledger.old:
        known, seen = ledger.known[index].tracked, ledger.known[index].sighting
        if package := sign_of(seen.rule_id, known.component):
            theirs.setdefault((seen.tool, seen.scope, package), []).append(index)
    ours: dict[tuple[str, str, str], list[int]] = {}
    for index in ledger.new if theirs else ():
        result = ledger.entries[index].results[0]
        if package := sign_of(result.rule_id, result.component):
            ours.setdefault((result.tool, ledger.scope_of(index), package), []).append(index)
    yield from ((theirs[sign], found) for sign, found in ours.items() if sign in theirs)


class _Moves:
    """What is still to be recognised of the packages that are known on both sides, group by group.

    What is recognised meanwhile still counts: that only one is left of several proves nothing.
    """

    def __init__(self, ledger: Ledger, groups: Iterable[_Group], evidence: str) -> None:
        self._ledger = ledger
        self._open: list[_Group] = []
        self._closed: list[_Group] = []
        for old, new in groups:
            self._open.append((ledger.alive(old), new))
            self._closed.append((ledger.closed(old), new))
        self._evidence = evidence

    def pair(self, then: _Sign, now: _Sign, tier: str) -> None:
        """Pair what alone has a sign in its group, then and now."""
        self._pair(self._open, then, now, tier)

    def pair_in_place(self, lasting: _Sign) -> None:
        """Pair what stands where something stood that is open, or else closed."""
        self._pair(self._open, lasting, lasting, "high")
        self._pair(self._closed, lasting, lasting, "high")

    def pair_ends(self, settled: AbstractSet[str]) -> None:
        """Of several, pair those of which the longest part of the path stayed, the file's name at least."""
        for old, new in self._open:
            gone = [index for index in old if _in_checkout(self._then(index)) not in settled]
            if self._is_free(gone, new):
                theirs = [(index, _parts(self._then(index))) for index in gone]
                ours = [(index, _parts(self._now(index))) for index in new]
                for count in range(_MOST_PARTS, 0, -1):
                    self._take(_by_sign(_ends(theirs, count)), _by_sign(_ends(ours, count)), "medium")

    def pair_heirs(self, settled: AbstractSet[str]) -> None:
        """Where one file stands for several that went, in their folder or above, let it carry on one of them.

        So it is when ``requirements.txt`` and ``requirements-dev.txt`` become one ``uv.lock``, or the lock files of all
        services that of the workspace.
        """
        for old, new in self._open:
            if not self._is_free(old, new):
                continue
            files = _by_sign((index, _folder(self._now(index))) for index in new)
            went: dict[int, list[int]] = {}
            for index in old:
                heir = _heir(files, _folder(self._then(index), settled)) if index in self._ledger.old else None
                if heir is not None:
                    went.setdefault(heir, []).append(index)
            for heir, theirs in went.items():
                if heir in self._ledger.new:
                    self._ledger.take(min(theirs, key=self._rank), heir, "medium", self._evidence)

    def _rank(self, old: int) -> tuple[bool, datetime, str]:
        """What is open goes first, lest a word about another file silence it; then the earliest."""
        tracked = self._ledger.known[old].tracked
        return (tracked.decision.disposition.silences, tracked.first_seen, tracked.id)

    def _pair(self, groups: Iterable[_Group], then: _Sign, now: _Sign, tier: str) -> None:
        for old, new in groups:
            if self._is_free(old, new):
                theirs = _by_sign((index, then(self._then(index))) for index in old)
                self._take(theirs, _by_sign((index, now(self._now(index))) for index in new), tier)

    def _take(self, theirs: Mapping[str, list[int]], ours: Mapping[str, list[int]], tier: str) -> None:
        ledger = self._ledger
        for sign, found in ours.items():
            known = theirs.get(sign, [])
            if sign and len(found) == len(known) == 1 and known[0] in ledger.old and found[0] in ledger.new:
                ledger.take(known[0], found[0], tier, self._evidence)

    def _is_free(self, old: list[int], new: list[int]) -> bool:
        """Whether anybody of either side is still to be recognised."""
        return not (self._ledger.old.keys().isdisjoint(old) or self._ledger.new.keys().isdisjoint(new))

    def _then(self, old: int) -> _Place:
        known = self._ledger.known[old]
        return _place(known.sighting.location, known.tracked.component)

    def _now(self, new: int) -> _Place:
        result = self._ledger.entries[new].results[0]
        return _place(result.location, result.component)


def _place(where: Location | None, component: Component | None) -> _Place:
    """The place of a source: what several tools found of a package is in one file, or each tells its own."""
    if component is None:
        return _NOWHERE
    return _Place(where.path if where else component.path, component.version, bool(component.image))


def _by_sign(rows: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    signs: dict[str, list[int]] = {}
    for index, sign in rows:
        signs.setdefault(sign, []).append(index)
    return signs


def _in_checkout(place: _Place) -> str:
    return "" if place.in_image else place.path


def _folder(place: _Place, settled: AbstractSet[str] = frozenset()) -> str:
    """The folder of a file of the checkout, with a slash at its end; empty for one that is there still."""
    path = _in_checkout(place)
    return f"{path.rpartition('/')[0]}/" if path and path not in settled else ""


def _heir(files: Mapping[str, Sequence[int]], folder: str) -> int | None:
    """The only file in the innermost of a folder and those above it that has any; ``None`` where there are several."""
    while folder and folder not in files:
        folder = "" if folder == "/" else f"{folder[:-1].rpartition('/')[0]}/"
    found = files.get(folder, ()) if folder else ()
    return found[0] if len(found) == 1 else None


def _but_for_its_version(place: _Place) -> str:
    """The path without the installed version, where that stands last in it."""
    head, version, tail = place.path.rpartition(place.version) if place.version else ("", "", "")
    return f"{head}#{tail}" if version and not (_GOES_BACK.search(head) or _GOES_ON.match(tail)) else ""


def _but_for_versions(place: _Place) -> str:
    """The path without anything that looks like a version."""
    return without_versions(_but_for_its_version(place) or place.path)


def _parts(place: _Place) -> list[str]:
    return _but_for_versions(place).split("/")[-_MOST_PARTS:]


def _ends(paths: Iterable[tuple[int, list[str]]], count: int) -> Iterator[tuple[int, str]]:
    """The last parts of paths that have as many."""
    return ((index, "/".join(parts[-count:])) for index, parts in paths if len(parts) >= count)


@lru_cache(maxsize=4096)
def without_versions(path: str) -> str:
    """A path with what looks like a version as ``#``, so that it lasts from one release to the next."""
    return _VERSION.sub("#", path)
