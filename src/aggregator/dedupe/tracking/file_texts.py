"""Recognise by the flagged text and what stands around it: within a file first, then wherever the text went.

Rounds from strong to weak. What a round recognises are anchors for the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

from aggregator.dedupe.tracking.affinity import affinity, is_known, neighbours, outstanding
from aggregator.dedupe.tracking.anchors import Anchors
from aggregator.dedupe.tracking.company import Company
from aggregator.dedupe.tracking.crossings import parted
from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import Family, Row, are_hidden, lies_here, rank_rows, same_text
from aggregator.dedupe.tracking.same_columns import same_columns

Rows = tuple[list[Row], list[Row]]
"""Rows that may meet: remembered ones and those of now."""


_STATEMENT, _WORDS = 3, 4
"""A text of the checkout or of a snippet with the whole statement, and what a formatter leaves of that."""
_STRONG, _WEAK = 10, 4
"""What has to speak for a pair of equal texts, besides the text, in the first and in the second turn."""


class FileTexts:
    """The rounds over everything that lies in files.

    Args:
        ledger: who is still to be recognised.
        renames: where files are now that are known to have another name; all others kept theirs.
    """

    def __init__(self, ledger: Ledger, renames: Mapping[str, str]) -> None:
        self._ledger = ledger
        self._renames = renames
        self._anchors: dict[str, Anchors] = {}
        self._pairs_by_file: dict[str, list[tuple[int, str, int]]] = {}
        self._names_before = {now: before for before, now in renames.items()}
        self._read = ledger.settled
        self.everybody = _everybody(ledger)
        """All rows of the files in which somebody is still to be recognised, recognised or not."""
        self._old, self._new = self.everybody
        rank_rows(self._old)
        rank_rows(self._new)
        self.company = Company(self._old, self._new)
        self._kinds = tuple([kind for kind in range(3) if _tell(self._old, kind) and _tell(self._new, kind)])
        self._in_turn = self._kinds

    @property
    def show_text(self) -> bool:
        """Whether rows of then and now show texts of one kind."""
        return bool(self._kinds)

    def anchors_of(self, path: str) -> Anchors:
        """The anchors of a remembered file as they were when the round began."""
        found = self._anchors.get(path)
        if found is None:
            found = self._anchors[path] = Anchors(self._pairs_by_file.get(path, ()))
        return found

    def run(self) -> None:
        """All rounds."""
        if self._kinds:
            self._match_columns()
            self.begin_round()
            self._match_unique()
            for kinds in ((_STATEMENT,), (_WORDS,), self._kinds):
                self._match_texts(kinds)
        self._match_resources()

    def _match_texts(self, kinds: tuple[int, ...]) -> None:
        self._in_turn = kinds
        for least, margin in ((_STRONG, 3), (_WEAK, 3)):
            for _ in range(2):
                self.begin_round()
                self._match_swept()
            self.begin_round()
            self._match_scored(least, margin)
            self.begin_round()
            self._match_elsewhere(least + 2)
        self.begin_round()
        self._match_swept()
        self._match_in_order()

    def begin_round(self) -> None:
        """Let what was recognised so far be anchors."""
        ledger = self._ledger
        for old, new in ledger.pairs[self._read :]:
            if ledger.old_place(old) and ledger.new_place(new):
                one, two = ledger.old_row(old), ledger.new_row(new)
                if one.line and two.line:
                    self._pairs_by_file.setdefault(one.path, []).append((one.line, two.path, two.line))
                    self._anchors.pop(one.path, None)
        self._read = len(ledger.pairs)

    def free(self) -> Rows:
        """What lies in files and is not recognised yet."""
        old, new = self._ledger.old, self._ledger.new
        self._old = [row for row in self._old if row.index in old]
        self._new = [row for row in self._new if row.index in new]
        return self._old, self._new

    def by_file(self) -> dict[str, Rows]:
        """What is free, by the file of now in which it is looked for."""
        old, new = self.free()
        files: dict[str, Rows] = {}
        for row in new:
            files.setdefault(row.path, ([], []))[1].append(row)
        for row in old:
            if (rows := files.get(self.place_of(row))) is not None:
                rows[0].append(row)
        return {path: rows for path, rows in files.items() if rows[0]}

    def kept_lines(self, path: str) -> list[tuple[int, int]]:
        """The anchors that stayed in a file, by its name of now: remembered line, line of now."""
        before = self._names_before.get(path, path)
        pairs = self._pairs_by_file.get(before, ())
        return sorted({(line, now) for line, place, now in pairs if place == path})

    def place_of(self, row: Row) -> str:
        """Where the file of a remembered row is now."""
        return self._renames.get(row.path, row.path)

    def _match_columns(self) -> None:
        """Take what covers the same columns where a rule flags a line several times, and count the others anew."""
        pairs = same_columns(*self.free(), self.place_of)
        for one, two in pairs:
            self._take(one, two, *_tier_and_key(one, two))
        for rows in self.free() if pairs else ():
            rank_rows(rows)

    def _match_unique(self) -> None:
        """Take what alone has its text and surroundings within its file on both sides."""
        for old, new in self._all_shared(_everything_around):
            if len(old) == len(new) == 1:
                self._take(old[0], new[0], "certain", "context")

    def _match_swept(self) -> None:
        """Take equal texts that stand where an anchor says that they should, and where nobody else should."""
        claims: dict[int, list[tuple[Row, Row]]] = {}
        for row in filter(_has_text, self.free()[0]):
            for each in self._expected(row):
                claims.setdefault(each.index, []).append((row, each))
        for claim in claims.values():
            for one, two in claim:
                if len(claim) == 1 and one.index in self._ledger.old and self._is_free(two):
                    self._take(one, two, *_tier_and_key(one, two))

    def _expected(self, row: Row) -> list[Row]:
        """The rows of now with the text of a remembered one, where the nearest anchors would have it."""
        anchors = self.anchors_of(row.path)
        above, below = anchors.above(row.line), anchors.below(row.line)
        found: list[Row] = []
        for spot in dict.fromkeys((above, below)):
            fits = self.company.at(row.family, *spot) if spot else []
            fits = [each for each in fits if self._is_free(each) and _is_same(row, each)]
            if len(fits) == 1 and (above == below or neighbours(row, fits[0]) or _is_unknown(row, fits[0])):
                found += fits
        return found

    def _match_scored(self, least: int, margin: int) -> None:
        for old, new in self._by_text(lambda _, path: path):
            for one, two in _uncrossed(outstanding(old, new, self.affinity, least, margin)):
                self._take(one, two, *_tier_and_key(one, two))

    def _match_elsewhere(self, least: int) -> None:
        """Follow a text to wherever it went, when what stands around it went along."""
        for old, new in self._by_text(lambda _row, _path: ""):
            alone = len(old) == len(new) == 1
            for one, two in outstanding(old, new, self.affinity, least - 3 if alone else least, 3):
                near = neighbours(one, two)
                if (near or not are_hidden(one, two)) and self._ledger.may_have_left(one.index):
                    self._take(one, two, "high", "moved-context" if near else "moved-text")

    def _match_in_order(self) -> None:
        """Equal texts in one file that nothing else tells apart, as many as before: the first is the first."""
        for old, new in self._by_text(lambda _, path: path):
            pairs = list(zip(_in_order(old), _in_order(new), strict=False))
            if len(old) == len(new) and all(self.affinity(one, two) > 0 for one, two in pairs):
                for one, two in pairs:
                    self._take(one, two, *_tier_and_key(one, two))

    def _match_resources(self) -> None:
        """The same resource in one file, or in one that was renamed: as many findings of the rule as before."""
        for old, new in self._all_shared(lambda row, path: (path, row.resource) if row.resource else None):
            if len(old) == len(new):
                for one, two in zip(_in_order(old), _in_order(new), strict=True):
                    self._take(one, two, "certain", "resource")

    def affinity(self, old: Row, new: Row) -> int:
        """How much speaks for a pair, as far as is known by now."""
        return affinity(old, new, self.anchors_of(old.path), self.company)

    def _by_text(self, place: Callable[[Row, str], str]) -> Iterator[Rows]:
        for kind in self._in_turn:

            def sign(row: Row, path: str, kind: int = kind) -> Hashable | None:
                return (place(row, path), kind, text) if (text := _text_of(row, kind)) else None

            yield from self._all_shared(sign)

    def _all_shared(self, sign: Callable[[Row, str], Hashable]) -> Iterator[Rows]:
        return self.shared(*self.free(), sign)

    def shared(self, old: list[Row], new: list[Row], sign: Callable[[Row, str], Hashable]) -> Iterator[Rows]:
        """Free rows of one family that carry the same sign; ``sign`` gets a row and its file of now."""
        theirs: dict[tuple[Family, int, Hashable], list[Row]] = {}
        for row in old:
            if (key := sign(row, self.place_of(row))) is not None:
                theirs.setdefault((row.family, row.rank, key), []).append(row)
        ours: dict[tuple[Family, int, Hashable], list[Row]] = {}
        for row in new:
            if (key := sign(row, row.path)) is not None and (full := (row.family, row.rank, key)) in theirs:
                ours.setdefault(full, []).append(row)
        yield from ((theirs[full], rows) for full, rows in ours.items())

    def _is_free(self, new: Row) -> bool:
        return new.index in self._ledger.new

    def _take(self, old: Row, new: Row, tier: str, key: str) -> None:
        self._ledger.take(old.index, new.index, tier, key)


def _uncrossed(pairs: list[tuple[Row, Row]]) -> list[tuple[Row, Row]]:
    """The pairs that no other one crosses within one scope: equal lines of a function do not change places."""
    if len(pairs) == 1:
        return pairs
    scopes: dict[str, list[tuple[Row, Row]]] = {}
    for pair in sorted(pairs, key=lambda pair: pair[0].order):
        scopes.setdefault(pair[0].around.scope, []).append(pair)
    return [pair for each in scopes.values() for pair in parted(each)[0]]


def _everybody(ledger: Ledger) -> Rows:
    """All rows of the files in which somebody is still to be recognised, recognised or not."""
    old = [index for index in ledger.alive(ledger.old) if lies_here(ledger.old_place(index))]
    new = [index for index in ledger.new if lies_here(ledger.new_place(index))]
    before, now = {ledger.old_place(index) for index in old}, {ledger.new_place(index) for index in new}
    pairs = ledger.pairs[ledger.settled :]
    old += [index for index, _ in pairs if ledger.old_place(index) in before]
    new += [index for _, index in pairs if ledger.new_place(index) in now]
    return [ledger.old_row(index) for index in old], [ledger.new_row(index) for index in new]


def _tell(rows: Iterable[Row], kind: int) -> bool:
    return any(row.texts[kind] for row in rows)


def _text_of(row: Row, kind: int) -> str:
    if kind < _STATEMENT:
        return row.texts[kind]
    return row.words if kind == _WORDS or not row.words else f"{row.texts[0] or row.texts[2]}.{row.words}"


def _has_text(row: Row) -> bool:
    return any(row.texts)


def _is_unknown(old: Row, new: Row) -> bool:
    return not is_known(old, new)


def _everything_around(row: Row, path: str) -> Hashable | None:
    around = row.around
    return (path, around) if any(around.above) or any(around.below) else None


def _is_same(old: Row, new: Row) -> bool:
    """Whether the texts are the same, and what encloses them; of a hidden one the neighbours have to tell."""
    if old.rank != new.rank or (is_known(old, new) and old.around.scope != new.around.scope):
        return False
    return bool(same_text(old, new)) or (are_hidden(old, new) and neighbours(old, new) > 0)


def _tier_and_key(old: Row, new: Row) -> tuple[str, str]:
    if old.words == new.words != "" and not any(
        one == two != "" for one, two in zip(old.texts, new.texts, strict=True)
    ):
        return "high", "reformatted"
    if old.texts[0] and new.texts[0]:
        return "certain", "context" if neighbours(old, new) else "text"
    return "certain", "text" if old.texts[1] and new.texts[1] else "snippet"


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.order)
