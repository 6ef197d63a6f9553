"""What is read from Jira before a run decides, and what is done there after it has decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property

from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import ServiceError
from aggregator.model.outcome import Outcome
from aggregator.model.state import State, Telling
from aggregator.model.statement import NOTHING_SAID, Statements
from aggregator.model.ticket import Ticket
from aggregator.planning.jira import TicketPlan, plan_tickets
from aggregator.planning.jira_actions import MoveTicket
from aggregator.planning.jira_marks import home_label
from aggregator.planning.jira_observed import SeenTicket, Sought
from aggregator.planning.jira_statements import first_seen_of_tickets, statements_of_tickets, tickets_read
from aggregator.planning.opened import tickets_joined, tickets_opened
from aggregator.planning.plan import Delivery, Proposal, Receipt
from aggregator.policy.jira import Jira as Rules
from aggregator.run.deliver import Sink
from aggregator.run.frame import Frame
from aggregator.run.letters import Opened
from aggregator.run.outside import Outside
from aggregator.settings import Settings
from aggregator.sinks.jira.access import Access
from aggregator.sinks.jira.client import JiraClient
from aggregator.sinks.jira.tickets import JiraTickets
from aggregator.state.history import named_tickets
from aggregator.state.settle import settle
from aggregator.transport.session import Session

CHANNEL = "jira"
"""Under this name the state remembers the first run with Jira: what was there before is no news.

A Jira that could not be reached in that run does not make the next one the first."""

_CALLS = 2000
"""More than the threads of a few hundred tickets take; a service that paces its callers ends the run sooner."""


class JiraLetters:
    """Jira's part of a run: listen, propose, let the sink speak, remember.

    Only runs about the branch that counts talk to Jira: what people decided there, and what stands there, is about it.

    Args:
        settings: with the address and what lets us in.
        rules: what the policy says of Jira.
        about: the run.
        outside: how services are reached.
    """

    def __init__(self, settings: Settings, rules: Rules, about: Frame, outside: Outside) -> None:
        self._settings = settings
        self._rules = rules
        self._about = about
        self._outside = outside
        self._remembered: Mapping[str, Ticket] = {}
        self._seen: tuple[SeenTicket, ...] | None = None
        self._plan = TicketPlan()
        self._notes: list[Diagnostic] = []

    # --- before the run decides

    def listen(self, state: State | None) -> Statements:
        """What people decided by resolving tickets; a Jira that cannot be asked is a diagnostic."""
        if not self._may_talk:
            return NOTHING_SAID
        self._remembered = {ticket.url: ticket for ticket in (state.tickets if state is not None else ())}
        try:
            self._seen = self._tickets.observe(Sought(home_label(self._about.context.line), self._named(state)))
        except ServiceError as error:
            is_asked_for = bool(self._settings.jira_token.get_secret_value())  # a fork's own runs have no secrets
            level = Level.ERROR if is_asked_for else Level.WARNING
            self._notes.append(Diagnostic("jira-unread", level, "Jira", error.reason, error.next_step))
        return statements_of_tickets(self._seen, state, self._rules)

    def dates(self) -> dict[str, datetime]:
        """That findings are as old as their tickets; a state that was lost is made good from them."""
        return first_seen_of_tickets(self._seen or ())

    def tickets(self) -> tuple[Ticket, ...]:
        """Whether they are open, and who works on them."""
        return tickets_read(self._seen or (), self._remembered, self._about.now)

    # --- after it has decided

    def propose(self, outcome: Outcome) -> Proposal:
        """Everything that would be done, made against what stands there."""
        if not self._rules.project:
            self._notes.append(_no_project())
        elif self._may_talk:
            self._plan = plan_tickets(outcome, self._seen, self._rules, self._since(outcome.state))
        return Proposal(self._plan.actions, notes=(*self._notes, *self._plan.notes))

    def sinks(self, _outcome: Outcome, _opened: Opened) -> tuple[Sink, ...]:
        """Who carries it out."""
        return (self._tickets,) if self._plan.actions else ()

    def settled(self, state: State, receipts: Iterable[Receipt]) -> State:
        """The state with what the deliveries taught: the tickets' addresses, whether they are open, when it began."""
        if not self._may_talk:
            return state
        receipts = tuple(receipts)
        created = tickets_opened(self._plan.actions, receipts)
        state = settle(state, (*self._plan.tickets, *created, *tickets_joined(self._plan.actions, receipts)))
        now = self._about.now
        stands = [Ticket(each.ticket, seen_at=now) for each in created]
        done = {receipt.key for receipt in receipts if receipt.delivery is Delivery.DONE}
        stands += [each for move in self._moves if move.key in done for each in self._after(move)]
        told = () if self._since(state) is not None else (Telling(CHANNEL, now),)
        tickets = named_tickets((*self._without(state.tickets, stands), *stands), state.findings)
        return replace(state, tickets=tickets, told=tuple(sorted((*state.told, *told))))

    def remarks(self) -> tuple[Diagnostic, ...]:
        """What the sink has to say that is no failure: a field that Jira would not take."""
        return tuple(self._tickets.notes) if self._plan.actions else ()

    # --- what the parts need

    @property
    def _may_talk(self) -> bool:
        about = self._about
        is_home = not about.default_branch or about.home == about.default_branch
        return bool(self._rules.project) and not about.held and not about.context.is_change and is_home

    @cached_property
    def _tickets(self) -> JiraTickets:
        clock = self._outside.clock()
        self._access.check()
        return JiraTickets(JiraClient(Session(self._outside.wire(), clock, calls=_CALLS), self._access), clock)

    @cached_property
    def _access(self) -> Access:
        return access_of(self._settings)

    @property
    def _moves(self) -> tuple[MoveTicket, ...]:
        return tuple(action for action in self._plan.actions if isinstance(action, MoveTicket))

    def _named(self, state: State | None) -> tuple[str, ...]:
        """The tickets in this Jira that the state names."""
        findings = state.findings if state is not None else ()
        return tuple(sorted({url for each in findings for url in each.tickets if self._access.key_of(url)}))

    def _since(self, state: State) -> datetime | None:
        return next((telling.at for telling in state.told if telling.channel == CHANNEL), None)

    def _after(self, move: MoveTicket) -> Iterable[Ticket]:
        """What is so of a ticket once it was moved."""
        for seen in self._seen or ():
            if seen.key == move.ticket:
                people = (seen.assignee,) if seen.assignee else ()
                yield Ticket(seen.url, move.intent == "reopen", people, self._about.now)

    def _without(self, tickets: Iterable[Ticket], newer: Iterable[Ticket]) -> Iterable[Ticket]:
        urls = {ticket.url for ticket in newer}
        return (ticket for ticket in tickets if ticket.url not in urls)


def access_of(settings: Settings) -> Access:
    """The Jira that is configured, and what lets us in."""
    return Access(settings.jira_url, settings.jira_user, settings.jira_token.get_secret_value())


def _no_project() -> Diagnostic:
    reason = "Jira's address is given, but the policy names no project: there are no tickets."
    return Diagnostic("jira-without-project", Level.WARNING, "Jira", reason, "Set jira.project to the project's key.")
