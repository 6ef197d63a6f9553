"""Recognise by the place in a file, with no text that says it: one edited line, or a tool that shows no text."""

from __future__ import annotations

from aggregator.dedupe.affinity import outstanding
from aggregator.dedupe.align import align
from aggregator.dedupe.file_texts import FileTexts, Rows
from aggregator.dedupe.ledger import Ledger
from aggregator.dedupe.renames import Mark, infer_renames, vanished_and_arrived
from aggregator.dedupe.row import HIDDEN, Family, Row, same_text
from aggregator.dedupe.shifts import follow
from aggregator.dedupe.surroundings import NOTHING

_EDITED, _ONLY_ONE, _NOT_AGAINST, _MARGIN = 7, 3, 1, 3
_NEVER = -100


def match_places(ledger: Ledger, texts: FileTexts, key: str = "place") -> None:
    """Edited lines between lines that stayed, then findings without text by their distances.

    ``key`` names the evidence of the latter.
    """
    texts.begin_round()
    for old, new in texts.shared(*texts.free(), lambda _, path: path):
        least = _least(old, new)
        for one, two in outstanding(old, new, lambda one, two: _edited(one, two, texts), least, _MARGIN):
            ledger.take(one.index, two.index, "high", "edited")
    texts.begin_round()
    for path, (old, new) in texts.by_file().items():
        for one, two in follow(*_textless(old, new), texts.kept_lines(path)):
            if one.index in ledger.old and two.index in ledger.new:
                ledger.take(one.index, two.index, "high" if key == "place" else "medium", key)
    _match_closed(ledger, texts)


def names_by_findings(ledger: Ledger, present: frozenset[str]) -> dict[str, str]:
    """Where files are now whose findings look the same there, line by line, gap by gap or rule by rule."""
    old, new = vanished_and_arrived(ledger, present)
    return dict(
        infer_renames(
            {path: [_mark(row) for row in rows] for path, rows in old.items()},
            {path: [_mark(row) for row in rows] for path, rows in new.items()},
        )
    )


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
