"""Our sink against a Jira that others have written: version 2 of the REST API, over the network of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import requests

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.jira_actions import CommentTicket, CreateTicket, EditTicket, MoveTicket
from aggregator.planning.jira_observed import Category, SeenTicket, Sought
from aggregator.sinks.jira.access import Access
from aggregator.sinks.jira.client import JiraClient
from aggregator.sinks.jira.connection import check_connection
from aggregator.sinks.jira.tickets import JiraTickets
from aggregator.transport.session import Session
from aggregator.transport.wire import RequestsWire
from aggregator.writers.ticket_blocks import Paragraph, Text, words
from tests.contract.jira_server import PROJECT, jira820
from tests.fakes.github.clock import FakeClock

LABEL = "onefold-contract"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for all."""
    with jira820(tmp_path_factory.mktemp("jira820")) as found:
        yield found


def client_of(address: str) -> JiraClient:
    return JiraClient(Session(RequestsWire(), FakeClock()), Access(address, "", "a-token"), pause=0.0)


def sink_of(address: str) -> JiraTickets:
    return JiraTickets(client_of(address), FakeClock())


def creation(about: str) -> CreateTicket:
    return CreateTicket(
        about=about,
        marks=(LABEL, f"onefold-{about}"),
        project=PROJECT,
        issue_type="Bug",
        summary="HIGH: a thing",
        text=Text((Paragraph(words("One thing.")),), f"onefold:ticket v1 {about} 0123456789abcdef", (about,)),
        priority="High",
        due=date(2026, 12, 1),
        labels=("onefold",),
    )


def seen(sink: JiraTickets, about: str) -> SeenTicket:
    (ticket,) = [each for each in sink.observe(Sought(LABEL)) if f"onefold-{about}" in each.labels]
    return ticket


def key_of(url: str) -> str:
    return url.rpartition("/")[2]


def test_the_connection_is_good(address: str) -> None:
    """Who we are and the project are told in its words."""
    assert check_connection(client_of(address), PROJECT, "Bug").endswith("tickets go to SEC.")
    with pytest.raises(ServiceError, match="no type of ticket"):
        check_connection(client_of(address), PROJECT, "Saga")


def test_a_ticket_lives(address: str) -> None:
    """Created once, edited, commented once, closed, reopened, and seen as it is each time."""
    sink = sink_of(address)
    url = sink.apply(creation("F-1"))
    assert sink_of(address).apply(creation("F-1")) == url
    ticket = seen(sink, "F-1")
    assert ticket.mark is not None
    assert ticket.mark.is_as_written
    assert (ticket.members, ticket.is_open, ticket.summary) == (("F-1",), True, "HIGH: a thing")
    assert (ticket.priority, ticket.due) == ("High", date(2026, 12, 1))
    sink.apply(EditTicket(ticket=ticket.key, summary="Now", due=date(2026, 12, 2)))
    assert (seen(sink, "F-1").summary, seen(sink, "F-1").due) == ("Now", date(2026, 12, 2))
    note = Text((Paragraph(words("Fixed.")),), "onefold:closed v1 2026-11-22")
    for _ in range(2):
        sink.apply(CommentTicket(ticket.key, note))
        sink.apply(MoveTicket(ticket.key, "done", note, ("Won't Do",)))
    ticket = seen(sink, "F-1")
    assert (ticket.category, ticket.status, ticket.is_open) == (Category.DONE, "Done", False)
    assert ticket.resolution
    assert [each.mark.mark for each in ticket.notes] == ["onefold:closed v1 2026-11-22"]
    assert [(move.is_ours, move.at is not None) for move in ticket.moves] == [(True, True)]
    sink.apply(MoveTicket(ticket.key, "reopen"))
    assert (seen(sink, "F-1").status, seen(sink, "F-1").is_open) == ("Reopened", True)


def test_a_ticket_that_was_deleted_is_gone(address: str) -> None:
    """A ticket that the state names and the server does not know is gone."""
    sink = sink_of(address)
    url = sink.apply(creation("F-2"))
    requests.delete(f"{address}/rest/api/2/issue/{key_of(url)}", timeout=5).raise_for_status()
    gone = [each for each in sink.observe(Sought(LABEL, (url,))) if each.is_gone]
    assert [each.url for each in gone] == [url]
    with pytest.raises(ServiceError) as raised:
        sink.apply(MoveTicket(key_of(url), "done"))
    assert raised.value.fault is Fault.MISSING


def test_its_refusals_are_understood(address: str) -> None:
    """A project and a type that it does not know are named."""
    unknown = creation("F-3")
    for change, words_ in (({"project": "NOPE"}, "no such project"), ({"issue_type": "Saga"}, "no such type")):
        given = {name: getattr(unknown, name) for name in unknown.__struct_fields__}
        with pytest.raises(ServiceError, match=words_):
            sink_of(address).apply(CreateTicket(**{**given, **change}))
