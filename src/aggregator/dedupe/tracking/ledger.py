"""Who is still to be recognised: remembered sources on one side, this run's entries on the other, and who met whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from msgspec import Struct

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.keys.kept_secrets import secrets_differ
from aggregator.dedupe.tracking.row import (
    HIDDEN,
    Family,
    Row,
    lies_in_past,
    place_of,
    row_of_entry,
    row_of_sighting,
)
from aggregator.dedupe.tracking.testimony import Testimony
from aggregator.model.finding import Sighting
from aggregator.model.result import IN_FILES
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
    """The answer: matches by entry index, and what nobody recognised, in the state's order.

    Attributes:
        renamed: scopes of a tool that are to be remembered under another name from now on.
        older: the same scopes' names of now, by those that they had before.
        begun: those that are if no report of the old name comes back.
        back: those of which an older name is back.
        kept: sources that were recognised in a report of another scope, and are to be asked of their own again.
    """

    matches: dict[int, Match]
    unseen: tuple[Known, ...]
    renamed: Mapping[tuple[str, str], str] = {}
    older: Mapping[tuple[str, str], str] = {}
    begun: Mapping[tuple[str, str], str] = {}
    back: Mapping[tuple[str, str], str] = {}
    kept: tuple[Known, ...] = ()


Standing: TypeAlias = Callable[[str, str], int]
"""How many lines of a file have a digest."""
Checked: TypeAlias = Callable[[str, str], bool]
"""Whether a report has a row of a rule and a resource, by its id."""


class Files(Struct, frozen=True):
    """What is known of files, and of resources, as they are now.

    Attributes:
        present: those that exist, by what the checkout holds or a scan lists.
        standing: how many lines of one have a digest; 0 where there is no checkout.
        checked: whether a report has a row of a rule and a resource, be it one that passed.
    """

    present: frozenset[str]
    standing: Standing
    checked: Checked


class Ledger:
    """The entries and sources still unmatched; each pass takes some away.

    Args:
        entries: this run's, in canonical order.
        keys: theirs, side by side.
        known: the remembered sources.
        standing: how many lines of a file of the checkout have a first line's digest.
        testimony: what history says against a pair.
        scopes: under which names scopes are remembered that have another one now, by tool and scope.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        keys: Sequence[tuple[str, ...]],
        known: Sequence[Known],
        standing: Standing,
        testimony: Testimony | None = None,
        scopes: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.entries = entries
        self._standing = standing
        self._testimony = testimony
        self.keys = keys
        self.known = known
        self.new: dict[int, None] = dict.fromkeys(range(len(entries)))
        self.old: dict[int, None] = dict.fromkeys(range(len(known)))
        self.matches: dict[int, Match] = {}
        self.pairs: list[tuple[int, int]] = []
        """Indexes of what met, old and new, in the order of the passes."""
        self.settled = 0
        """How many of the pairs lie in files in which nothing changed, so that nothing else can come of them."""
        self.scopes = scopes or {}
        self.renamed_rules: dict[Family, Family] = {}
        """Rules that have another name now."""
        self._old_rows: dict[int, Row] = {}
        self._new_rows: dict[int, Row] = {}
        self._by_path: dict[str, list[int]] | None = None
        self._counts: dict[str, Counter[tuple[Family, str]]] = {}

    def take(self, old: int, new: int, tier: str, key: str, *, despite_history: bool = False) -> None:
        """Say that an entry is a remembered source.

        Nothing comes of it when it is another secret on an old line, or when history says that the two lines are not
        one, unless it is not to be asked.
        """
        if secrets_differ(self.known[old].sighting.keys, self.keys[new]):
            return
        if not despite_history and self._is_refuted(old, new):
            return
        self.matches[new] = Match(self.known[old], tier, key)
        self.pairs.append((old, new))
        del self.old[old], self.new[new]

    def give_back(self, pairs: AbstractSet[tuple[int, int]]) -> None:
        """Take back what was said of some pairs: neither side is recognised."""
        for old, new in sorted(pairs):
            del self.matches[new]
            self.old[old] = self.new[new] = None
        self.pairs = [pair for pair in self.pairs if pair not in pairs]

    def _is_refuted(self, old: int, new: int) -> bool:
        if not self._testimony:
            return False
        before, now = self.old_place(old), self.new_place(new)
        if not before or not now or lies_in_past(before) or lies_in_past(now):
            return False
        return self._testimony.forbids(self.old_row(old), self.new_row(new))

    def may_have_left(self, old: int) -> bool:
        """Whether a flagged line may stand in another file now.

        Not so while more lines of its own file read like it than are reported there: it stands there still, and the
        file was not looked at.
        """
        row = self.old_row(old)
        head = row.texts[0]
        if not head or head == HIDDEN or not (standing := self._standing(row.path, head)):
            return True
        return standing <= self._reported(row.path)[row.family, head]

    def _reported(self, path: str) -> Counter[tuple[Family, str]]:
        """How often each rule flags each text in a file now."""
        if self._by_path is None:
            self._by_path = {}
            for index in range(len(self.entries)):
                self._by_path.setdefault(self.new_place(index), []).append(index)
        found = self._counts.get(path)
        if found is None:
            rows = map(self.new_row, self._by_path.get(path, ()))
            found = self._counts[path] = Counter((row.family, row.texts[0]) for row in rows)
        return found

    def answer(self) -> Tracking:
        """What came of it."""
        return Tracking(self.matches, tuple([self.known[index] for index in sorted(self.old)]))

    def scope_of(self, new: int) -> str:
        """The scope of an entry, under the name by which it is remembered."""
        result = self.entries[new].results[0]
        return self.scopes.get((result.tool, result.scope), result.scope) if self.scopes else result.scope

    def family_of(self, new: int) -> Family:
        """The family of an entry."""
        result = self.entries[new].results[0]
        return (result.tool, self.scope_of(new), result.rule_id)

    def rename_rule(self, old: Family, new: Family) -> None:
        """Look for the remembered sources of a rule under another one's name."""
        self.renamed_rules[old] = new
        for row in self._old_rows.values():
            row.family = new if row.family == old else row.family

    def alive(self, old: Iterable[int]) -> list[int]:
        """Those of open findings."""
        return [index for index in old if self.known[index].tracked.closed_at is None]

    def closed(self, old: Iterable[int]) -> list[int]:
        """Those of closed findings."""
        return [index for index in old if self.known[index].tracked.closed_at is not None]

    def old_row(self, index: int) -> Row:
        """A remembered source as a row of its file."""
        row = self._old_rows.get(index)
        if row is None:
            sighting = self.known[index].sighting
            row = self._old_rows[index] = row_of_sighting(index, sighting)
            row.family = self.renamed_rules.get(row.family, row.family) if self.renamed_rules else row.family
        return row

    def new_row(self, index: int) -> Row:
        """An entry as a row of its file."""
        row = self._new_rows.get(index)
        if row is None:
            result = self.entries[index].results[0]
            row = self._new_rows[index] = row_of_entry(index, result, self.scope_of(index), self.keys[index])
        return row

    def old_place(self, index: int) -> str:
        """The file of a source that lies in one, that of an earlier commit by another name; empty for all others."""
        known = self.known[index]
        return place_of(known.sighting.location, known.sighting.keys) if known.tracked.kind in IN_FILES else ""

    def new_place(self, index: int) -> str:
        """The file of an entry that lies in one, that of an earlier commit by another name; empty for all others."""
        result = self.entries[index].results[0]
        return place_of(result.location, self.keys[index]) if result.kind in IN_FILES else ""
