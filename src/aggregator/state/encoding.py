"""The state as bytes, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from aggregator.model.errors import NewerState, StateError
from aggregator.model.moment import EARLIEST, LATEST
from aggregator.model.state import SCHEMA_VERSION, State
from aggregator.state.migration import MIGRATIONS, Migration

_VERSION = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(State)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_CHUNK = 512
_GAP = msgspec.Raw(b"[\0]")


class _Versioned(msgspec.Struct):
    schema_version: str


def encode(state: State) -> bytes:
    """Deterministic JSON: equal states give equal bytes."""
    return b"".join(stream(state))


def stream(state: State) -> Iterator[bytes]:
    """The same bytes in chunks, so that a large state need not be held once more as one piece."""
    # No text of JSON holds a NUL as it stands, so this one is the only one.
    head, _, tail = _encoder.encode(replace(state, findings=_GAP)).partition(b"\0")
    yield head
    for start in range(0, len(state.findings), _CHUNK):
        yield (b"," if start else b"") + _encoder.encode(state.findings[start : start + _CHUNK])[1:-1]
    yield tail


def decode(data: bytes, name: str, migrations: Mapping[str, Migration] = MIGRATIONS) -> State:
    """Read a state, older versions too.

    Raises ``StateError`` when it is unreadable, ``NewerState`` when it is of a newer schema. ``name`` says in the
    message whose it is.
    """
    version = version_of(data, name)
    if _parts(version) > _parts(SCHEMA_VERSION) and not _is_compatible(version):
        raise NewerState(
            f"{name} was written by a newer Onefold (schema {version}, this one knows {SCHEMA_VERSION}).",
            "Use that version or a later one; nothing was overwritten.",
        )
    while version in migrations:
        data = migrations[version](data)
        version = version_of(data, name)
    try:
        state = _decoder.decode(data)
    except _UNREADABLE:
        raise _unreadable(name) from None
    clocks = (each.clock_start for each in state.findings)
    if not (EARLIEST <= state.at < LATEST and max(clocks, default=state.at) < LATEST):
        raise _unreadable(name)  # days added to such a moment would leave the calendar
    return state


def version_of(data: bytes, name: str) -> str:
    """The schema version that the state says it has. Raises ``StateError`` when it says none."""
    try:
        version = msgspec.json.decode(data, type=_Versioned).schema_version
    except _UNREADABLE:
        raise _unreadable(name) from None
    if not _VERSION.fullmatch(version):
        raise _unreadable(name)
    return version


def _is_compatible(version: str) -> bool:
    """A newer minor of the same major only adds, once the major is not 0."""
    return _parts(version)[0] == _parts(SCHEMA_VERSION)[0] != 0


def _parts(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)


def _unreadable(name: str) -> StateError:
    return StateError(
        f"{name} is no state that Onefold can read.",
        "Restore an earlier copy, or remove it to start from a new baseline; nothing was overwritten.",
    )
