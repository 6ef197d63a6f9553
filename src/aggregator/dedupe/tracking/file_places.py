"""Recognise by the place in a file, with no text that says it: one edited line, or a tool that shows no text."""

from __future__ import annotations

from posixpath import basename

from aggregator.dedupe.keys.surroundings import NOTHING
from aggregator.dedupe.tracking.affinity import neighbours, outstanding
from aggregator.dedupe.tracking.align import align
from aggregator.dedupe.tracking.blocks import same_blocks
from aggregator.dedupe.tracking.file_texts import FileTexts, Rows
from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.renames import Mark, infer_renames, vanished_and_arrived
from aggregator.dedupe.tracking.row import (
    HIDDEN,
    Family,
    Row,
    are_hidden,
    are_two_subjects,
    reads_as_before,
    same_text,
)
from aggregator.dedupe.tracking.shifts import follow

_EDITED, _ONLY_ONE, _NOT_AGAINST, _MARGIN = 7, 3, 1, 3
_NEVER = -100
_OTHER_SHAPE = 4
"""What has to speak for a finding without text that covers other columns than before."""
_ANYWHERE = 3
"""So many findings at the same distances are known again in any file, fewer only in their own."""


def match_places(ledger: Ledger, texts: FileTexts) -> None:
    """Edited lines between lines that stayed, then findings without text by their distances."""
    if texts.show_text:
        texts.begin_round()
        _match_edited(ledger, texts)
    texts.begin_round()
    for path, (old, new) in texts.by_file().items():
        for one, two in follow(*_textless(old, new), texts.kept_lines(path)):
            if are_two_subjects(one, two):
                continue
            if one.shape != two.shape and texts.affinity(one, two) < _OTHER_SHAPE:
                continue
            if one.path == two.path:
                ledger.take(one.index, two.index, "high", "place")
            else:
                ledger.take(one.index, two.index, "medium", "renamed-file")
    texts.begin_round()
    _match_blocks(ledger, texts)
    _match_only_ones(ledger, texts)
    _match_whole_files(ledger, texts)
    _match_closed(ledger, texts)


def _match_edited(ledger: Ledger, texts: FileTexts) -> None:
    for old, new in texts.shared(*texts.free(), lambda _, path: path):
        least = _least(old, new)
        for one, two in outstanding(old, new, lambda one, two: _edited(one, two, texts), least, _MARGIN):
            ledger.take(one.index, two.index, "high", "edited")


def _match_blocks(ledger: Ledger, texts: FileTexts) -> None:
    """Findings without text that moved together, within a file or between files.

    A block must have no equal in these files either that is recognised already. Nothing moved within a file
    that names the same rules in the same columns from top to bottom.
    """
    old, new = _textless(*texts.everybody)
    stayed = _read_as_before(old, new, texts)
    for length in (_ANYWHERE, _ANYWHERE - 1):
        free = {row.index for row in texts.free()[0]}, {row.index for row in texts.free()[1]}
        for before, now in same_blocks(old, new, length):
            in_its_file = texts.place_of(before[0]) == now[0].path
            if (in_its_file and now[0].path in stayed) or (length < _ANYWHERE and not in_its_file):
                continue
            if all(one.index in free[0] and two.index in free[1] for one, two in zip(before, now, strict=True)):
                for one, two in zip(before, now, strict=True):
                    if one.index in ledger.old and two.index in ledger.new:
                        ledger.take(one.index, two.index, "medium", "moved-block")
        texts.begin_round()


def _read_as_before(old: list[Row], new: list[Row], texts: FileTexts) -> set[str]:
    """Files in which the same stands from top to bottom, but for the lines, by their names of now."""
    theirs: dict[str, list[Row]] = {}
    ours: dict[str, list[Row]] = {}
    for row in sorted(old, key=lambda row: row.order):
        theirs.setdefault(texts.place_of(row), []).append(row)
    for row in sorted(new, key=lambda row: row.order):
        ours.setdefault(row.path, []).append(row)
    return {path for path, rows in ours.items() if reads_as_before(theirs.get(path, ()), rows)}


