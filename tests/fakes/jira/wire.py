"""The fake Jira behind :class:`aggregator.transport.exchange.Wire`, in process, with faults on order."""

from __future__ import annotations

from aggregator.transport.exchange import Reply, Request
from tests.fakes.faults import Faults, answered
from tests.fakes.jira.rest import answer
from tests.fakes.jira.world import World


class JiraWire:
    """Sends each request to the world.

    Attributes:
        calls: every request, in order, those that failed too.
        faults: asked before each call.
    """

    def __init__(self, world: World, faults: Faults | None = None) -> None:
        self.world = world
        self.faults = faults
        self.calls: list[Request] = []

    def send(self, request: Request) -> Reply:
        """Jira's reply, or the fault on order."""
        number = len(self.calls)
        self.calls.append(request)
        ours = (f"{self.world.access.api}/", f"{self.world.root}/", self.world.access.tenant or "no address")
        assert request.url.startswith(ours), "a call to somewhere else"
        for text in (request.url, request.purpose, repr(request), request.body.decode()):
            assert self.world.token not in text, "the token stands where it can be read"
        fault = self.faults(number, request) if self.faults is not None else None
        return answered(fault, lambda: answer(self.world, request))

    @property
    def asked(self) -> list[str]:
        """Each call, in order: method and path without its query."""
        heads = (f"{self.world.access.api}/", f"{self.world.root}/")
        return [f"{each.method} {_path(each.url, heads)}" for each in self.calls]

    @property
    def written(self) -> list[str]:
        """The calls that change something."""
        return [each for each in self.asked if not each.startswith("GET ")]


def _path(url: str, heads: tuple[str, ...]) -> str:
    for head in heads:
        url = url.removeprefix(head)
    return url.partition("?")[0]
