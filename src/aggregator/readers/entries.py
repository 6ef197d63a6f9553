"""Entries of a report, decoded typed: all at once when they are sound, one by one when one of them is not."""

from __future__ import annotations

import json
from typing import Generic, TypeVar

import msgspec
from msgspec import Raw, Struct

from aggregator.model.diagnostic import Diagnostic, Level

T = TypeVar("T")

_LONGEST_ENTRY = 1 << 19
_LARGEST_LINE = 2**31 - 1


class Entries(Struct, Generic[T], frozen=True):
    """The entries of one list of a report.

    Attributes:
        entries: the sound ones with their positions in the list.
        refused: one diagnostic for each of the others.
    """

    entries: tuple[tuple[int, T], ...] | enumerate[T]
    refused: tuple[Diagnostic, ...] = ()


def decode_entries(raw: Raw | bytes, kind: type[T], pointer: str, report: str) -> Entries[T]:
    """Decode a JSON array of ``kind``. ``null`` and nothing at all are an empty list.

    ``pointer`` (RFC 6901) is the array's place in ``report``, for the diagnostics. Raises ``msgspec.DecodeError``
    when it is no array.
    """
    if not memoryview(raw):
        return Entries(())
    try:
        return Entries(enumerate(msgspec.json.decode(raw, type=list[kind] | None) or ()))  # type: ignore[valid-type]
    except msgspec.ValidationError:
        pass
    sound: list[tuple[int, T]] = []
    refused: list[Diagnostic] = []
    for index, item in enumerate(msgspec.json.decode(raw, type=list[Raw])):
        try:
            sound.append((index, msgspec.json.decode(item, type=kind)))
        except msgspec.ValidationError as error:
            refused.append(refusal(report, f"{pointer}/{index}", reason_of(error)))
    return Entries(tuple(sound), tuple(refused))


def decode_present(raw: Raw | bytes, kind: type[T], pointer: str, report: str) -> Entries[T]:
    """As :func:`decode_entries`, of a tool that never writes ``null``: that, as anything else, is one refused entry."""
    try:
        if bytes(memoryview(raw)[:4]) == b"null":
            return Entries((), (refusal(report, pointer, "Expected `array`, got `null`."),))
        return decode_entries(raw, kind, pointer, report)
    except msgspec.ValidationError as error:
        return Entries((), (refusal(report, pointer, reason_of(error)),))


def keys_of_first(raw: Raw) -> frozenset[str] | None:
    """The keys of a list's first entry, without decoding the list; empty for an empty list or no list.

    ``None`` when the first entry is no object.
    """
    opening = bytes(memoryview(raw)[:_LONGEST_ENTRY]).decode("utf-8", "replace")
    if opening[:1] != "[" or not opening[1:].lstrip(" \t\r\n]"):
        return frozenset()
    try:
        entry, _ = json.JSONDecoder(strict=False).raw_decode(opening[1:].lstrip())
    except (ValueError, RecursionError):
        return _keys_of_long(raw) if memoryview(raw).nbytes > _LONGEST_ENTRY else None
    return frozenset(entry) if isinstance(entry, dict) else None


def _keys_of_long(raw: Raw) -> frozenset[str] | None:
    """As above for an entry that is longer than an entry should be: the whole list is walked."""
    try:
        first = next(iter(msgspec.json.decode(raw, type=list[Raw])))
        return frozenset(msgspec.json.decode(first, type=dict[str, Raw]))
    except (msgspec.DecodeError, RecursionError):
        return None


def refusal(report: str, pointer: str, reason: str) -> Diagnostic:
    """The diagnostic of one entry that cannot be read."""
    return Diagnostic(
        code="entry-refused",
        level=Level.WARNING,
        subject=report,
        reason=reason,
        next_step="The other entries were read; look at this one in the report.",
        pointer=pointer,
    )


def reason_of(error: Exception) -> str:
    """What a decoding error found, without any value of the report."""
    text = str(error)
    if isinstance(error, msgspec.ValidationError) and text.startswith(("Expected", "Object missing")):
        return f"{text}."
    return "it does not hold what this format promises."


def line_of(number: int | None) -> int | None:
    """A 1-based line or column; ``None`` for zero, negative and absurd ones."""
    return number if number is not None and 0 < number <= _LARGEST_LINE else None
