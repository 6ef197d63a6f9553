"""Rule books: what the rules of one tool mean, one data file a tool, read when the tool occurs.

A book names the rules of each class; ``*`` stands for any text. A rule's full name counts before its last part, an
exact name before a pattern, a longer pattern before a shorter one. A rule that a book names under several classes may
be about each of them. Where people write rules of their own for a tool, a pattern is sure of the tool's alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec
from msgspec import Struct

from aggregator.knowledge.rule_names import is_full_name
from aggregator.resources import read_resource

_PLAIN = re.compile(r"[^a-z0-9]")
_PARTS = re.compile(r"[./:]")

# By the tool's name without case, blanks and signs.
_BOOKS = {
    "bandit": "bandit",
    "bearer": "bearer",
    "brakeman": "brakeman",
    "codeql": "codeql",
    "composelint": "compose-lint",
    "cppcheck": "cppcheck",
    "devskim": "devskim",
    "eslint": "eslint",
    "findsecbugs": "spotbugs",
    "flawfinder": "flawfinder",
    "gosec": "gosec",
    "microsoftrvisualccompiler": "dotnet",
    "mobsfscan": "mobsfscan",
    "njsscan": "njsscan",
    "opengrep": "semgrep",
    "phpcodesniffer": "phpcs",
    "phpcs": "phpcs",
    "pmd": "pmd",
    "psalm": "psalm",
    "ruff": "ruff",
    "roslyn": "dotnet",
    "securitycodescan": "dotnet",
    "semgrep": "semgrep",
    "snykcode": "snyk-code",
    "sonarcloud": "sonar",
    "sonarqube": "sonar",
    "spotbugs": "spotbugs",
    "zap": "zap",
}


class _Book(Struct, frozen=True):
    """``rules`` by class; ``builders`` are those that flag where something dangerous is made.

    ``is_open``: people write rules of their own for the tool, by names of their own.
    """

    version: str
    tool: str
    sources: tuple[str, ...]
    rules: dict[str, tuple[str, ...]]
    builders: tuple[str, ...] = ()
    is_open: bool = False


class RuleBook:
    """The rules of one tool, ready to be looked up."""

    def __init__(self, book: _Book) -> None:
        self._exact: dict[str, list[str]] = {}
        patterns: dict[str, list[str]] = {}
        for name, rules in book.rules.items():
            for rule in rules:
                (patterns if "*" in rule else self._exact).setdefault(spelled(rule), []).append(name)
        ordered = sorted(patterns.items(), key=lambda each: (-len(each[0]), each[0]))
        self._patterns = [(pattern.split("*"), names) for pattern, names in ordered]
        self._builders = [spelled(rule).split("*") for rule in book.builders]
        self._bare = {pattern.replace("*", "") for pattern in patterns} if book.is_open else None

    def classes_of(self, rule_id: str) -> tuple[str, ...]:
        """The classes of a rule, the first one the surest; none when the book does not name it."""
        names = _names_of(rule_id)
        for name in names:
            if found := self._exact.get(name):
                return tuple(found)
        for name in names:
            for pattern, found in self._patterns:
                if _fits(name, pattern):
                    return tuple(found)
        return ()

    def is_sure_of(self, rule_id: str) -> bool:
        """Whether a rule that the book names is surely the one it means.

        A pattern that fits another's rule (``*subprocess*`` one about a missing timeout) is a guess. A full name, with
        its folders, is only borne by what the tool brings itself.
        """
        if self._bare is None or is_full_name(rule_id):
            return True
        return any(name in self._exact or name in self._bare for name in _names_of(rule_id))

    def is_builder(self, rule_id: str) -> bool:
        """Whether the rule flags where something dangerous is made that is used below."""
        return any(_fits(name, pattern) for name in _names_of(rule_id) for pattern in self._builders)


def book_of(tool: str) -> RuleBook | None:
    """The book of a tool; ``None`` where there is none."""
    name = _BOOKS.get(_PLAIN.sub("", tool.lower()))
    return _read(name) if name else None


def spelled(rule_id: str) -> str:
    """One spelling of a rule id: case and underscores differ between editions of a rule."""
    return rule_id.lower().replace("_", "-")


def _names_of(rule_id: str) -> Iterable[str]:
    whole = spelled(rule_id)
    return dict.fromkeys((whole, _PARTS.split(whole)[-1]))


def _fits(name: str, pieces: Sequence[str]) -> bool:
    """Whether a name fits a pattern that was cut at its stars: far cheaper than an expression for each of hundreds."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return name == first
    if not name.startswith(first) or not name.endswith(last) or len(name) < len(first) + len(last):
        return False
    at, end = len(first), len(name) - len(last)
    for piece in pieces[1:-1]:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


@cache
def _read(name: str) -> RuleBook:
    return RuleBook(msgspec.json.decode(read_resource("aggregator.knowledge", f"data/rules/{name}.json"), type=_Book))