def names_by_findings(ledger: Ledger, present: frozenset[str]) -> dict[str, str]:
    """Where files are now whose findings look the same there, line by line, gap by gap or rule by rule."""
    old, new = vanished_and_arrived(ledger, present)
    pairs = infer_renames(
        {path: [_mark(row) for row in rows] for path, rows in old.items()},
        {path: [_mark(row) for row in rows] for path, rows in new.items()},
    )
    return {then: now for then, now in pairs if not _hold_other_secrets(old[then], new[now])}


def _hold_other_secrets(old: list[Row], new: list[Row]) -> bool:
    """Whether two files have nothing in common but one secret on a line of the same number."""
    one, two = old[0], new[0]
    return (
        len(old) == len(new) == 1
        and are_hidden(one, two)
        and not neighbours(one, two)
        and basename(one.path) != basename(two.path)
    )


def _match_only_ones(ledger: Ledger, texts: FileTexts) -> None:
    """The only finding of its rule in a file, then and now, of a tool that shows no text and moved its mark."""
    for old, new in texts.shared(*_textless(*texts.free()), lambda _, path: path):
        one, two = old[0], new[0]
        if texts.company.is_only_one(one, two) and one.shape == two.shape and not are_two_subjects(one, two):
            ledger.take(one.index, two.index, "medium", "place")


def _match_whole_files(ledger: Ledger, texts: FileTexts) -> None:
    """The only finding of its rule in a file, then and now, that a tool gives a line or none, as its formats differ."""
    for old, new in texts.shared(*texts.free(), lambda _, path: path):
        one, two = old[0], new[0]
        is_other_resource = one.resource and two.resource  # the same one is known again by now
        if bool(one.line) is not bool(two.line) and not is_other_resource and texts.company.is_only_one(one, two):
            ledger.take(one.index, two.index, "medium", "place")


def _least(old: list[Row], new: list[Row]) -> int:
    """What has to speak for an edit: less for the only finding of its rule in the file, then and now."""
    if len(old) > 1 or len(new) > 1:
        return _EDITED
    return _ONLY_ONE if old[0].around is not NOTHING and new[0].around is not NOTHING else _NOT_AGAINST


def _edited(old: Row, new: Row, texts: FileTexts) -> int:
    """What speaks for one row being the other with its line edited; nothing does when a text is not known."""
    if same_text(old, new) is not False:
        return _NEVER
    return texts.affinity(old, new)


def _match_closed(ledger: Ledger, texts: FileTexts) -> None:
    """What was closed and has no text to be known by is back when its rule reports the file again."""
    closed = [ledger.old_row(index) for index in ledger.closed(ledger.old) if ledger.old_place(index)]
    for old, new in texts.shared(closed, texts.free()[1], lambda _, path: path):
        if any(same_text(one, two) is not None for one in old for two in new):
            continue
        old.sort(key=lambda row: row.order)
        new.sort(key=lambda row: row.order)
        for before, now in align([row.line for row in old], [row.line for row in new]):
            if not are_two_subjects(old[before], new[now]):
                ledger.take(old[before].index, new[now].index, "medium", "place")


def _textless(old: list[Row], new: list[Row]) -> Rows:
    """Without the rows whose texts contradict every partner they might have."""
    texts = {(row.family, kind) for row in new for kind, text in enumerate(row.texts) if text}
    told = {(row.family, kind) for row in old for kind, text in enumerate(row.texts) if text}
    both = texts & told
    return (
        [row for row in old if not _is_told(row, both)],
        [row for row in new if not _is_told(row, both)],
    )


def _is_told(row: Row, both: set[tuple[Family, int]]) -> bool:
    return any(text and text != HIDDEN and (row.family, kind) in both for kind, text in enumerate(row.texts))


def _mark(row: Row) -> Mark:
    return (row.family[0], row.family[2], row.line)
