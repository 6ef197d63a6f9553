"""One file of the checkout: digests of its lines, of what stands around a line, and of what encloses it.

Which lines enclose another is told by indentation alone, so it works for every language that people indent: the
nearest line above that is indented less encloses it, and so on. Lines that only steer (``if``, ``for``, ``} else {``)
name nothing and are passed over; of the others, the part before the first bracket counts, so that neither a new
parameter nor another base class makes another scope.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from hashlib import blake2b

NEIGHBOURS = 3
"""How many lines on either side count as what stands around a line."""
UNKNOWN = "----"
"""Stands for a neighbour that is not there or holds a secret."""
_BLANK = blake2b(digest_size=4)
_NESTED = 2
_HAS_WORD = re.compile(r"[^\W_]")
_KEY_MATERIAL = re.compile(r"""["'`]?[A-Za-z0-9+/=_\\-]{24,}["'`]?[,;)]?""")
_NAME = re.compile(r"[^({:=<]+(?:\([^)]*\)\s*\w+(?=\())?")
_STEERING = frozenset(
    [
        "if",
        "elif",
        "else",
        "elsif",
        "for",
        "foreach",
        "while",
        "until",
        "unless",
        "do",
        "try",
        "except",
        "catch",
        "finally",
        "ensure",
        "rescue",
        "with",
        "using",
        "switch",
        "case",
        "default",
        "when",
        "match",
        "begin",
        "loop",
        "select",
        "return",
        "yield",
        "await",
        "throw",
        "raise",
        "new",
        "then",
        "and",
        "or",
        "not",
        "in",
        "lambda",
    ]
)


class Page:
    """The lines of one file.

    Args:
        text: the whole file.
        redact: masks known and likely secrets in a text.
        hidden: lines, 1-based, that hold a secret; nothing is ever told of them.
    """

    def __init__(self, text: str, redact: Callable[[str], str], hidden: frozenset[int]) -> None:
        self.lines = text.split("\n")  # as scanners count: a form feed ends no line
        self._redact = redact
        self._hidden = hidden
        self._digests: dict[int, str] = {}
        self._counts: Counter[str] | None = None
        self._parents: dict[int, int] = {}
        self._scopes: dict[int, str] = {}

    def folded(self, first: int, last: int) -> str:
        """Lines ``first`` to ``last``, redacted and with white space folded; empty when one of them is hidden."""
        if self._hidden and not self._hidden.isdisjoint(range(first, last + 1)):
            return ""
        return " ".join(self._redact("\n".join(self.lines[first - 1 : last])).split())

    def digest(self, line: int) -> str:
        """Eight hex digits of a line; empty when it is blank or nothing may be told of it."""
        found = self._digests.get(line)
        if found is None:
            found = self._digests[line] = self._digest(line)
        return found

    def count(self, digest: str) -> int:
        """How many lines have a digest."""
        if self._counts is None:
            self._counts = Counter(self.digest(line) for line in range(1, len(self.lines) + 1))
        return self._counts[digest]

    def above(self, line: int) -> str:
        """Four hex digits for each of the nearest lines above with a word on them, the nearest first."""
        return self._near(line, -1)

    def below(self, line: int) -> str:
        """As :meth:`above`, for the lines below."""
        return self._near(line, +1)

    def scope(self, line: int) -> str:
        """Six hex digits of the two innermost things with a name that enclose the line; empty at the top."""
        parent = self._parent(line)
        if not parent:
            return ""
        found = self._scopes.get(parent)
        if found is None:
            found = self._scopes[parent] = self._scope(parent)
        return found

    def _digest(self, line: int) -> str:
        text = self.lines[line - 1]
        if line in self._hidden or _is_key_material(text):
            return ""
        folded = " ".join(self._redact(text).split())
        return digest_of(folded) if folded else ""

    def _near(self, line: int, step: int) -> str:
        near: list[str] = []
        line += step
        while 1 <= line <= len(self.lines) and len(near) < NEIGHBOURS:
            if _HAS_WORD.search(self.lines[line - 1]):
                near.append(self.digest(line)[: len(UNKNOWN)] or UNKNOWN)
            line += step
        return "".join(near) + UNKNOWN * (NEIGHBOURS - len(near))

    def _scope(self, line: int) -> str:
        names: list[str] = []
        while line and len(names) < _NESTED:
            if line not in self._hidden and (name := _name(self.lines[line - 1])):
                names.append(self._redact(name))
            line = self._parent(line)
        return digest_of("\n".join(names))[:6] if names else ""

    def _parent(self, line: int) -> int:
        """The nearest line above that is indented less; 0 when there is none."""
        found = self._parents.get(line)
        if found is not None:
            return found
        depth = _depth(self.lines[line - 1])
        above = line - 1
        while above and (_depth(self.lines[above - 1]) >= depth or not _HAS_WORD.search(self.lines[above - 1])):
            # Everything between a line and what encloses it is indented as much as the line, or more.
            above = self._parents.get(above, above - 1) if _depth(self.lines[above - 1]) >= depth else above - 1
        self._parents[line] = above
        return above


def digest_of(text: str) -> str:
    """Eight hex digits of a text."""
    digest = _BLANK.copy()
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _depth(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _name(line: str) -> str:
    """What a line names: the part before its first bracket; empty for one that only steers."""
    found = _NAME.match(line.strip().lstrip("}").lstrip())
    name = " ".join(found.group().split()) if found else ""
    return "" if not name or name.split()[0] in _STEERING else name


def _is_key_material(line: str) -> bool:
    """Whether a line is one long token, as the body of a key is."""
    text = line.strip()
    return len(text) > 24 and " " not in text and _KEY_MATERIAL.fullmatch(text) is not None  # noqa: PLR2004
