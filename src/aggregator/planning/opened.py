"""Which tickets a run has just opened, and which findings they are about: for the state, and for who is told later."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.planning.actions import Action
from aggregator.planning.github_actions import EditIssue, OpenIssue
from aggregator.planning.jira_actions import CreateTicket, EditTicket
from aggregator.planning.plan import Delivery, Receipt
from aggregator.state.settle import Learned


def tickets_opened(actions: Iterable[Action], receipts: Iterable[Receipt]) -> tuple[Learned, ...]:
    """Which findings the issues and tickets are about that were made; a receipt's place is the item's address."""
    places = {receipt.key: receipt.place for receipt in receipts if receipt.delivery is Delivery.DONE and receipt.place}
    return tuple(
        Learned(places[action.key], action.findings)
        for action in actions
        if isinstance(action, OpenIssue | CreateTicket) and action.findings and action.key in places
    )


def tickets_joined(actions: Iterable[Action], receipts: Iterable[Receipt]) -> tuple[Learned, ...]:
    """Which findings tickets are about as well, now that they say so: before, nobody could decide on them there."""
    done = {receipt.key for receipt in receipts if receipt.delivery is Delivery.DONE}
    return tuple(
        Learned(action.url, action.joined)
        for action in actions
        if isinstance(action, EditIssue | EditTicket) and action.joined and action.key in done
    )
