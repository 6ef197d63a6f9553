"""What a rule's title is about, in few words, so that rules no table names can be compared by them."""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache

import msgspec
from msgspec import Struct

from aggregator.resources import read_resource

# Numbers count where they stand alone: ports, but not the 3 of S3.
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|(?<![A-Za-z0-9])[0-9]+(?![A-Za-z0-9])")


class _Table(Struct, frozen=True):
    """The data.

    Attributes:
        empty: words of every title, words that tell which side of a control fails, and names of services, which tell
            two checks of one block least of all.
        same: groups of words that mean one thing; the first speaks for all.
        telling: words, after these groups, without which a title is about something else.
    """

    version: str
    empty: frozenset[str]
    same: tuple[tuple[str, ...], ...]
    telling: frozenset[str]


@lru_cache(maxsize=1 << 13)
def words_of(text: str) -> frozenset[str]:
    """The telling words of a title, of its first sentence where it has several, or of a readable rule id."""
    table, same = _table(), _same()
    words = (same.get(word, word) for word in map(str.lower, _WORD.findall(text.partition(". ")[0])))
    return frozenset(word for word in words if word not in table.empty and (len(word) > 1 or word.isdigit()))


@lru_cache(maxsize=1 << 14)
def likeness(one: str, other: str) -> float:
    """How alike two titles are, from 0 (no telling word in common) to 1 (the same telling words)."""
    ours, theirs = words_of(one), words_of(other)
    shared = len(ours & theirs)
    if not shared or any(word.isdigit() or word in _table().telling for word in ours ^ theirs):
        return 0.0
    return shared / math.sqrt(len(ours) * len(theirs))


@cache
def _same() -> dict[str, str]:
    return {word: group[0] for group in _table().same for word in group}


@cache
def _table() -> _Table:
    return msgspec.json.decode(read_resource("aggregator.knowledge", "data/rule_words.json"), type=_Table)
