"""What people said about findings somewhere else than in the exceptions file."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.finding import Decision


class Statement(Struct, frozen=True):
    """One decision about one finding.

    Attributes:
        finding: its id, or an alias of it.
        where: how people find what was said: ``issue #7``, ``alert 12``.
    """

    finding: str
    decision: Decision
    where: str


class Statements(Struct, frozen=True):
    """Everything heard in one run.

    Attributes:
        origins: those that could be listened to. What one of them said before and says no more is undone; what one
            said that could not be listened to holds on.
    """

    origins: frozenset[str] = frozenset()
    said: tuple[Statement, ...] = ()


NOTHING_SAID = Statements()
