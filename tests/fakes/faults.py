"""Calls that go wrong on order: the same for every service that a fake stands in for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from aggregator.transport.exchange import Break, BrokenExchange, Reply, Request


class After(NamedTuple):
    """A fault that comes when the service has done what it was asked: the answer is lost, the deed is not."""

    outcome: Reply | Break


Fault = Reply | Break | After
Faults = Callable[[int, Request], Fault | None]
"""What goes wrong with the call of this number, counted from 0."""


def answered(fault: Fault | None, answer: Callable[[], Reply]) -> Reply:
    """What comes back: the answer of a service that does what it is asked, or the fault on order."""
    if fault is None:
        return answer()
    if isinstance(fault, After):
        answer()
        fault = fault.outcome
    if isinstance(fault, Break):
        raise BrokenExchange(fault)
    return fault
