"""Why a file is no YAML, in words for people who do not know YAML's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml import YAMLError
    from yaml.error import Mark

_GROUP = "the keys of one group, and the dashes of one list, begin in the same column"
_QUOTE = "put the value in quotes"
# The loader's texts may quote the file, so none of them is passed on: the first pattern found decides what is said.
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"character '\\t'", "a tab stands where only blanks may; indent with blanks"),
        (r"character '%'", f"a value begins with %, which means something in YAML; {_QUOTE}"),
        (r"character '@'", f"a value begins with @, which means something in YAML; {_QUOTE}"),
        (r"character '`'", f"a value begins with `, which means something in YAML; {_QUOTE}"),
        (r"mapping values", f"a colon and a blank stand where no key is; {_QUOTE}, or look at the indentation"),
        (r"(sequence entries|mapping keys) are not allowed", f"a list or a key begins inside a value; {_QUOTE}"),
        (r"document start|another document", "a second document begins; the file has one"),
        (r"find expected ':'", "a key has no colon with a blank after it"),
        (r"expected <block end>", f"the indentation does not fit: {_GROUP}"),
        (r"expected ',' or|found '<stream end>'", "a bracket is not closed, or a comma is missing"),
        (r"quoted scalar.*end of stream", "a quote is opened and never closed"),
        (r"undefined alias|an alias", f"* begins a reference, and nothing of that name is defined; {_QUOTE}"),
        (r"scanning an anchor|duplicate anchor", f"& begins a name for a value, and is not one here; {_QUOTE}"),
        (r"constructor for the tag", "tags (!) are not allowed here; leave it out, or put the value in quotes"),
        (r"unhashable key", "a key must be text, not a list or a group of keys"),
        (r"for merging", "<< takes a group of keys"),
        (r"unknown escape", "a backslash in double quotes begins an escape; use single quotes"),
        (r"block scalar", f"a value begins with > or |, which mean something in YAML; {_QUOTE}"),
        (r"node content", f"a value begins with a bracket or a comma; {_QUOTE}"),
        (r"special characters", "a control character stands here; remove it"),
    )
)
_OTHER = "this is not valid YAML"
_HALVES = re.compile("[\ud800-\udfff]")
_OPENED = re.compile(r"end of stream|<stream end>|find expected ':'")


def is_whole(text: str) -> bool:
    """Whether it has no half of a character: an escape can write one, and no document can hold it."""
    return text.isascii() or not _HALVES.search(text)


def explained(error: YAMLError) -> str:
    """What is wrong, without a word of the file."""
    told = f"{_of(error, 'context')} {_of(error, 'problem')} {_of(error, 'reason')}"
    return next((words for pattern, words in _WORDS if pattern.search(told)), _OTHER)


def line_of(error: YAMLError, text: str) -> int:
    """The 1-based line of a mistake: of what was opened, where it is noticed only at the end of the file."""
    if _OPENED.search(_of(error, "problem")) and (mark := _mark(error, "context_mark")) is not None:
        return int(mark.line) + 1
    if (mark := _mark(error, "problem_mark")) is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, getattr(error, "position", 0)) + 1  # of a character all that is known


def _of(error: YAMLError, name: str) -> str:
    return str(getattr(error, name, None) or "")


def _mark(error: YAMLError, name: str) -> Mark | None:
    mark: Mark | None = getattr(error, name, None)
    return mark
