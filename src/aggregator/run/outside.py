"""The way out of this machine, so that a test can put a world of its own there."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from aggregator.transport.clock import RealClock
from aggregator.transport.exchange import Clock, Wire
from aggregator.transport.wire import RequestsWire


class Outside(Struct, frozen=True):
    """How services are reached, and whose clock says how long to wait for them; made when they are needed."""

    wire: Callable[[], Wire] = RequestsWire
    clock: Callable[[], Clock] = RealClock


INTERNET = Outside()
"""What there is when nobody says otherwise."""
