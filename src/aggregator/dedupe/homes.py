"""What keeps the results of two products apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from aggregator.dedupe.entry import Entry
from aggregator.model.result import Result
from aggregator.model.state import Tracked


class Homes(Struct, frozen=True):
    """In which product and environment results and remembered findings are, in one word; equal words are one home."""

    of_result: Callable[[Result], str]
    of_tracked: Callable[[Tracked], str]


def at_home(entries: Sequence[Entry], homes: Homes, *, besides: str = "") -> list[Entry]:
    """The entries with their homes, as they are placed now; those of the format ``besides`` keep what they have."""
    return [
        entry if entry.format == besides else Entry(entry.results, entry.format, homes.of_result(entry.results[0]))
        for entry in entries
    ]


def home_veto(one: Entry, two: Entry) -> str:
    """Why two entries of different homes are not one problem."""
    (product, _, _), (other, _, _) = one.home.partition("\x1f"), two.home.partition("\x1f")
    return "they are in different environments" if product == other else "they are in different products"
