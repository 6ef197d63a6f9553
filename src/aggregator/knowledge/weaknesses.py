"""Weakness classes: what two tools mean when they name the same problem with different words and CWE numbers.

Of 132 pairs of one-to-one results of two Python tools on one line, 91 carry unrelated CWEs for one bug, so the class
comes from the rule first (``rulebooks.py``). Of a rule that no book names, the words of its id and its CWE numbers are
asked together: what both say counts most, then the id. The table is data: ``data/weaknesses.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import msgspec
from msgspec import Struct

from aggregator.knowledge.cwes import ancestors
from aggregator.knowledge.meaning import UNKNOWN, Meaning
from aggregator.knowledge.rulebooks import RuleBook, book_of
from aggregator.resources import read_resource

CREDENTIAL = "hardcoded-credential"

# Words of a name; "innerHTML" and "SQLInjection" are two words each, and one as well.
_WORDS = re.compile(r"[a-z0-9]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class _Class(Struct, frozen=True):
    """``words`` are joined by dashes and stand in a rule's name; ``is_flow`` as in :class:`Meaning`."""

    cwes: tuple[int, ...]
    words: tuple[str, ...]
    is_flow: bool = False


class _Table(Struct, frozen=True):
    """``broad_cwes`` are so general that they tell nothing."""

    version: str
    broad_cwes: frozenset[int]
    classes: dict[str, _Class]


def weakness_of(tool: str, rule_id: str, weaknesses: tuple[int, ...], title: str = "") -> Meaning:
    """The weakness class of a rule, ``tool`` and ``rule_id`` as results carry them; unknown when nothing tells it.

    ``weaknesses`` are its CWE numbers; ``title`` is its sentence, asked only where its id says nothing.
    """
    book = book_of(tool)
    if book is not None and (named := book.classes_of(rule_id)):
        return _named(book, rule_id, named, _classes_of_cwes(weaknesses))
    said, numbered = _classes_of_words(rule_id), _classes_of_cwes(weaknesses)
    if not said:
        return _guess((*numbered, *_only(_classes_of_words(title))), numbered)
    return _guess((*(name for name in said if name in numbered), *said, *numbered), numbered)


def _named(book: RuleBook, rule_id: str, named: tuple[str, ...], numbered: tuple[str, ...]) -> Meaning:
    """What the book says; a pattern that may be about another rule is believed where a CWE number says the same."""
    is_builder = book.is_builder(rule_id)
    if book.is_sure_of(rule_id) or not set(named).isdisjoint(numbered):
        return _meaning(named, "rule", is_builder=is_builder)
    return _meaning((*named, *numbered), "words", is_builder=is_builder)


def is_about_credentials(tool: str, rule_id: str) -> bool:
    """Whether the tool's book says of the rule that it may flag a credential: its text is nobody's business then."""
    book = book_of(tool)
    return book is not None and CREDENTIAL in book.classes_of(rule_id)


def _guess(names: tuple[str, ...], numbered: tuple[str, ...]) -> Meaning:
    return _meaning(names, "cwe" if names and names[0] in numbered else "words")


def is_broad(cwe: int) -> bool:
    """Whether a CWE is so general that two rules which share it need have nothing in common."""
    return cwe in _table().broad_cwes


def _meaning(names: tuple[str, ...], basis: str, *, is_builder: bool = False) -> Meaning:
    if not names:
        return UNKNOWN
    first, *others = dict.fromkeys(names)
    return Meaning(first, basis, tuple(others), _table().classes[first].is_flow, is_builder)


def _only(names: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence may mention what the rule is not about: it counts when it names one class alone."""
    return names if len(names) == 1 else ()


def _classes_of_words(text: str) -> tuple[str, ...]:
    """Classes that words of a name stand for, the longest wording first."""
    apart = _HUMPS.sub("-", text)
    said = f"-{'-'.join(_WORDS.findall(text.lower()))}-{'-'.join(_WORDS.findall(apart.lower()))}-"
    found: dict[str, int] = {}
    for name, entry in _table().classes.items():
        longest = max((len(word) for word in entry.words if f"-{word}-" in said), default=0)
        if longest:
            found[name] = longest
    return tuple(sorted(found, key=lambda name: (-found[name], name)))


def _classes_of_cwes(weaknesses: Iterable[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for cwe in weaknesses for name in _classes_of_cwe(cwe)))


@cache
def _classes_of_cwe(cwe: int) -> tuple[str, ...]:
    """The classes of a number, or of the nearest number above it that has one."""
    known = _by_cwe()
    if cwe in known or is_broad(cwe):
        return known.get(cwe, ())
    for generation in ancestors(cwe):
        found = tuple(dict.fromkeys(name for each in generation for name in known.get(each, ())))
        if found or any(is_broad(each) for each in generation):
            return found
    return ()


@cache
def _by_cwe() -> dict[int, tuple[str, ...]]:
    known: dict[int, tuple[str, ...]] = {}
    for name, entry in _table().classes.items():
        for cwe in entry.cwes:
            known[cwe] = (*known.get(cwe, ()), name)
    return known


@cache
def _table() -> _Table:
    return msgspec.json.decode(read_resource("aggregator.knowledge", "data/weaknesses.json"), type=_Table)
