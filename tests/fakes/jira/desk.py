"""A sink on the fake Jira, as a run has it."""

from __future__ import annotations

from aggregator.sinks.jira.access import Flavour
from aggregator.sinks.jira.client import JiraClient
from aggregator.sinks.jira.tickets import JiraTickets
from aggregator.transport.session import Session
from tests.fakes.faults import Faults
from tests.fakes.jira.wire import JiraWire
from tests.fakes.jira.world import World


class Desk:
    """A world, a wire to it, a client and a sink.

    Attributes:
        wire: counts the calls and brings the faults.
    """

    def __init__(self, world: World | None = None, faults: Faults | None = None) -> None:
        self.world = world or World()
        self.wire = JiraWire(self.world, faults)
        self.sink = self.again()

    def again(self) -> JiraTickets:
        """The sink of the next run: it remembers nothing."""
        self.client = JiraClient(Session(self.wire, self.world.clock), self.world.access)
        self.sink = JiraTickets(self.client, self.world.clock)
        return self.sink


def data_center() -> World:
    """A Jira of one's own, below a path; it may have had any name."""
    return World(flavour=Flavour.DATA_CENTER, url="https://tracker.example/jira")
