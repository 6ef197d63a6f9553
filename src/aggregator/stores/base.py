"""The contract of every store."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.state import Line, State


class Loaded(Struct, frozen=True):
    """What a store had: the state with all heads merged, ``None`` when there is none, and what to say about it."""

    state: State | None
    diagnostics: tuple[Diagnostic, ...] = ()


class Store(Protocol):
    """Keeps one state for each line."""

    def load(self, line: Line) -> Loaded:
        """The line's state. Raises ``StateError`` when there is one that cannot be read."""
        ...

    def save(self, state: State) -> None:
        """Keep the state, whole or not at all. Raises ``StateError`` rather than overwrite what it cannot read."""
        ...
