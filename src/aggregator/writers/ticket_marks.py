"""The mark at the end of our tickets and comments in Jira, read back from whatever dialect they came in.

A mark is text, because Jira shows everything that a description holds. It is one line without blanks in its parts::

    onefold:ticket v1 F-7QK2M4XW 0123456789abcdef fedcba9876543210

Its parts are the kind, what it is about, the fingerprint of the facts, and the fingerprint of the text around it: when
the latter is not that of the text that stands there, a person has edited it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from msgspec import Struct

from aggregator.writers.ticket_blocks import Mark

LABEL = "onefold"
"""The label that every ticket of ours carries."""

_MARK = re.compile(r"onefold:([a-z]{1,20}) v1 (\S{1,300}) ([0-9a-f]{16}|-) ([0-9a-f]{16})(?![0-9a-f])")
_INK = re.compile(r"[^\W_]+")
_LABEL_SAFE = re.compile(r"[A-Za-z0-9-]{1,60}")


class SeenMark(Struct, frozen=True):
    """A mark as it was found.

    Attributes:
        facts: as it was written; empty when none were.
        is_as_written: whether the text around it is still the one that it was written with.
    """

    kind: str
    key: str
    facts: str
    is_as_written: bool


def mark_line(mark: Mark, text: str) -> str:
    """The line of a mark below this text; the text in whatever dialect it will come back in."""
    return f"onefold:{mark.kind} v1 {mark.key} {mark.facts or '-'} {_ink(text)}"


def mark_in(text: str) -> SeenMark | None:
    """The last mark of a text: ours stands at the end, and what a report wrote stands before it."""
    found = None
    for found in _MARK.finditer(text):  # noqa: B007 - the last one is what is looked for
        pass
    if found is None:
        return None
    kind, key, facts, ink = found.groups()
    around = f"{text[: found.start()]} {text[found.end() :]}"
    return SeenMark(kind, key, "" if facts == "-" else facts, _ink(around) == ink)


def label_of(key: str) -> str:
    """The label that finds a ticket by its key: Jira takes no blanks in labels, and cannot search for texts exactly."""
    base = key if _LABEL_SAFE.fullmatch(key) else fingerprint((key,))
    return f"{LABEL}-{base}"


def fingerprint(parts: Iterable[str]) -> str:
    """Sixteen hexadecimal digits of texts in their order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode(errors="replace") + b"\0")
    return digest.hexdigest()[:16]


def _ink(text: str) -> str:
    """The fingerprint of letters and digits alone: Jira and editors change blanks, and nothing is said by them."""
    return fingerprint(_INK.findall(text))
