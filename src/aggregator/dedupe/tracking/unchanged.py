"""Files that read as they did, but for lines that came or went between findings: by far the most.

And what a rule says of a file as it said it the last time, beside remembered findings that it had not shown then any
more: those get what is left. Else two of them might claim one place, and the same report would bring it as new in
every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from aggregator.dedupe.keys.identity import UNFORMATTED, evidence_of
from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import shape_of
from aggregator.model.location import Location

_FINDINGS_AN_EDIT = 4
_Sign = tuple[int, int, str, tuple[str, ...], str, tuple[int, int] | None, int]
"""Line, column, tool, keys, scope, shape, and the number of the source or entry."""
_Family = tuple[str, str, str, str]
"""Tool, scope, rule and file."""


def match_unchanged(ledger: Ledger) -> None:
    """Pair the findings of every file that reads as it did.

    It does when the same tools report in the same scopes the same keys and shapes from top to bottom, no more and no
    fewer, on the same lines or on lines that few edits explain.
    """
    old = _files((index, ledger.old_place(index)) for index in ledger.alive(ledger.old))
    new = _files((index, ledger.new_place(index)) for index in ledger.new)
    for path, ours in new.items():
        theirs = old.get(path, ())
        if len(theirs) == len(ours):
            _match_file(ledger, theirs, ours)
    ledger.settled = len(ledger.pairs)
    _match_seen_last(ledger)


def _match_seen_last(ledger: Ledger) -> None:
    """Pair what was seen the last time with what stands on the very same lines, where more is remembered of a rule."""
    if not ledger.new or not ledger.old:  # by far the most
        return
    last: dict[tuple[str, str], datetime] = {}
    for known in ledger.known:
        seen = known.sighting
        scan = (seen.tool, seen.scope)
        last[scan] = max(last.get(scan, seen.last_seen), seen.last_seen)
    theirs: dict[_Family, list[_Sign]] = {}
    crowded: set[_Family] = set()
    for index in ledger.alive(ledger.old):
        seen = ledger.known[index].sighting
        if place := ledger.old_place(index):
            family = (seen.tool, seen.scope, seen.rule_id, place)
            if seen.last_seen == last[seen.tool, seen.scope]:
                theirs.setdefault(family, []).append(_old_sign(ledger, index))
            else:
                crowded.add(family)
    if crowded:
        _match_signs(ledger, {family: signs for family, signs in theirs.items() if family in crowded})


def _match_signs(ledger: Ledger, theirs: Mapping[_Family, list[_Sign]]) -> None:
    ours: dict[_Family, list[_Sign]] = {}
    for index in ledger.new:
        if (family := (*ledger.family_of(index), ledger.new_place(index))) in theirs:
            ours.setdefault(family, []).append(_new_sign(ledger, index))
    for family, signs in ours.items():
        before, now = sorted(theirs[family]), sorted(signs)
        if [one[:-1] for one in before] == [two[:-1] for two in now]:
            _take_all(ledger, before, now)


def _match_file(ledger: Ledger, old: Sequence[int], new: Sequence[int]) -> None:
    before = sorted([_old_sign(ledger, index) for index in old])
    now = sorted([_new_sign(ledger, index) for index in new])
    if any(one[2:6] != two[2:6] for one, two in zip(before, now, strict=True)):
        return
    shifts = [two[0] - one[0] for one, two in zip(before, now, strict=True)]
    if sum(one != two for one, two in pairwise([0, *shifts])) > len(shifts) // _FINDINGS_AN_EDIT + 1:
        return
    _take_all(ledger, before, now)


def _take_all(ledger: Ledger, before: Iterable[_Sign], now: Iterable[_Sign]) -> None:
    for one, two in zip(before, now, strict=True):
        evidence = evidence_of(two[3][0])
        ledger.take(one[6], two[6], "high" if evidence == "place" else "certain", evidence)


def _old_sign(ledger: Ledger, index: int) -> _Sign:
    seen = ledger.known[index].sighting
    return _sign(seen.tool, seen.location, seen.keys, seen.scope, index)


def _new_sign(ledger: Ledger, index: int) -> _Sign:
    result = ledger.entries[index].results[0]
    return _sign(result.tool, result.location, ledger.keys[index], ledger.scope_of(index), index)


def _sign(tool: str, where: Location | None, keys: tuple[str, ...], scope: str, index: int) -> _Sign:
    if keys and keys[-1].startswith(UNFORMATTED):  # says no more than the other keys, and an older memory has none
        keys = keys[:-1]
    if where is None or where.start_line is None:
        return (0, 0, tool, keys, scope, (0, 0), index)
    return (where.start_line, where.start_column or 0, tool, keys, scope, shape_of(where), index)


def _files(rows: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    files: dict[str, list[int]] = {}
    for index, path in rows:
        if path:
            files.setdefault(path, []).append(index)
    return files
