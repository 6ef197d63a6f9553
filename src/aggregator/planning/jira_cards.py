"""What tickets in Jira say about themselves: what they are about, and whether they may take more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from aggregator.model.finding import Finding
from aggregator.model.state import Tracked
from aggregator.model.upgrade import Upgrade
from aggregator.planning.jira_marks import about_label
from aggregator.planning.jira_meaning import meaning
from aggregator.planning.jira_observed import SeenTicket
from aggregator.planning.jira_texts import upgrade_of
from aggregator.planning.subjects import Card
from aggregator.policy.jira import Jira
from aggregator.writers.issue_marks import rule_key
from aggregator.writers.ticket_marks import about_in, note_kind


def cards_of(
    tickets: Sequence[SeenTicket],
    everything: Iterable[Finding | Tracked],
    rules: Jira,
    upgrades: Iterable[Upgrade] = (),
) -> tuple[Card[SeenTicket], ...]:
    """A card for each ticket that is there, in the order in which they were made.

    Where people took our mark out of a text the labels say what it is about, and where they took those off as well it
    is what the findings say that name it.
    """
    there = sorted((ticket for ticket in tickets if not ticket.is_gone), key=_age)
    subjects = _Named(there, everything, upgrades)
    return tuple(_card(number, ticket, subjects, rules) for number, ticket in enumerate(there))


class _Named:
    """Finds out what tickets without a mark are about."""

    def __init__(
        self, tickets: Sequence[SeenTicket], everything: Iterable[Finding | Tracked], upgrades: Iterable[Upgrade]
    ) -> None:
        urls = {url for ticket in tickets for url in (ticket.url, *ticket.earlier)}
        self._by_url: defaultdict[str, dict[str, None]] = defaultdict(dict)
        keys: dict[str, None] = {}
        is_asked = any(not _marked(ticket) for ticket in tickets)
        for each in everything if tickets else ():
            for url in each.tickets:
                if url in urls:
                    self._by_url[url][each.id] = None
            if is_asked:
                keys.update(dict.fromkeys((each.id, *each.aliases, rule_key(each.tool, each.rule_id))))
        keys.update(dict.fromkeys(upgrade_of(each) for each in upgrades if is_asked))
        self._by_label = {about_label(key): key for key in keys}

    def names(self, ticket: SeenTicket) -> tuple[str, ...]:
        """The ids of the findings that name it."""
        return tuple(id_ for url in (ticket.url, *ticket.earlier) for id_ in self._by_url[url])

    def key(self, ticket: SeenTicket) -> str:
        """What it is about."""
        marked = _marked(ticket)
        if marked:
            return marked
        labelled = next((self._by_label[label] for label in ticket.labels if label in self._by_label), "")
        names = self.names(ticket)
        # About nothing that is known by name: then it is about whatever names it.
        return labelled or (names[0] if len(names) == 1 else rule_key("?", ticket.key))


def _card(number: int, ticket: SeenTicket, subjects: _Named, rules: Jira) -> Card[SeenTicket]:
    is_named = bool(subjects.names(ticket))
    return Card(
        ticket,
        number,
        subjects.key(ticket),
        (ticket.url, *ticket.earlier),
        ticket.is_open,
        ticket.members,
        is_settled=meaning(ticket, rules) is not None,
        is_theirs=not ticket.is_ours and not is_named,
        was_closed=any(note_kind(note.mark.mark) == "closed" for note in ticket.notes),
    )


def _marked(ticket: SeenTicket) -> str:
    return "" if ticket.mark is None else about_in(ticket.mark.mark)


def _age(ticket: SeenTicket) -> tuple[bool, str, int, str]:
    """Those whose day is known first; then by the number in the key, which counts within a project."""
    project, _, number = ticket.key.rpartition("-")
    made = "" if ticket.created_at is None else ticket.created_at.isoformat()
    return not made, made, int(number) if number.isdecimal() else 0, project
