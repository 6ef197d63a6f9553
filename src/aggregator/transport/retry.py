"""What is asked again, and after how long: a pure decision about one answer."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.errors import Fault
from aggregator.transport.exchange import Break, Reply


class Rules(Struct, frozen=True, kw_only=True):
    """How a service wants to be asked again."""

    attempts: int
    statuses: frozenset[int]
    breaks: frozenset[Break]
    first: float
    growth: float


TWIRP = Rules(attempts=5, statuses=frozenset(), breaks=frozenset(), first=3.0, growth=1.5)
REST = Rules(attempts=5, statuses=frozenset(), breaks=frozenset(), first=2.0, growth=2.0)
BLOB = Rules(attempts=5, statuses=frozenset(), breaks=frozenset(), first=1.0, growth=2.0)


def fault_of(outcome: Reply | Break) -> Fault:
    """What a failed exchange means."""
    raise NotImplementedError
