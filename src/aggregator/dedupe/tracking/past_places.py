"""Recognise what stands in commits by its very place: it cannot move, so only the same place is the same problem."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.dedupe.keys.commits import commit_in
from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import Family, Row, lies_in_past, path_now
from aggregator.model.result import UNTOLD, Kind

_File = tuple[str, str, str]
"""Tool, scope and path."""
_Spot = tuple[tuple[int, ...], Family]
"""Lines and columns, and what flags them."""


def match_said_again(ledger: Ledger) -> None:
    """Pair all that a scan says of a file when it says what it said, though its lines may be those of any commit.

    A scanner of the files themselves would have told other lines where they moved, and one of the history goes on
    saying the same: so what git knows of these lines is not asked.
    """
    untold = (index for index in ledger.new if ledger.entries[index].results[0].commit == UNTOLD)
    ours = _files(ledger.new_row(index) for index in untold)
    theirs = _files(ledger.old_row(index) for index in _secrets(ledger, ledger.alive(ledger.old))) if ours else {}
    for file, rows in ours.items():
        old = theirs.get(file, [])
        if [_spot(row) for row in rows] == [_spot(row) for row in old]:
            for one, two in zip(old, rows, strict=True):
                ledger.take(one.index, two.index, "high", "place", despite_history=True)


def match_past(ledger: Ledger) -> None:
    """Pair places of commits that have another name now, or none yet: the history was rewritten, or the tool changed.

    Only where all that is left of a scan and file, then or now, is found again on its very lines and columns: else
    something else may have come to where another one stood. A scan of which some place is known by its commit has the
    history that it had: there, another commit is another problem.
    """
    for alive in (ledger.alive, ledger.closed):
        theirs = _files(ledger.old_row(index) for index in _secrets(ledger, alive(ledger.old)))
        if not theirs:  # nearly always
            continue
        lasting = _lasting_scans(ledger)
        ours = _files(ledger.new_row(index) for index in ledger.new if ledger.new_place(index))
        for file, new in ours.items():
            old = theirs.get(file, [])
            if file[:2] in lasting:
                old = [row for row in old if not commit_in(ledger.known[row.index].sighting.keys)]
            _match_file(ledger, old, new)


def _lasting_scans(ledger: Ledger) -> set[tuple[str, str]]:
    """Tools and scopes of which some place was recognised in the commit in which it was."""
    return {
        (seen.tool, seen.scope)
        for seen, keys in ((ledger.known[old].sighting, ledger.keys[new]) for old, new in ledger.pairs)
        if (commit := commit_in(keys)) and commit in seen.keys
    }


def _match_file(ledger: Ledger, old: list[Row], new: list[Row]) -> None:
    """Of rows of the files as they are, only those count that have one of a commit on the other side."""
    past = [row for row in new if lies_in_past(row.path)]
    new, old = (past, old) if past else (new, [row for row in old if lies_in_past(row.path)])
    theirs = {_spot(row): row for row in old}
    ours = {_spot(row): row for row in new}
    is_clear = len(theirs) == len(old) and len(ours) == len(new)
    if is_clear and (theirs.keys() <= ours.keys() or ours.keys() <= theirs.keys()):
        for spot in sorted(theirs.keys() & ours.keys()):
            ledger.take(theirs[spot].index, ours[spot].index, "medium", "place")


def _secrets(ledger: Ledger, old: Iterable[int]) -> list[int]:
    """Those that lie in files and are secrets: what may stand in the history."""
    return [index for index in old if ledger.known[index].tracked.kind is Kind.SECRET and ledger.old_place(index)]


def _files(rows: Iterable[Row]) -> dict[_File, list[Row]]:
    """The rows of each scan and file, from top to bottom."""
    files: dict[_File, list[Row]] = {}
    for row in rows:
        files.setdefault((row.family[0], row.family[1], path_now(row.path)), []).append(row)
    for each in files.values():
        each.sort(key=_spot)
    return files


def _spot(row: Row) -> _Spot:
    return row.order[:4], row.family
