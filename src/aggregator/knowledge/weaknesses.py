"""Weakness classes: what two tools mean when they name the same problem with different words and CWE numbers.

Of 132 pairs of one-to-one results of two Python tools on one line, 91 carry unrelated CWEs for one bug, so the class
comes from the rule first, then from words of its id, and from the CWE only when these are silent. The table is data:
``data/weaknesses.json``.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec
from msgspec import Struct

from aggregator.knowledge.meaning import UNKNOWN, Meaning
from aggregator.resources import read_resource

CREDENTIAL = "hardcoded-credential"
_WORDS = re.compile(r"[a-z0-9]+")


class _Class(Struct, frozen=True):
    cwes: tuple[int, ...]
    words: tuple[str, ...]


class _Table(Struct, frozen=True):
    """``classes`` by name, their words joined by dashes; ``rules`` by tool and id, where words do not tell."""

    version: str
    classes: dict[str, _Class]
    rules: dict[str, dict[str, str]]


def weakness_of(tool: str, rule_id: str, weaknesses: tuple[int, ...], title: str = "") -> Meaning:  # noqa: ARG001
    """The weakness class of a rule, ``tool`` and ``rule_id`` as results carry them; unknown when nothing tells it."""
    table = _table()
    named = table.rules.get(tool, {}).get(rule_id)
    if named:
        return Meaning(named, "rule")
    spelled = f"-{'-'.join(_WORDS.findall(rule_id.lower()))}-"
    for name, entry in table.classes.items():
        if any(f"-{word}-" in spelled for word in entry.words):
            return Meaning(name, "words")
    for cwe in weaknesses:
        for name, entry in table.classes.items():
            if cwe in entry.cwes:
                return Meaning(name, "cwe")
    return UNKNOWN


@cache
def _table() -> _Table:
    return msgspec.json.decode(read_resource("aggregator.knowledge", "data/weaknesses.json"), type=_Table)
