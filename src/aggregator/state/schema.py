"""JSON Schema of the state file."""

from __future__ import annotations


def state_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of a state file."""
    raise NotImplementedError
