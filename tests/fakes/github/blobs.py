"""The fake blob host."""

from __future__ import annotations

from aggregator.transport.exchange import Reply, Request
from tests.fakes.github.hub import Hub


def answer(hub: Hub, request: Request) -> Reply:
    """Answer one call with a signed address."""
    raise NotImplementedError
