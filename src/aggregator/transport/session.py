"""Calls to services, repeated where that helps, within a budget."""

from __future__ import annotations

from aggregator.transport.exchange import Clock, Reply, Request, Wire
from aggregator.transport.retry import Rules


class Session:
    """All that one run says to services."""

    def __init__(self, wire: Wire, clock: Clock, *, patience: float = 120.0, calls: int = 400) -> None:
        self._wire = wire
        self._clock = clock
        self._patience = patience
        self._calls = calls

    def call(self, request: Request, rules: Rules, *, accept: frozenset[int] = frozenset()) -> Reply:
        """The reply, when its status is 2xx or one of ``accept``. Raises ``ServiceError`` otherwise."""
        raise NotImplementedError
