"""Which calls of a life fail, and how, where a script is lived through again and again with another call failing."""

from __future__ import annotations

import os

from aggregator.transport.exchange import Break, Reply
from tests.fakes.faults import After, Fault

OUTAGES: tuple[Fault, ...] = (Break.RESET, After(Break.RESET), Reply(502), After(Reply(503)), Break.TIMEOUT)
"""What goes wrong between any two machines; what a service refuses is its own."""


def stride(usual: int) -> int:
    """Every call in turn when there is time; else one in so many, with each kind of fault."""
    return 1 if os.environ.get("HYPOTHESIS_PROFILE") == "search" else usual
