"""Tests of :mod:`aggregator.run.letters`: several services in one run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import Decision, Disposition
from aggregator.model.outcome import Outcome
from aggregator.model.state import State, Telling
from aggregator.model.statement import NOTHING_SAID, Statement, Statements
from aggregator.model.ticket import Ticket
from aggregator.planning.actions import Action, WriteFile
from aggregator.planning.plan import Held, Proposal, Receipt
from aggregator.run.deliver import Sink
from aggregator.run.letters import Mute, Opened, Several
from tests.builders import BEFORE, NOW, note, outcome


class OneSink:
    """Takes everything."""

    def accepts(self, action: Action) -> bool:
        """It is for everything."""
        return True

    def apply(self, action: Action) -> str | None:
        """Nothing happens."""
        return None


class One:
    """A service with a name, which has one of everything."""

    def __init__(self, name: str, seen: datetime) -> None:
        self.name = name
        self.seen = seen
        self.sink = OneSink()
        self.note = note(subject=name)

    def listen(self, state: State | None) -> Statements:
        """One decision."""
        said = Statement("F-1", Decision(Disposition.VERIFIED, origin=self.name), self.name)
        return Statements(frozenset({self.name}), (said,))

    def dates(self) -> dict[str, datetime]:
        """One shared and one of its own."""
        return {"F-1": self.seen, self.name: self.seen}

    def tickets(self) -> tuple[Ticket, ...]:
        """One."""
        return (Ticket(self.name),)

    def propose(self, found: Outcome) -> Proposal:
        """One to do, one held, one note."""
        write = WriteFile(self.name, self.name)
        return Proposal((write,), (Held(write, "no"),), (self.note,))

    def sinks(self, found: Outcome, opened: Opened) -> tuple[Sink, ...]:
        """One."""
        return (self.sink,)

    def settled(self, state: State, receipts: Iterable[Receipt]) -> State:
        """Its own telling joins."""
        assert len(list(receipts)) == 0
        return replace(state, told=(*state.told, Telling(self.name, NOW)))

    def remarks(self) -> tuple[Diagnostic, ...]:
        """One."""
        return (self.note,)


def test_each_has_its_say() -> None:
    """What every service said, wants and learned is there, in their order; of dates the earliest counts."""
    one, two = One("github", NOW), One("jira", BEFORE)
    both, found = Several([one, two]), outcome()
    assert both.listen(None).origins == {"github", "jira"}
    assert len(both.listen(None).said) == 2
    assert both.dates() == {"F-1": BEFORE, "github": NOW, "jira": BEFORE}
    assert both.tickets() == (Ticket("github"), Ticket("jira"))
    proposal = both.propose(found)
    assert [action.key for action in proposal.actions] == ["file:github", "file:jira"]
    assert (len(proposal.held), proposal.notes) == (2, (one.note, two.note))
    assert both.sinks(found, tuple) == (one.sink, two.sink)
    assert [each.channel for each in both.settled(found.state, iter(())).told] == ["github", "jira"]
    assert both.remarks() == (one.note, two.note)


def test_nobody_says_nothing() -> None:
    """Without a service nothing is heard, proposed or learned."""
    nobody, found = Several(), outcome()
    assert (nobody.listen(None), nobody.dates(), nobody.tickets()) == (NOTHING_SAID, {}, ())
    assert (nobody.propose(found), nobody.sinks(found, tuple), nobody.remarks()) == (Proposal(), (), ())
    assert nobody.settled(found.state, ()) is found.state


def test_half_a_service_is_a_note_alone() -> None:
    """It wants nothing, does nothing and learns nothing."""
    told, found = note(), outcome()
    mute = Mute(told)
    assert mute.propose(found) == Proposal(notes=(told,))
    assert mute.sinks(found, tuple) == ()
    assert mute.settled(found.state, ()) is found.state
