"""The names that a tool has given one rule over its versions: whoever wrote an old one down still means the rule.

The table is data: ``data/rule_names.json``. It holds what reports and the tool's own metadata prove, and no name that
one tool has given to two rules (Trivy's ``aws-autoscaling-enable-at-rest-encryption``).
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache, lru_cache

import msgspec
from msgspec import Struct

from aggregator.resources import read_resource

# Prowler has Trivy look at code.
_TRIVY = frozenset(("Trivy", "Prowler"))
_SEMGREP = frozenset(("Semgrep", "Opengrep"))
_FULL_NAME_PARTS = 3
_NUMBERED = re.compile(r"([A-Z][A-Z0-9]*)-(\d{4,5})")


class _Checks(Struct, frozen=True):
    """Trivy's checks.

    Attributes:
        words: ids that were words, with today's.
        borrowed: as ``words``, where tfsec gave the word to another check: people who write it may mean that one.
        short: whose ids were written as ``DS002``. Of other platforms that is how tfsec counted other checks.
    """

    words: dict[str, str]
    borrowed: dict[str, str]
    short: frozenset[str]


class _Table(Struct, frozen=True, rename={"trivy": "Trivy"}):
    version: str
    sources: dict[str, str]
    trivy: _Checks


@lru_cache(maxsize=1 << 13)
def names_of(tool: str, rule_id: str, aliases: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Every name by which people may know a tool's rule, the given ones first; no other rule's is among them."""
    given = (rule_id, *aliases)
    return tuple(dict.fromkeys(name for each in given for name in (each, *_other_names(tool, each))))


def todays_name(tool: str, rule_id: str) -> str:
    """What the tool itself calls the rule in its latest versions; the id itself where nothing else is known."""
    if tool not in _TRIVY:
        return rule_id
    checks = _table().trivy
    return checks.words.get(rule_id) or checks.borrowed.get(rule_id) or rule_id


def is_full_name(rule_id: str) -> bool:
    """Whether a rule's id, as results carry it, has the folders of Semgrep's registry before it."""
    return rule_id.count(".") + 1 >= _FULL_NAME_PARTS


def is_in_a_folder(said: str, tool: str, rule_id: str) -> bool:
    """Whether people wrote a rule of Semgrep's registry with the folder of a configuration before it.

    ``tmp.rules.python.lang.x`` is ``python.lang.x``, wherever the configuration lies now. A name of one or two parts
    may be that of many rules, so what stands before it counts.
    """
    return tool in _SEMGREP and is_full_name(rule_id) and said.lower().endswith(f".{rule_id.lower()}")


def is_said(said: str, tool: str, rule_id: str, aliases: tuple[str, ...] = ()) -> bool:
    """Whether a rule that people wrote about a tool, where ``*`` stands for any text, means this rule of it."""
    names = names_of(tool, rule_id, aliases)
    return any(fnmatchcase(name, said) for name in names) or is_in_a_folder(said, tool, rule_id)


def _other_names(tool: str, name: str) -> tuple[str, ...]:
    if tool not in _TRIVY:
        return ()
    number = todays_name(tool, name)
    numbered = _NUMBERED.fullmatch(number)
    if not numbered:
        return ()
    platform, digits = numbered.groups()
    short = (f"{platform}{digits[1:]}",) if platform in _table().trivy.short and digits.startswith("0") else ()
    return (number, f"AVD-{number}", *short, *_words().get(number, ()))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """The words by number."""
    words: dict[str, tuple[str, ...]] = {}
    for word, number in _table().trivy.words.items():
        words[number] = (*words.get(number, ()), word)
    return words


@cache
def _table() -> _Table:
    return msgspec.json.decode(read_resource("aggregator.knowledge", "data/rule_names.json"), type=_Table)
