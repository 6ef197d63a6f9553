"""Files in which nothing changed for any tool: by far the most, and in them nothing has to be compared twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aggregator.dedupe.keys import evidence_of
from aggregator.dedupe.ledger import Ledger
from aggregator.model.location import Location

_Sign = tuple[str, int, int, tuple[str, ...], str, Location | None]


def match_unchanged(ledger: Ledger) -> None:
    """Pair the findings of every file that reads to the letter as it did.

    It does when the same tools report in the same scopes the same keys on the same lines and columns, no more and no
    fewer.
    """
    old = _files((index, ledger.old_place(index)) for index in ledger.alive(ledger.old))
    new = _files((index, ledger.new_place(index)) for index in ledger.new)
    for path, ours in new.items():
        theirs = old.get(path, ())
        if len(theirs) == len(ours):
            _match_file(ledger, theirs, ours)


def _match_file(ledger: Ledger, old: Sequence[int], new: Sequence[int]) -> None:
    before = sorted(((_old_sign(ledger, index), index) for index in old), key=_order)
    now = sorted(((_new_sign(ledger, index), index) for index in new), key=_order)
    if all(one[0] == two[0] for one, two in zip(before, now, strict=True)):
        for one, two in zip(before, now, strict=True):
            evidence = evidence_of(two[0][3][0])
            ledger.take(one[1], two[1], "high" if evidence == "place" else "certain", evidence)


def _old_sign(ledger: Ledger, index: int) -> _Sign:
    seen = ledger.known[index].sighting
    return _sign(seen.tool, seen.location, seen.keys, seen.scope)


def _new_sign(ledger: Ledger, index: int) -> _Sign:
    result = ledger.entries[index].results[0]
    return _sign(result.tool, result.location, ledger.keys[index], ledger.scope_of(index))


def _sign(tool: str, where: Location | None, keys: tuple[str, ...], scope: str) -> _Sign:
    line = (where.start_line or 0) if where else 0
    column = (where.start_column or 0) if where else 0
    return (tool, line, column, keys, scope, where)


def _order(row: tuple[_Sign, int]) -> tuple[object, ...]:
    return (*row[0][:5], row[1])


def _files(rows: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    files: dict[str, list[int]] = {}
    for index, path in rows:
        if path:
            files.setdefault(path, []).append(index)
    return files
