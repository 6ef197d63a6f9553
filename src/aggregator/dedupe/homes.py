"""What keeps the results of two products apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from aggregator.dedupe.entry import Entry
from aggregator.model.result import Result
from aggregator.model.state import Tracked


class HomesByName(Struct, frozen=True):
    """In which product and environment results and remembered findings are, in one word; equal words are one home."""

    of_result: Callable[[Result], str]
    of_tracked: Callable[[Tracked], str]


def at_home(entries: Iterable[Entry], homes: HomesByName) -> list[Entry]:
    """The entries of this run with their homes."""
    return [_at_home(entry, homes) for entry in entries]


def moved_home(
    entries: Sequence[Entry], before: Sequence[Entry], homes: HomesByName, remembered: str
) -> Sequence[Entry]:
    """The entries, of which those that are placed otherwise than ``before`` have the homes of their new places.

    Those of the format ``remembered`` stand for findings of the state and keep theirs.
    """
    if entries is before:
        return entries
    return [
        entry if entry is was or entry.format == remembered else _at_home(entry, homes)
        for entry, was in zip(entries, before, strict=True)
    ]


def _at_home(entry: Entry, homes: HomesByName) -> Entry:
    return Entry(entry.results, entry.format, homes.of_result(entry.results[0]), entry.is_here)


def home_veto(one: Entry, two: Entry) -> str:
    """Why two entries of different homes are not one problem."""
    (product, _, _), (other, _, _) = one.home.partition("\x1f"), two.home.partition("\x1f")
    return "they are in different environments" if product == other else "they are in different products"
