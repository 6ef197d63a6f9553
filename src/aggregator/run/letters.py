"""A run's talk with the place it runs at: listen, propose, let the sinks speak, remember. Or silence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.outcome import Outcome
from aggregator.model.state import State
from aggregator.model.statement import NOTHING_SAID, Statements
from aggregator.planning.plan import Proposal, Receipt
from aggregator.run.deliver import Sink


class Letters(Protocol):
    """The four moments of the talk, in this order."""

    def listen(self, state: State | None) -> Statements:
        """What people decided since the last run."""
        ...

    def dates(self) -> dict[str, datetime]:
        """When findings were first seen, by id, as far as what was heard tells."""
        ...

    def propose(self, outcome: Outcome) -> Proposal:
        """What would be done."""
        ...

    def sinks(self, outcome: Outcome) -> tuple[Sink, ...]:
        """Who carries it out."""
        ...

    def settled(self, state: State, receipts: Iterable[Receipt]) -> State:
        """The state with what the deliveries taught."""
        ...

    def remarks(self) -> tuple[Diagnostic, ...]:
        """What the sinks have to say that is no failure."""
        ...


class Silence:
    """Nobody to talk to: a developer's machine, or a job without a token."""

    def listen(self, _state: State | None) -> Statements:
        """Nothing."""
        return NOTHING_SAID

    def dates(self) -> dict[str, datetime]:
        """Nothing."""
        return {}

    def propose(self, _outcome: Outcome) -> Proposal:
        """Nothing."""
        return Proposal()

    def sinks(self, _outcome: Outcome) -> tuple[Sink, ...]:
        """Nobody."""
        return ()

    def settled(self, state: State, _receipts: Iterable[Receipt]) -> State:
        """As it is."""
        return state

    def remarks(self) -> tuple[Diagnostic, ...]:
        """Nothing."""
        return ()
