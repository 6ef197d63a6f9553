"""The fake REST API."""

from __future__ import annotations

from aggregator.transport.exchange import Reply, Request
from tests.fakes.github.hub import Hub


def answer(hub: Hub, request: Request) -> Reply:
    """Answer one call of the REST API."""
    raise NotImplementedError
