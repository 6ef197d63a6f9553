"""Exchanges over the network."""

from __future__ import annotations

from aggregator.transport.exchange import Reply, Request


class RequestsWire:
    """One exchange at a time over HTTP: no redirect, no retry, no credentials of its own."""

    def __init__(self, *, connect: float = 20.0, read: float = 30.0, total: float = 120.0) -> None:
        self._limits = (connect, read)
        self._total = total

    def send(self, request: Request) -> Reply:
        """The reply of whatever status; raises ``BrokenExchange`` when there is none."""
        raise NotImplementedError
