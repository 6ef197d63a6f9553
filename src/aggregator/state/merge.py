"""Where runs raced: several heads of one line become one state."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.model.state import State


def merge_states(heads: Iterable[State]) -> State | None:
    """One state that has everything the heads have; ``None`` for no heads. Order and repetition do not matter."""
    raise NotImplementedError
