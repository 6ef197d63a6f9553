"""Equal lines of one scope that seem to have changed places: what speaks for it is in doubt, so none is believed."""

from __future__ import annotations

from collections.abc import Hashable

from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import Row

_BY_TEXT = frozenset({"context", "text", "snippet"})


def part_crossed(ledger: Ledger) -> None:
    """Give back the pairs of one rule, one text and one scope of a file that cross each other, over all passes."""
    groups: dict[Hashable, list[tuple[Row, Row]]] = {}
    for old, new in ledger.pairs[ledger.settled :]:
        if ledger.matches[new].key in _BY_TEXT:
            one, two = ledger.old_row(old), ledger.new_row(new)
            sign = (one.family, one.rank, one.path, two.path, one.around.scope, one.texts)
            groups.setdefault(sign, []).append((one, two))
    doubtful = (pair for pairs in groups.values() if len(pairs) > 1 for pair in crossed(pairs))
    ledger.give_back({(one.index, two.index) for one, two in doubtful})


def crossed(pairs: list[tuple[Row, Row]]) -> list[tuple[Row, Row]]:
    """The pairs that stand elsewhere in the order of now than in the order of then."""
    then = sorted(pairs, key=lambda pair: pair[0].order)
    now = sorted(two.order for _, two in pairs)
    return [(one, two) for place, (one, two) in zip(now, then, strict=True) if two.order != place]
