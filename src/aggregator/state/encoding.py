"""The state as bytes."""

from __future__ import annotations

from aggregator.model.state import State


def encode(state: State) -> bytes:
    """Deterministic JSON: equal states give equal bytes, all times in UTC."""
    raise NotImplementedError


def decode(data: bytes, name: str) -> State:
    """Read a state. Raises ``StateError`` when it is unreadable or of a newer schema; ``name`` is for the message."""
    raise NotImplementedError
