"""What the state learns from items that were just made in a tracker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from aggregator.planning.plan import Delivery, Receipt
from aggregator.state.settle import Learned


class Opening(Protocol):
    """An action that makes an item about findings."""

    @property
    def key(self) -> str:
        """The action's key."""
        ...

    @property
    def findings(self) -> tuple[str, ...]:
        """The ids of the findings it is about."""
        ...


def learned_from(openings: Iterable[Opening], receipts: Iterable[Receipt]) -> tuple[Learned, ...]:
    """Which findings the items are about that were made; a receipt's place is the item's address."""
    places = {receipt.key: receipt.place for receipt in receipts if receipt.delivery is Delivery.DONE and receipt.place}
    return tuple(
        Learned(places[opening.key], opening.findings)
        for opening in openings
        if opening.findings and opening.key in places
    )
