"""What a run learned while it delivered, written into the state that it saves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.state import State


class Learned(Struct, frozen=True):
    """A ticket, by its address, and the ids of the findings it is about.

    Attributes:
        earlier: addresses that it had before it was moved; they are forgotten.
    """

    ticket: str
    findings: tuple[str, ...]
    earlier: tuple[str, ...] = ()


def settle(state: State, learned: Iterable[Learned]) -> State:
    """The state in which the findings name their tickets; those they named before stay, under their latest address."""
    tickets: defaultdict[str, set[str]] = defaultdict(set)
    over: set[str] = set()
    for each in learned:
        over.update(each.earlier)
        for finding in each.findings:
            tickets[finding].add(each.ticket)
    if not tickets:
        return state
    findings = tuple(
        replace(tracked, tickets=tuple(sorted({*tracked.tickets, *tickets[tracked.id]} - over)))
        if tracked.id in tickets
        else tracked
        for tracked in state.findings
    )
    return replace(state, findings=findings)
