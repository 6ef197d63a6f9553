"""The published shape of a finding's tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from aggregator.model.ticket import Ticket


class PublishedTicket(Struct, frozen=True, gc=False):
    """An item of a tracker; ``is_open`` is null until it was read."""

    url: str
    is_open: bool | None = None
    assignees: tuple[str, ...] = ()


def publish_tickets(urls: Iterable[str], known: Mapping[str, Ticket]) -> tuple[PublishedTicket, ...]:
    """The tickets as they are published, in the order given."""
    return tuple([_ticket(url, known.get(url)) for url in urls])


def assignees_of(urls: Iterable[str], known: Mapping[str, Ticket]) -> tuple[str, ...]:
    """Who works on the open ones, each once, in the order of the tickets."""
    open_ones = (known[url] for url in urls if url in known and known[url].is_open)
    return tuple(dict.fromkeys(name for ticket in open_ones for name in ticket.assignees))


def _ticket(url: str, ticket: Ticket | None) -> PublishedTicket:
    return PublishedTicket(url) if ticket is None else PublishedTicket(url, ticket.is_open, ticket.assignees)
