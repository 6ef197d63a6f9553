"""Tests of :mod:`aggregator.writers.published_ticket`."""

from __future__ import annotations

from aggregator.model.ticket import Ticket
from aggregator.writers.published_ticket import PublishedTicket, assignees_of, publish_tickets

KNOWN = {
    "u/1": Ticket("u/1", assignees=("kim", "lee")),
    "u/2": Ticket("u/2", is_open=False, assignees=("old",)),
    "u/3": Ticket("u/3", assignees=("lee", "max")),
}


def test_a_ticket_that_was_not_read_is_neither_open_nor_closed() -> None:
    """What was read is published; of the rest only the address is known."""
    assert publish_tickets(("u/2", "u/9"), KNOWN) == (
        PublishedTicket("u/2", is_open=False, assignees=("old",)),
        PublishedTicket("u/9"),
    )


def test_assignees_are_those_of_open_tickets() -> None:
    """Who had a ticket that is closed works on it no more; nobody is named twice."""
    assert assignees_of(("u/1", "u/2", "u/3", "u/9"), KNOWN) == ("kim", "lee", "max")
