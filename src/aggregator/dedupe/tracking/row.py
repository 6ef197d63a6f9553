"""A row: one source or entry in a file, as tracking compares it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from aggregator.dedupe.keys.commits import PAST
from aggregator.dedupe.keys.identity import FLAGGED, UNFORMATTED
from aggregator.dedupe.keys.lines import TOP
from aggregator.dedupe.keys.surroundings import NOTHING, Surroundings, surroundings_of
from aggregator.model.finding import Sighting
from aggregator.model.location import Location
from aggregator.model.result import Result

Family = tuple[str, str, str]
"""Tool, scope and rule: only rows of one family can be the same problem."""
Order = tuple[int, int, int, int, int]
HIDDEN = "hidden"
"""Stands for the text of a line of the checkout that holds a secret: known, and never told."""
_RESOURCE, _TEXT, _SNIPPET = "v1:moved-resource:", "v1:text:", "v1:moved-snippet:"
_NONE = ("", "", "")
_IN_PAST = "\0"
"""Before the path of a file of an earlier commit, which is another file than that of the checkout."""


class Row:
    """One source or entry in a file.

    Attributes:
        index: its number among the sources, or among the entries.
        line: 1-based; 0 when only the file is known.
        column: 1-based; 0 when it is not known.
        order: from top to bottom and left to right, the shorter one first.
        rank: its number among the rows of its family on its line; the first one is 0.
        resource: a token of the resource it is about, wherever that is declared; empty when none is known.
        shape: how many lines, and columns of its one line, it covers: what stays when it moves; ``None`` unknown.
        around: what stands at and around it.
        block: a token of what encloses it, whatever statement a formatter wrapped around it.
        words: a token of what a formatter leaves of the first flagged line; empty where it is not known.
        rest: a token of the flagged lines below the first one; empty when there are none, or it is not known.
        texts: a token of the first flagged line for each way to know it: the checkout, the checkout as ``v1`` keys
            tell it, the report's snippet. Empty where there is none.
    """

    __slots__ = (
        "around",
        "block",
        "column",
        "family",
        "index",
        "line",
        "order",
        "path",
        "rank",
        "resource",
        "rest",
        "shape",
        "texts",
        "words",
    )

    def __init__(self, index: int, family: Family, where: Location, keys: tuple[str, ...]) -> None:
        self.index = index
        self.family = family
        self.path = where.path
        self.line = where.start_line or 0
        self.column = where.start_column or 0
        self.rank = 0
        self.order = order_in_file(where, index)
        self.shape = shape_of(where)
        self.around: Surroundings = surroundings_of(keys)
        self.texts, self.rest = _texts(keys, self.around)
        self.words, self.block = _unformatted(keys, self.around)
        self.resource = "" if len(keys) == 1 else next((key for key in keys if key.startswith(_RESOURCE)), "")


def row_of_sighting(index: int, sighting: Sighting) -> Row:
    """The row of a remembered source."""
    where = _where(sighting.location, sighting.keys)
    return Row(index, (sighting.tool, sighting.scope, sighting.rule_id), where, sighting.keys)


def row_of_entry(index: int, result: Result, scope: str, keys: tuple[str, ...]) -> Row:
    """The row of an entry; ``scope`` is the name that the state knows its scope by."""
    return Row(index, (result.tool, scope, result.rule_id), _where(result.location, keys), keys)


def place_of(where: Location | None, keys: tuple[str, ...]) -> str:
    """The file that a source lies in, that of an earlier commit under another name; empty for what lies in none."""
    if where is None:
        return ""
    return f"{_IN_PAST}{where.path}" if keys and keys[-1] == PAST else where.path


def _where(location: Location | None, keys: tuple[str, ...]) -> Location:
    if location is None:
        return Location("")
    path = place_of(location, keys)
    return location if path == location.path else replace(location, path=path)


def lies_in_past(path: str) -> bool:
    """Whether a path is one of an earlier commit."""
    return path.startswith(_IN_PAST)


def lies_here(path: str) -> bool:
    """Whether a path is one of the files as they are."""
    return bool(path) and not path.startswith(_IN_PAST)


def path_now(path: str) -> str:
    """The path as the tool told it."""
    return path.removeprefix(_IN_PAST)


def rank_rows(rows: Iterable[Row]) -> None:
    """Give every row its rank."""
    counts: dict[tuple[Family, str, int], int] = {}
    for row in sorted(rows, key=lambda each: each.order):
        spot = (row.family, row.path, row.line)
        row.rank = counts.get(spot, 0)
        counts[spot] = row.rank + 1


def are_two_subjects(one: Row, two: Row) -> bool:
    """Whether rows of a file, of which no line is named, are about two resources."""
    return not (one.line or two.line) and bool(one.resource and two.resource) and one.resource != two.resource


def reads_as_before(old: Sequence[Row], new: Sequence[Row]) -> bool:
    """Whether rows in their order say the same but for their lines: the rules, the shapes and the columns."""
    return len(old) == len(new) and all(map(_says_the_same, old, new))


def _says_the_same(one: Row, two: Row) -> bool:
    return (one.column, one.shape, one.family) == (two.column, two.shape, two.family)


def same_text(one: Row, two: Row) -> bool | None:
    """Whether the flagged texts are the same, but for what a formatter changes.

    ``None`` when they have no kind of text in common, or a hidden one.
    """
    for ours, theirs in zip(one.texts, two.texts, strict=True):
        if ours and theirs:
            return None if ours == theirs == HIDDEN else ours == theirs or (one.words == two.words != "")
    return None


def are_hidden(one: Row, two: Row) -> bool:
    """Whether both lines hold a secret, so that their texts do not say whether it is the same."""
    return one.texts[0] == two.texts[0] == HIDDEN


def order_in_file(where: Location | None, index: int) -> Order:
    """From top to bottom and left to right, the shorter one first; ``index`` settles the rest."""
    if where is None:
        return (0, 0, 0, 0, index)
    return (where.start_line or 0, where.start_column or 0, where.end_line or 0, where.end_column or 0, index)


def shape_of(where: Location) -> tuple[int, int] | None:
    """How many lines a place has below its first, and columns when it is one line (-1: not known)."""
    if where.start_line is None:
        return None
    height = (where.end_line or where.start_line) - where.start_line
    if height or where.start_column is None or where.end_column is None:
        return (height, -1)
    return (0, where.end_column - where.start_column)


def _unformatted(keys: tuple[str, ...], around: Surroundings) -> tuple[str, str]:
    """The words and the block; what encloses the line where the memory is older than both."""
    if len(keys) > 1:
        for key in reversed(keys):
            if key.startswith(UNFORMATTED):
                words, _, block = key[len(UNFORMATTED) :].partition(".")
                return words, around.scope if not block else block.removeprefix(TOP)
    return "", around.scope


def _texts(keys: tuple[str, ...], around: Surroundings) -> tuple[tuple[str, str, str], str]:
    if len(keys) == 1:
        return _NONE, ""
    found = ["" if around is NOTHING else around.head or HIDDEN, "", ""]
    rest = around.rest
    for key in keys:
        if key.startswith(_TEXT):
            found[1] = key
        elif key.startswith(_SNIPPET):
            found[2] = key
        elif key.startswith(FLAGGED):
            found[2], _, snippet_rest = key[len(FLAGGED) :].partition(".")
            rest = rest or snippet_rest
    return (found[0], found[1], found[2]), rest
