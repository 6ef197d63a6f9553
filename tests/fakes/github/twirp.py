"""The fake artifact service."""

from __future__ import annotations

from aggregator.transport.exchange import Reply, Request
from tests.fakes.github.hub import Hub


def answer(hub: Hub, request: Request) -> Reply:
    """Answer one Twirp call."""
    raise NotImplementedError
