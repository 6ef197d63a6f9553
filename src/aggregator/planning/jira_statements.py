"""What people decided by resolving tickets, as statements about findings; and what else tickets teach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from aggregator.model.overruled import words_by
from aggregator.model.state import State, Tracked
from aggregator.model.statement import NOTHING_SAID, Statement, Statements
from aggregator.model.ticket import Ticket
from aggregator.planning.jira_cards import cards_of
from aggregator.planning.jira_meaning import ORIGIN, decision_of
from aggregator.planning.jira_observed import SeenTicket
from aggregator.planning.subjects import Card, Subjects
from aggregator.policy.jira import Jira
from aggregator.writers.issue_marks import base_key, is_shared_key


def statements_of_tickets(tickets: tuple[SeenTicket, ...] | None, state: State | None, rules: Jira) -> Statements:
    """What holds by the word of people; nothing was listened to when the tickets could not be read.

    A decision that was made on a ticket goes with it when it is deleted. But where not one ticket of a project is to be
    seen any more it is more likely that somebody took our rights away: what was decided there is said again.
    """
    if tickets is None or not rules.decisions:
        return NOTHING_SAID
    findings = () if state is None else state.findings
    cards = cards_of(tickets, findings, rules)
    subjects = Subjects(findings, cards)
    said = [statement for card in cards for statement in _said(card, subjects, rules)]
    said += _heard_before({ticket.url: ticket.key for ticket in _hidden(tickets)}, findings)
    return Statements(frozenset({ORIGIN}), tuple(sorted(said, key=lambda each: (each.finding, each.where))))


def _hidden(tickets: Iterable[SeenTicket]) -> Iterator[SeenTicket]:
    """Those that are gone together with all others of their project."""
    tickets = tuple(tickets)
    seen = {_project(ticket) for ticket in tickets if not ticket.is_gone}
    return (ticket for ticket in tickets if ticket.is_gone and _project(ticket) not in seen)


def _project(ticket: SeenTicket) -> str:
    return ticket.key.rpartition("-")[0]


def _heard_before(hidden: Mapping[str, str], findings: Iterable[Tracked]) -> Iterator[Statement]:
    for tracked in findings if hidden else ():
        key = next((hidden[url] for url in tracked.tickets if url in hidden), "")
        if key:
            yield from (Statement(tracked.id, word, f"ticket {key}") for word in words_by(tracked.decision, ORIGIN))


def first_seen_of_tickets(tickets: Iterable[SeenTicket]) -> dict[str, datetime]:
    """That findings with a ticket of their own are as old as it: what a state that is lost is made good from."""
    dates: dict[str, datetime] = {}
    for card in cards_of(tuple(tickets), (), Jira()):
        made, key = card.item.created_at, base_key(card.key)
        if made is not None and not is_shared_key(key):
            dates[key] = min(made, dates.get(key, made))
    return dates


def tickets_read(tickets: Iterable[SeenTicket], remembered: Mapping[str, Ticket], now: datetime) -> tuple[Ticket, ...]:
    """What was read of them, for the state. One that is gone is closed since it was first missed."""
    return tuple(ticket for seen in tickets for ticket in _read(seen, remembered, now))


def _read(seen: SeenTicket, remembered: Mapping[str, Ticket], now: datetime) -> Iterator[Ticket]:
    people = (seen.assignee,) if seen.assignee else ()
    for url in (seen.url, *seen.earlier):
        known = remembered.get(url)
        if seen.is_gone and known is not None and not known.is_open:
            yield known
        else:
            yield Ticket(url, seen.is_open, people, now)


def _said(card: Card[SeenTicket], subjects: Subjects[Tracked], rules: Jira) -> Iterator[Statement]:
    decision = None if card.is_theirs else decision_of(card.item, rules)
    if decision is not None:
        for finding in subjects.named(card):
            yield Statement(finding, decision, f"ticket {card.item.key}")
