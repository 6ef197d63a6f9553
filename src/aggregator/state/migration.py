"""How a state of an older schema becomes one of the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

Migration = Callable[[bytes], bytes]
"""Turns a state of one schema version into one of the next."""


def _commit_and_frontier(data: bytes) -> bytes:
    """0.2 adds the commit and the frontier, both empty where nobody has written them."""
    return _stamped(data, "0.2")


def _tickets_and_tellings(data: bytes) -> bytes:
    """0.3 adds what is known of tickets, what was told where, and how findings stood; nobody has written them yet."""
    return _stamped(data, "0.3")


def _since_then(data: bytes) -> bytes:
    """0.4 adds the former names of scopes and lines, and which runs read no report; nobody has written them yet."""
    return _stamped(data, "0.4")


def _stamped(data: bytes, version: str) -> bytes:
    fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({**fields, "schema_version": version})


MIGRATIONS: Mapping[str, Migration] = {
    "0.1": _commit_and_frontier,
    "0.2": _tickets_and_tellings,
    "0.3": _since_then,
}
"""By the version a step starts from."""
