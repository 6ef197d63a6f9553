"""Recognise last run's problems in this run's entries: a one-to-one cascade from strong to weak evidence.

Exact evidence is used up over the whole run before weaker evidence is looked at, so that something that moved cannot
steal the identity of something that stayed. Where weaker evidence is ambiguous, nothing is matched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from aggregator.dedupe.align import align
from aggregator.dedupe.entry import Entry
from aggregator.dedupe.kept_secrets import secrets_differ
from aggregator.dedupe.keys import evidence_of
from aggregator.dedupe.renames import Mark, infer_renames
from aggregator.model.finding import Sighting
from aggregator.model.location import Location
from aggregator.model.state import Tracked


class Known(Struct, frozen=True, gc=False):
    """One source of one remembered finding, waiting to be recognised."""

    tracked: Tracked
    sighting: Sighting


class Match(Struct, frozen=True, gc=False):
    """How an entry was recognised.

    Attributes:
        tier: ``certain``, ``high`` or ``medium``.
        key: the evidence that decided.
    """

    known: Known
    tier: str
    key: str


class Tracking(Struct, frozen=True, gc=False):
    """The answer: matches by entry index, and what nobody recognised, in the state's order."""

    matches: dict[int, Match]
    unseen: tuple[Known, ...]


# Evidence in order, with its tier. Equal things in one place (two identical sinks) are paired in line order;
# evidence that has lost the place counts only when it is unique on both sides.
_IN_PLACE: tuple[tuple[str, str], ...] = (
    ("secret", "certain"),
    ("native", "certain"),
    ("context", "certain"),
    ("text", "certain"),
    ("snippet", "certain"),
    ("resource", "certain"),
    ("component", "certain"),
    ("endpoint", "certain"),
)
_MOVED: tuple[tuple[str, str], ...] = (
    ("moved-secret", "high"),
    ("moved-context", "high"),
    ("moved-snippet", "high"),
    ("moved-resource", "high"),
    ("moved-component", "medium"),
)
_TEXTUAL = frozenset({"context", "text", "snippet", "resource"})


def track(
    entries: Sequence[Entry],
    keys: Sequence[tuple[str, ...]],
    previous: Iterable[Tracked],
    present: frozenset[str] = frozenset(),
) -> Tracking:
    """Match entries to remembered sources of the same tool and scope, one to one.

    ``keys`` stand beside ``entries``. Closed findings are remembered too, so that what comes back in its place is
    recognised; weaker evidence never brings one back.
    ``present`` names files known to exist now: none of them was renamed to something else.
    """
    known = [Known(tracked, sighting) for tracked in previous for sighting in tracked.sightings]
    if not known:
        return Tracking({}, ())
    cascade = _Cascade(entries, keys, known)
    for evidence, tier in _IN_PLACE:
        cascade.match(evidence, tier)
    cascade.match_places()
    for evidence, tier in _MOVED:
        cascade.match_moved(evidence, tier)
    cascade.match_renamed_files(present)
    return cascade.answer()


