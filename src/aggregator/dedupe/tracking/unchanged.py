"""Files that read as they did, but for lines that came or went between findings: by far the most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from aggregator.dedupe.keys.identity import evidence_of
from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import shape_of
from aggregator.model.location import Location

_FINDINGS_AN_EDIT = 4
_Sign = tuple[int, int, str, tuple[str, ...], str, tuple[int, int] | None, int]
"""Line, column, tool, keys, scope, shape, and the number of the source or entry."""


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


def _match_file(ledger: Ledger, old: Sequence[int], new: Sequence[int]) -> None:
    before = sorted([_old_sign(ledger, index) for index in old])
    now = sorted([_new_sign(ledger, index) for index in new])
    if any(one[2:6] != two[2:6] for one, two in zip(before, now, strict=True)):
        return
    shifts = [two[0] - one[0] for one, two in zip(before, now, strict=True)]
    if sum(one != two for one, two in pairwise([0, *shifts])) > len(shifts) // _FINDINGS_AN_EDIT + 1:
        return
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
    if where is None or where.start_line is None:
        return (0, 0, tool, keys, scope, (0, 0), index)
    return (where.start_line, where.start_column or 0, tool, keys, scope, shape_of(where), index)


def _files(rows: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    files: dict[str, list[int]] = {}
    for index, path in rows:
        if path:
            files.setdefault(path, []).append(index)
    return files
