"""Kinds of secrets: whose token a rule looks for, so that two different tokens on one line are not taken for one.

Scanners name their rules after the provider (``sendgrid-api-token``, ``SendGrid API Key``), so the kind is read off the
name. What names do not tell stands in ``data/secret_kinds.json``. A rule that looks for any secret (high entropy,
a telling variable name) has no kind, and fits every other.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec
from msgspec import Struct

from aggregator.knowledge.meaning import UNKNOWN, Meaning
from aggregator.resources import read_resource

_WORDS = re.compile(r"[a-z0-9]+")
_HUMPS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LONGEST_NAME = 3


class _Table(Struct, frozen=True):
    """The data.

    Attributes:
        names: what each kind is called, in letters and digits alone; a name may span three words of an id.
        everyday: names that are ordinary words in a sentence, and mean a provider only in a rule's id.
        parts: what tells two secrets of one provider apart, their words joined by dashes; the first that fits holds.
        rules: ids that names do not explain, their words joined by dashes; an empty kind stands for any secret.
        wrappers: kinds that hold another secret, whichever.
        uneven: kinds of which one tool takes more text than another, so that unequal values tell nothing.
        forms: kinds that are a way of writing, and whose secrets come so written.
    """

    version: str
    names: dict[str, tuple[str, ...]]
    everyday: frozenset[str]
    parts: dict[str, tuple[str, ...]]
    rules: dict[str, str]
    wrappers: frozenset[str]
    uneven: frozenset[str]
    forms: dict[str, frozenset[str]]


def secret_kind_of(rule_id: str, title: str = "") -> Meaning:
    """The kind of secret a rule looks for: ``slack``, ``aws/id``; unknown for a rule that looks for any secret.

    The title is asked where the id, a number say, tells nothing.
    """
    last = rule_id.rpartition(".")[2]
    own = last if any(map(str.isalpha, last)) else rule_id
    spelled = "-".join(_WORDS.findall(own.lower()))
    if (named := _table().rules.get(spelled)) is not None:
        return Meaning(named, "rule") if named else UNKNOWN
    return _kind_named(own) or _kind_named(title, passing=_table().everyday) or UNKNOWN


def _kind_named(text: str, passing: frozenset[str] = frozenset()) -> Meaning | None:
    words = _WORDS.findall(text.lower())
    kind = _provider_in(words, passing) or _provider_in([hump.lower() for hump in _HUMPS.findall(text)], passing)
    if not kind:
        return None
    part = _part_in(f"-{'-'.join(words)}-")
    return Meaning(f"{kind}/{part}" if part else kind, "words")


def kinds_differ(one: Meaning, two: Meaning) -> bool:
    """Whether two kinds are known and no secret is of both."""
    if not one.name or not two.name or one.name == two.name:
        return False
    table = _table()
    (ours, _, our_part), (theirs, _, their_part) = one.name.partition("/"), two.name.partition("/")
    if ours == theirs:
        return bool(our_part and their_part)
    if not table.wrappers.isdisjoint((ours, theirs)):
        return False
    return theirs not in table.forms.get(ours, ()) and ours not in table.forms.get(theirs, ())


def is_uneven(kind: Meaning) -> bool:
    """Whether two tools may take unequal pieces of text for one secret of this kind."""
    return kind.name.partition("/")[0] in _table().uneven


def _provider_in(words: list[str], passing: frozenset[str]) -> str:
    names = _names()
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            name = "".join(words[start : start + length])
            if name not in passing and (kind := names.get(name)):
                return kind
    return ""


def _part_in(spelled: str) -> str:
    return next((part for part, marks in _table().parts.items() if any(f"-{mark}-" in spelled for mark in marks)), "")


@cache
def _names() -> dict[str, str]:
    return {name: kind for kind, names in _table().names.items() for name in names}


@cache
def _table() -> _Table:
    return msgspec.json.decode(read_resource("aggregator.knowledge", "data/secret_kinds.json"), type=_Table)
