"""The mark at the end of our tickets and comments in Jira, read back from whatever dialect they come in.

A mark is text, because Jira shows everything that a description holds::

    onefold:ticket v1 F-7QK2M4XW 0123456789abcdef

Its last word is the fingerprint of the text around it: when that is not the fingerprint of what stands there, a person
has edited it.
"""

from __future__ import annotations

import re

from msgspec import Struct

from aggregator.writers.issue_marks import fingerprint
from aggregator.writers.ticket_blocks import Text

_MARK = re.compile(r"(onefold:(?:[^\s{}]{1,300} ){1,6})([0-9a-f]{16})(?![0-9a-f])")
_MEMBERS = re.compile(r"onefold:findings v1((?: [A-Za-z0-9-]{1,64})+)")
_TICKET = "onefold:ticket v1 "
_POOR = "-"
_INK = re.compile(r"[^\W_]+")


class SeenMark(Struct, frozen=True):
    """A mark as it was found.

    Attributes:
        mark: without the fingerprint.
        is_as_written: whether the text around it is still the one that it was written with.
    """

    mark: str
    is_as_written: bool


_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_MOST_MEMBERS = 500


def mark_lines(text: Text, before: str, after: str = "") -> str:
    """What stands at the end of a text.

    Args:
        text: what is said.
        before: the same in the dialect that it will come back in, without this end.
        after: what will follow.
    """
    named = [each for each in text.members[:_MOST_MEMBERS] if _NAME.fullmatch(each)]
    members = f"onefold:findings v1 {' '.join(named)}\n" if named else ""
    return f"{members}{text.mark} {_ink(f'{before}{members}{after}')}"


def mark_in(text: str) -> SeenMark | None:
    """The last mark of a text: ours stands at the end, and what a report wrote stands before it."""
    found = list(_MARK.finditer(text))
    if not found:
        return None
    last = found[-1]
    around = f"{text[: last.start()]} {text[last.end() :]}"
    return SeenMark(last[1].rstrip(), _ink(around) == last[2])


def members_in(text: str) -> tuple[str, ...]:
    """The ids that a shared ticket names as its findings: those of the last such line, which is ours."""
    found = _MEMBERS.findall(text)
    return tuple(found[-1].split()) if found else ()


def ticket_mark(about: str, known: str) -> str:
    """The mark of a description.

    Args:
        about: what the ticket is about, without blanks.
        known: fingerprint of what the text was made of; a text is written anew only when it changes.
    """
    return f"{_TICKET}{about} {known}"


def about_in(mark: str) -> str:
    """What a ticket is about, by its mark; empty when it is none of a ticket."""
    return mark.removeprefix(_TICKET).partition(" ")[0] if mark.startswith(_TICKET) else ""


def known_in(mark: str) -> str:
    """The fingerprint of what a ticket's text was made of, by its mark; empty when it is none of a ticket."""
    return mark.removeprefix(_TICKET).partition(" ")[2] if mark.startswith(_TICKET) else ""


def poor(known: str) -> str:
    """The fingerprint of a text that lacks what reports say: no report of this run was about its findings."""
    return f"{known}{_POOR}"


def is_poor(known: str) -> bool:
    """Whether it is the fingerprint of such a text."""
    return known.endswith(_POOR)


def tells_as_much(told: str, known: str) -> bool:
    """Whether a text with the first fingerprint tells all that one with the second does."""
    return told == known or poor(told) == known


def note_mark(kind: str, word: str) -> str:
    """The mark of a comment: what kind it is, and the day or the moment that makes it one of its own."""
    return f"onefold:{kind} v1 {word}"


def note_kind(mark: str) -> str:
    """What kind of comment it is, by its mark."""
    return mark.partition(" ")[0].removeprefix("onefold:")


def note_word(mark: str) -> str:
    """The day or moment of a comment, by its mark."""
    return mark.rpartition(" ")[2]


def _ink(text: str) -> str:
    """The fingerprint of letters and digits alone: Jira and editors change blanks, and nothing is said by them."""
    return fingerprint(("".join(_INK.findall(text)),))