class _Cascade:
    """The entries and sources still unmatched; each pass takes some away."""

    def __init__(self, entries: Sequence[Entry], keys: Sequence[tuple[str, ...]], known: list[Known]) -> None:
        self._entries = entries
        self._keys = keys
        self._known = known
        self._new: dict[int, None] = dict.fromkeys(range(len(entries)))
        self._old: dict[int, None] = dict.fromkeys(range(len(known)))
        self._matches: dict[int, Match] = {}
        scopes = renamed_scopes(entries, known)
        self._new_buckets = _bucket(
            (scopes.get((entry.result.tool, entry.result.scope), entry.result.scope), keys[index])
            for index, entry in enumerate(entries)
        )
        self._old_buckets = _bucket((each.sighting.scope, each.sighting.keys) for each in known)

    def answer(self) -> Tracking:
        return Tracking(self._matches, tuple(self._known[index] for index in sorted(self._old)))

    def match(self, evidence: str, tier: str) -> None:
        """Pair what shares a key of this evidence within tool and scope, open findings before closed ones."""
        for old, new in self._shared(evidence):
            self._pair(self._alive(old), new, tier, evidence)
            self._pair(self._closed(old), new, tier, evidence)

    def match_places(self) -> None:
        """Same rule in the same file, with no better evidence left: one edited line, or a tool that shows no text.

        When both sides carry text and the texts differ, only one against one is believed to be an edit; and nothing
        that was closed is believed to have come back edited.
        """
        for old, new in self._shared("place"):
            alive, closed = self._alive(old), self._closed(old)
            if len(alive) == len(new) == 1 or not self._texts_differ(alive, new):
                self._pair(alive, new, "high" if len(alive) == len(new) else "medium", "place")
            if closed and not self._texts_differ(closed, new):
                self._pair(closed, new, "medium", "place")

    def match_moved(self, evidence: str, tier: str) -> None:
        """Follow one open finding that lost its place to the one entry that shows the same evidence elsewhere."""
        for old, new in self._shared(evidence):
            if len(alive := self._alive(old)) == len(new) == 1:
                self._pair(alive, new, tier, evidence)

    def match_renamed_files(self, present: frozenset[str]) -> None:
        """Follow whole files to their new names, then pair rule by rule in line order."""
        if not self._old or not self._new:
            return
        stayed = present | {path for entry in self._entries if (path := _path(entry.result.location))}
        before = {path for known in self._known if (path := _path(known.sighting.location))}
        old = _files((index, _path(self._known[index].sighting.location)) for index in self._alive(self._old))
        new = _files((index, _path(self._entries[index].result.location)) for index in self._new)
        renames = infer_renames(
            {path: [self._old_mark(index) for index in rows] for path, rows in old.items() if path not in stayed},
            {path: [self._new_mark(index) for index in rows] for path, rows in new.items() if path not in before},
        )
        for old_path, new_path in renames:
            self._pair_files(old[old_path], new[new_path])

    def _shared(self, evidence: str) -> Iterable[tuple[list[int], list[int]]]:
        """What is still unmatched on both sides of each key of this evidence."""
        if not self._old or not self._new:
            return
        theirs = self._old_buckets.get(evidence, {})
        for bucket, ours in self._new_buckets.get(evidence, {}).items():
            old = [index for index in theirs.get(bucket, ()) if index in self._old]
            new = [index for index in ours if index in self._new]
            if old and new:
                yield old, new

    def _alive(self, old: Iterable[int]) -> list[int]:
        return [index for index in old if self._known[index].tracked.closed_at is None]

    def _closed(self, old: Iterable[int]) -> list[int]:
        return [index for index in old if self._known[index].tracked.closed_at is not None]

    def _pair_files(self, old: list[int], new: list[int]) -> None:
        ours: dict[tuple[str, str], list[int]] = {}
        for index in new:
            ours.setdefault(self._new_mark(index)[:2], []).append(index)
        theirs: dict[tuple[str, str], list[int]] = {}
        for index in old:
            theirs.setdefault(self._old_mark(index)[:2], []).append(index)
        for rule, rows in ours.items():  # every sign of a renaming holds the same rules on both sides
            self._pair(theirs[rule], rows, "medium", "renamed-file")

    def _pair(self, old: list[int], new: list[int], tier: str, key: str) -> None:
        """Pair two lists of like things in line order, as far as they go and as far as they are still free."""
        if not old:
            return
        free = [index for index in new if index in self._new]
        if len(old) == len(free) == 1:  # by far the most: one flaw that stayed where it was
            self._take(old[0], free[0], tier, key)
            return
        old.sort(key=self._old_line)
        free.sort(key=self._new_line)
        pairs = align([self._old_line(index)[0] for index in old], [self._new_line(index)[0] for index in free])
        for theirs, ours in pairs:
            self._take(old[theirs], free[ours], tier, key)

    def _take(self, old: int, new: int, tier: str, key: str) -> None:
        if secrets_differ(self._known[old].sighting.keys, self._keys[new]):  # another secret on the old line is new
            return
        self._matches[new] = Match(self._known[old], tier, key)
        del self._old[old], self._new[new]

    def _old_line(self, index: int) -> tuple[int, int]:
        return (_line(self._known[index].sighting.location), index)

    def _new_line(self, index: int) -> tuple[int, int]:
        return (_line(self._entries[index].result.location), index)

    def _old_mark(self, index: int) -> Mark:
        sighting = self._known[index].sighting
        return (sighting.tool, sighting.rule_id, _line(sighting.location))

    def _new_mark(self, index: int) -> Mark:
        result = self._entries[index].result
        return (result.tool, result.rule_id, _line(result.location))

    def _texts_differ(self, old: list[int], new: list[int]) -> bool:
        """Whether both sides carry text; stronger passes would have paired what is equal."""
        return all(_is_textual(self._known[index].sighting.keys) for index in old) and all(
            _is_textual(self._keys[index]) for index in new
        )


def renamed_scopes(entries: Sequence[Entry], known: Sequence[Known]) -> dict[tuple[str, str], str]:
    """Where a tool's one vanished scope has become its one new scope: ``(tool, new) -> old``.

    A report that was given another name is the usual cause. With more than one on either side nobody can tell.
    """
    ours: dict[str, set[str]] = {}
    for entry in entries:
        ours.setdefault(entry.result.tool, set()).add(entry.result.scope)
    theirs: dict[str, set[str]] = {}
    for each in known:
        theirs.setdefault(each.sighting.tool, set()).add(each.sighting.scope)
    renamed: dict[tuple[str, str], str] = {}
    for tool, scopes in ours.items():
        before = theirs.get(tool, set())
        arrived, left = scopes - before, before - scopes
        if len(arrived) == len(left) == 1:
            renamed[tool, arrived.pop()] = left.pop()
    return renamed


def _bucket(rows: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, dict[tuple[str, str], list[int]]]:
    """Row numbers by evidence, then by scope and key."""
    buckets: dict[str, dict[tuple[str, str], list[int]]] = {}
    for index, (scope, keys) in enumerate(rows):
        for key in keys:
            bucket = buckets.setdefault(evidence_of(key), {})
            rows_of_key = bucket.get(place := (scope, key))
            if rows_of_key is None:
                bucket[place] = [index]
            else:
                rows_of_key.append(index)
    return buckets


def _files(rows: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    files: dict[str, list[int]] = {}
    for index, path in rows:
        if path:
            files.setdefault(path, []).append(index)
    return files


def _path(where: Location | None) -> str:
    return where.path if where is not None else ""


def _line(where: Location | None) -> int:
    return (where.start_line or 0) if where is not None else 0


def _is_textual(keys: tuple[str, ...]) -> bool:
    return any(evidence_of(key) in _TEXTUAL for key in keys)
