"""The mark at the end of our tickets and comments in Jira, read back from whatever dialect they come in.

A mark is text, because Jira shows everything that a description holds::

    onefold:ticket v1 F-7QK2M4XW 0123456789abcdef

Its last word is the fingerprint of the text around it: when that is not the fingerprint of what stands there, a person
has edited it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from msgspec import Struct

_MARK = re.compile(r"(onefold:(?:[^\s{}]{1,300} ){1,6})([0-9a-f]{16})(?![0-9a-f])")
_INK = re.compile(r"[^\W_]+")


class SeenMark(Struct, frozen=True):
    """A mark as it was found.

    Attributes:
        mark: without the fingerprint.
        is_as_written: whether the text around it is still the one that it was written with.
    """

    mark: str
    is_as_written: bool


def mark_line(mark: str, text: str) -> str:
    """The line of a mark below this text; the text in the dialect that it will come back in."""
    return f"{mark} {_ink(text)}"


def mark_in(text: str) -> SeenMark | None:
    """The last mark of a text: ours stands at the end, and what a report wrote stands before it."""
    found = list(_MARK.finditer(text))
    if not found:
        return None
    last = found[-1]
    around = f"{text[: last.start()]} {text[last.end() :]}"
    return SeenMark(last[1].rstrip(), _ink(around) == last[2])


def fingerprint(parts: Iterable[str]) -> str:
    """Sixteen hexadecimal digits of texts in their order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode(errors="replace") + b"\0")
    return digest.hexdigest()[:16]


def _ink(text: str) -> str:
    """The fingerprint of letters and digits alone: Jira and editors change blanks, and nothing is said by them."""
    return fingerprint(_INK.findall(text))
