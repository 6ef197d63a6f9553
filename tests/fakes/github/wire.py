"""The fake GitHub behind :class:`aggregator.transport.exchange.Wire`, in process, with faults on order."""

from __future__ import annotations

from aggregator.transport.exchange import Break, BrokenExchange, Reply, Request
from tests.fakes.faults import Faults, answered
from tests.fakes.github import blobs, rest, twirp
from tests.fakes.github.hub import Hub


class HubWire:
    """Sends each request to the part of the hub that its address belongs to.

    Attributes:
        calls: every request, in order, those that failed too.
        faults: asked before each call.
    """

    def __init__(self, hub: Hub, faults: Faults | None = None) -> None:
        self.hub = hub
        self.faults = faults
        self.calls: list[Request] = []

    def send(self, request: Request) -> Reply:
        """The hub's reply, or the fault on order."""
        number = len(self.calls)
        self.calls.append(request)
        self._check_secrets(request)
        fault = self.faults(number, request) if self.faults is not None else None
        outcome = answered(fault, lambda: answer(self.hub, request))
        if len(outcome.body) > request.most:
            raise BrokenExchange(Break.TOO_LARGE)
        return outcome

    def _check_secrets(self, request: Request) -> None:
        """Tokens go to their own host and stand in no address; signatures stand in addresses of the blob host only."""
        names = {name.lower() for name in request.headers}
        to_blobs = request.url.startswith(self.hub.storage + "/")
        assert not (to_blobs and "authorization" in names), "a token on its way to the blob host"
        if not to_blobs:
            assert not any(secret in request.url for secret in self.hub.secrets), "a secret in an address"
        assert not any(secret in request.purpose for secret in self.hub.secrets), "a secret in a purpose"


def answer(hub: Hub, request: Request) -> Reply:
    """What the hub says, by the host that is asked."""
    for origin, part in ((hub.results, twirp.answer), (hub.storage, blobs.answer), (hub.api, rest.answer)):
        if request.url.startswith(origin + "/"):
            return part(hub, request)
    raise BrokenExchange(Break.NO_CONNECTION)
