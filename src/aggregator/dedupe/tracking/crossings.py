"""Equal lines of one scope that seem to have changed places: what speaks for it is in doubt, so none is believed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import Row

Pair = tuple[Row, Row]

_BY_TEXT = frozenset({"context", "text", "snippet"})


def part_crossed(ledger: Ledger) -> None:
    """Give back the pairs of one rule, one text and one scope of a file that cross each other, over all passes."""
    groups: dict[Hashable, list[Pair]] = {}
    for old, new in ledger.pairs[ledger.settled :]:
        if ledger.matches[new].key in _BY_TEXT:
            one, two = ledger.old_row(old), ledger.new_row(new)
            sign = (one.family, one.rank, one.path, two.path, one.around.scope, one.texts)
            groups.setdefault(sign, []).append((one, two))
    doubtful = (pair for pairs in groups.values() if len(pairs) > 1 for pair in parted(pairs)[1])
    ledger.give_back({(one.index, two.index) for one, two in doubtful})


def parted(pairs: Iterable[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs that stand among those of now where they stood among those of then, and the others, which cross."""
    then = sorted(pairs, key=lambda pair: pair[0].order)
    kept: list[Pair] = []
    crossed: list[Pair] = []
    for place, pair in zip(sorted(two.order for _, two in then), then, strict=True):
        (kept if pair[1].order == place else crossed).append(pair)
    return kept, crossed
