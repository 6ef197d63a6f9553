"""Weakness classes: what two tools mean when they name the same problem with different words and CWE numbers.

Of 132 pairs of one-to-one results of two Python tools on one line, 91 carry unrelated CWEs for one bug, so the class
comes from the rule first, then from words of its id, and from the CWE only when these are silent. The table is data:
``data/weakness_classes.json``.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec
from msgspec import Struct

from aggregator.model.result import Kind, Result
from aggregator.resources import read_resource

CREDENTIAL = "hardcoded-credential"
_SECRET = Kind.SECRET
_WORDS = re.compile(r"[a-z0-9]+")


class _Class(Struct, frozen=True):
    cwes: tuple[int, ...]
    words: tuple[str, ...]


class _Table(Struct, frozen=True):
    """``classes`` by name, their words joined by dashes; ``rules`` by tool and id, where words do not tell."""

    version: str
    classes: dict[str, _Class]
    rules: dict[str, dict[str, str]]


def weakness_class(result: Result) -> str:
    """The weakness class of a result; empty when nothing tells it."""
    if result.kind is _SECRET:
        return CREDENTIAL
    return _class_of(result.tool, result.rule_id, result.weaknesses)


@cache
def _class_of(tool: str, rule_id: str, weaknesses: tuple[int, ...]) -> str:
    table = _table()
    named = table.rules.get(tool, {}).get(rule_id)
    if named:
        return named
    spelled = f"-{'-'.join(_WORDS.findall(rule_id.lower()))}-"
    for name, entry in table.classes.items():
        if any(f"-{word}-" in spelled for word in entry.words):
            return name
    for cwe in weaknesses:
        for name, entry in table.classes.items():
            if cwe in entry.cwes:
                return name
    return ""


@cache
def _table() -> _Table:
    return msgspec.json.decode(read_resource("aggregator.dedupe", "data/weakness_classes.json"), type=_Table)
