"""What people say about merging, over what the rules say: findings pinned together, and sources kept out of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from aggregator.dedupe.entry import Entry
from aggregator.knowledge.knowledge import Teaching
from aggregator.knowledge.rule_names import is_said
from aggregator.model.result import IN_FILES


class Split(Struct, frozen=True):
    """No result of this tool, or of these rules of it, is part of this finding.

    Attributes:
        finding: its id, or an id it absorbed.
        tool: the tool's name; letters of either case.
        rule: the rule id, by any of its names; ``*`` stands for any text.
    """

    finding: str
    tool: str
    rule: str = "*"

    def concerns(self, entry: Entry) -> bool:
        """Whether the entry is of the tool and rule that stay out."""
        result = entry.results[0]
        return result.tool.casefold() == self.tool.casefold() and is_said(
            self.rule, result.tool, result.rule_id, result.rule_aliases
        )


class Overrides(Struct, frozen=True):
    """All that people say.

    Attributes:
        teachings: what rules mean.
        pins: sets of finding ids that are one problem.
        splits: sources that are not part of a finding.
    """

    teachings: tuple[Teaching, ...] = ()
    pins: tuple[frozenset[str], ...] = ()
    splits: tuple[Split, ...] = ()


NO_OVERRIDES = Overrides()


class Rulings:
    """The overrides, applied to the entries of one run.

    Args:
        known: the ids by which each entry was recognised, beside the entries.
    """

    def __init__(self, overrides: Overrides, entries: Sequence[Entry], known: Sequence[frozenset[str]]) -> None:
        self._splits = overrides.splits
        self._entries = entries
        self._known = known
        pinned = frozenset(_pinned(overrides.pins, known))
        self.forced = frozenset(pair for pair in pinned if self._are_alike(*pair))
        """Pairs of entries that people pinned together, the smaller index first."""
        self.unlike = pinned - self.forced
        """Pairs that people pinned together, and that no finding can hold."""

    def refuses(self, one: int, two: int) -> str:
        """Why people keep two entries apart; empty when they do not."""
        for split in self._splits:
            ids = self._known[one] | self._known[two]
            is_about = split.finding in ids
            if is_about and split.concerns(self._entries[one]) is not split.concerns(self._entries[two]):
                return f"the policy keeps {split.tool} out of {split.finding}"
        return ""

    def _are_alike(self, one: int, two: int) -> bool:
        kinds = {self._entries[one].results[0].kind, self._entries[two].results[0].kind}
        return len(kinds) == 1 or kinds <= IN_FILES


def unknown_ids(overrides: Overrides, known: Iterable[str]) -> tuple[str, ...]:
    """The ids that the overrides name and nobody knows, sorted."""
    named = {split.finding for split in overrides.splits}.union(*overrides.pins)
    return tuple(sorted(named.difference(known)))


def _pinned(pins: Iterable[frozenset[str]], known: Sequence[frozenset[str]]) -> Iterable[tuple[int, int]]:
    for pin in pins:
        meant = [index for index, ids in enumerate(known) if not ids.isdisjoint(pin)]
        yield from ((meant[0], other) for other in meant[1:])
