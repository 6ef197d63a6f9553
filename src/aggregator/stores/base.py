"""The contract of every store."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.state import Line, State

RENAMED = "If the branch was renamed, say its former name in the policy (`state.former-branches`) before the next run."
"""What helps where a line that has a memory seems to have none."""


class Loaded(Struct, frozen=True):
    """What a store had.

    Attributes:
        state: all heads merged; ``None`` when there is none.
        diagnostics: what to say about it.
        heads: what it was merged from; one alone is the state itself.
    """

    state: State | None
    diagnostics: tuple[Diagnostic, ...] = ()
    heads: tuple[State, ...] = ()


class Store(Protocol):
    """Keeps the memory of each line."""

    def load(self, line: Line) -> Loaded:
        """The line's state. Raises ``StateError`` when there is one that cannot be read.

        A store that is a service raises ``ServiceError`` when it cannot say whether there is one.
        """
        ...

    def save(self, state: State) -> str:
        """Keep the state, whole or not at all, and say where: a path, or the address of a page.

        Raises ``StateError`` rather than overwrite what it cannot read; a store that is a service ``ServiceError``.
        """
        ...

    def before(self, branch: str) -> Store:
        """The store as it was when the branch of this run had another name; only for loading."""
        ...

    def place(self, line: Line) -> str:
        """Where the line's state will be kept, for the plan: a path, or the name of an artifact."""
        ...
