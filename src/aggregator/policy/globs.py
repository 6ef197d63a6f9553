"""Patterns that people write: only ``*``, ``**`` and ``?`` are special, so ``app/[id]/page.tsx`` means itself."""

from __future__ import annotations

import re
from functools import lru_cache

_PATH_TOKENS = re.compile(r"(?P<dirs>(?:^|(?<=/))\*\*+/)|(?P<deep>\*\*+)|(?P<star>\*)|(?P<one>\?)")
_PATH = {"dirs": "(?:.*/)?", "deep": ".*", "star": "[^/]*", "one": "[^/]"}
_TEXT_TOKENS = re.compile(r"(?P<deep>\*+)|(?P<one>\?)")
_TEXT = {"deep": ".*", "one": "."}


def matches_path(pattern: str, path: str) -> bool:
    """Whether a path is meant: ``*`` and ``?`` stay within a folder, ``**`` does not, ``tests/`` means all below.

    A ``/`` at the beginning is the root of the repository, as in CODEOWNERS, or of the machine that wrote the report.
    """
    return _path(pattern).fullmatch(path) is not None


def matches_text(pattern: str, text: str) -> bool:
    """Whether a name is meant: ``*`` stands for any text, ``?`` for one character; case is ignored."""
    return _text(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _path(pattern: str) -> re.Pattern[str]:
    whole = pattern.removeprefix("./")
    whole = whole + "**" if whole.endswith("/") else whole
    below = whole.lstrip("/")
    root = "/?" if below != whole else ""
    return re.compile(root + _translate(below, _PATH_TOKENS, _PATH), re.DOTALL)


@lru_cache(maxsize=1024)
def _text(pattern: str) -> re.Pattern[str]:
    return re.compile(_translate(pattern, _TEXT_TOKENS, _TEXT), re.DOTALL | re.IGNORECASE)


def _translate(pattern: str, tokens: re.Pattern[str], meaning: dict[str, str]) -> str:
    parts: list[str] = []
    start = 0
    for token in tokens.finditer(pattern):
        parts += (re.escape(pattern[start : token.start()]), meaning[str(token.lastgroup)])
        start = token.end()
    return "".join(parts) + re.escape(pattern[start:])
