"""A run's talk with services: listen, propose, let the sinks speak, remember."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol, TypeAlias

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.outcome import Outcome
from aggregator.model.state import State
from aggregator.model.statement import NOTHING_SAID, Statements
from aggregator.model.ticket import Ticket
from aggregator.planning.plan import Proposal, Receipt
from aggregator.planning.statements import merge_statements
from aggregator.run.deliver import Sink
from aggregator.state.settle import Learned

Opened: TypeAlias = Callable[[], Iterable[Learned]]
"""Tells, while a plan is carried out, which tickets were opened so far."""


class Letters(Protocol):
    """One service's part, in this order. Nothing of it raises: a service that fails is a diagnostic or a receipt."""

    def listen(self, state: State | None) -> Statements:
        """What people decided since the last run."""
        ...

    def dates(self) -> dict[str, datetime]:
        """When findings were first seen, by id, as far as what was heard tells."""
        ...

    def tickets(self) -> tuple[Ticket, ...]:
        """What was read of tickets."""
        ...

    def propose(self, outcome: Outcome) -> Proposal:
        """What would be done. An error among its notes is a service that could not be asked: the run ends with 4."""
        ...

    def sinks(self, outcome: Outcome, opened: Opened) -> tuple[Sink, ...]:
        """Who carries it out."""
        ...

    def settled(self, state: State, receipts: Iterable[Receipt]) -> State:
        """The state with what the deliveries taught."""
        ...

    def remarks(self) -> tuple[Diagnostic, ...]:
        """What the sinks have to say that is no failure."""
        ...


class OneWay:
    """What a service that is told things and never asked says before a run decides: nothing."""

    def listen(self, _state: State | None) -> Statements:
        """Nothing: what people do there stays there."""
        return NOTHING_SAID

    def dates(self) -> dict[str, datetime]:
        """Nothing."""
        return {}

    def tickets(self) -> tuple[Ticket, ...]:
        """Nothing."""
        return ()

    def remarks(self) -> tuple[Diagnostic, ...]:
        """Nothing."""
        return ()


class Mute(OneWay):
    """A service that is configured in part, so that nothing can be said to it: a note tells that and no more."""

    def __init__(self, note: Diagnostic) -> None:
        self._note = note

    def propose(self, _outcome: Outcome) -> Proposal:
        """The note."""
        return Proposal(notes=(self._note,))

    def sinks(self, _outcome: Outcome, _opened: Opened) -> tuple[Sink, ...]:
        """Nobody."""
        return ()

    def settled(self, state: State, _receipts: Iterable[Receipt]) -> State:
        """The state as it is."""
        return state


class Several:
    """Talks with several services, or with none: a developer's machine, or a job without a token.

    Each listens, proposes and remembers for itself. What they do is carried out in their order.
    """

    def __init__(self, letters: Iterable[Letters] = ()) -> None:
        self._letters = tuple(letters)

    def listen(self, state: State | None) -> Statements:
        """What people decided anywhere. Each place has an origin of its own, so none unsays what another says."""
        return merge_statements(each.listen(state) for each in self._letters)

    def dates(self) -> dict[str, datetime]:
        """The earliest date that any of them tells of a finding."""
        dates: dict[str, datetime] = {}
        for each in self._letters:
            for finding, moment in each.dates().items():
                dates[finding] = min(moment, dates.get(finding, moment))
        return dates

    def tickets(self) -> tuple[Ticket, ...]:
        """All that was read."""
        return tuple(ticket for each in self._letters for ticket in each.tickets())

    def propose(self, outcome: Outcome) -> Proposal:
        """All that would be done."""
        proposals = [each.propose(outcome) for each in self._letters]
        return Proposal(
            tuple(action for each in proposals for action in each.actions),
            tuple(held for each in proposals for held in each.held),
            tuple(note for each in proposals for note in each.notes),
        )

    def sinks(self, outcome: Outcome, opened: Opened) -> tuple[Sink, ...]:
        """All who carry it out."""
        return tuple(sink for each in self._letters for sink in each.sinks(outcome, opened))

    def settled(self, state: State, receipts: Iterable[Receipt]) -> State:
        """The state with what all of the deliveries taught."""
        receipts = tuple(receipts)
        for each in self._letters:
            state = each.settled(state, receipts)
        return state

    def remarks(self) -> tuple[Diagnostic, ...]:
        """All that their sinks have to say."""
        return tuple(remark for each in self._letters for remark in each.remarks())
