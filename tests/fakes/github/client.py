"""A client on the fake GitHub, as a job has it."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.sinks.github.client import GitHubClient
from aggregator.transport.session import Session
from tests.fakes.faults import Faults
from tests.fakes.github.hub import Hub
from tests.fakes.github.wire import HubWire

ALL = ("contents:read", "issues:write", "pull-requests:write", "security-events:write")
"""What a job that does everything is given."""


class Desk:
    """A hub, a wire to it and a client.

    Attributes:
        wire: counts the calls and brings the faults.
    """

    def __init__(self, hub: Hub | None = None, faults: Faults | None = None, may: Sequence[str] = ALL) -> None:
        self.hub = hub or Hub()
        self.wire = HubWire(self.hub, faults)
        self.client = self.client_of(self.hub.api_token(*may))

    def client_of(self, token: str, *, pause: float = 1.0) -> GitHubClient:
        """A client with a session and a token of its own."""
        session = Session(self.wire, self.hub.clock)
        return GitHubClient(session, self.hub.api, self.hub.name, token, pause=pause)

    @property
    def asked(self) -> list[str]:
        """Each call, in order: method and path."""
        return [f"{each.method} {each.url.removeprefix(self.hub.api)}" for each in self.wire.calls]
