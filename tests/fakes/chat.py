"""Slack and Microsoft Teams as far as a webhook shows them, behind :class:`aggregator.transport.exchange.Wire`."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from aggregator.transport.exchange import Reply, Request
from tests.fakes.faults import Faults, answered

SLACK = "https://hooks.slack.com/services/T0CANARY/B0CANARY/sEcReTcAnArY"
TEAMS = "https://prod.westeurope.logic.azure.com/workflows/cAnArY/triggers/manual/paths/invoke?sig=sEcReTcAnArY"


class ChatWire:
    """Keeps what is posted, by address.

    Attributes:
        posts: the messages that arrived.
        calls: every request, those that failed too.
        faults: asked before each call.
    """

    def __init__(self, faults: Faults | None = None) -> None:
        self.posts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.calls: list[Request] = []
        self.faults = faults

    def send(self, request: Request) -> Reply:
        """What the service answers, or the fault on order."""
        number = len(self.calls)
        self.calls.append(request)
        assert request.url not in request.purpose + repr(request), "an address stands where it may be shown"
        fault = self.faults(number, request) if self.faults is not None else None
        return answered(fault, lambda: self._take(request))

    def _take(self, request: Request) -> Reply:
        self.posts[request.url].append(json.loads(request.body))
        return Reply(200, {"content-type": "text/plain"}, b"ok") if "slack" in request.url else Reply(202)
