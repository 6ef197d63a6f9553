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
_QUOTES = str.maketrans("'`", '""')
_LAYOUT = re.compile(r'\\(?=")|[,;]+(?=[)\]}]|$)|[()]')
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_GOES_ON = re.compile(r"(?:[(\[,=\\]|[(\[,=]\s*\{)$")
_BRACKET = re.compile(r"[()\[\]]")
_CLOSING = (")", "]")
_LONGEST = 60
"""Lines over which one statement may reach, or the head of a block with its parameters."""
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
        self._blocks: dict[int, str] = {}
        self._unfinished: dict[int, bool] = {}

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

    def words(self, line: int) -> str:
        """Eight hex digits of what a formatter leaves of the statement on a line; empty when it holds a secret.

        Where it is broken, white space, the kind of the quotes, parentheses and last commas do not count.
        """
        first, last = self._statement(line)
        text = self.lines[first - 1 : last]
        if not self._hidden.isdisjoint(range(first, last + 1)) or any(map(_is_key_material, text)):
            return ""
        return digest_of(words) if (words := words_of(self._redact("\n".join(text)))) else ""

    def block(self, line: int) -> str:
        """As :meth:`scope`, for what a formatter may have wrapped: a statement over several lines encloses nothing."""
        parent = self._block(line)
        if not parent:
            return ""
        found = self._blocks.get(parent)
        if found is None:
            names = self._names(parent, self._block).translate(_QUOTES)
            found = self._blocks[parent] = digest_of(names)[:6] if names else ""
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
        names = self._names(line, self._parent)
        return digest_of(names)[:6] if names else ""

    def _names(self, line: int, parent_of: Callable[[int], int]) -> str:
        names: list[str] = []
        while line and len(names) < _NESTED:
            if line not in self._hidden and (name := _name(self.lines[line - 1])):
                names.append(self._redact(name))
            line = parent_of(line)
        return "\n".join(names)

    def _block(self, line: int) -> int:
        """The nearest line above that opens what encloses this one and is no part of a longer statement; 0: none."""
        outer = self._parent(line)
        while outer:
            if self.lines[outer - 1].lstrip().startswith(_CLOSING):
                return self._opening(outer)
            if not self._goes_on(outer) or self._is_shut(outer, line):
                return outer
            outer = self._parent(outer)
        return 0

    def _statement(self, line: int) -> tuple[int, int]:
        """Where the statement on a line begins and ends, by its brackets."""
        first, outer = line, self._parent(line)
        while outer and self._goes_on(outer) and not self._is_shut(outer, first):
            first, outer = outer, self._parent(outer)
        last = self._end(first)
        return (first, last) if last >= line else (line, self._end(line) or line)

    def _end(self, first: int) -> int:
        """The line that closes what this one opens; 0 where none does."""
        depth = 0
        for number, line in enumerate(self.lines[first - 1 : first - 1 + _LONGEST], first):
            if _BRACKET.search(line):
                code = _STRING.sub("", line)
                depth += code.count("(") + code.count("[") - code.count(")") - code.count("]")
            if depth <= 0:
                return number
        return 0

    def _goes_on(self, line: int) -> bool:
        """Whether a line ends within a statement."""
        found = self._unfinished.get(line)
        if found is None:
            found = self._unfinished[line] = _GOES_ON.search(self.lines[line - 1].rstrip()) is not None
        return found

    def _opening(self, line: int) -> int:
        """Where the head of a block begins that ends here."""
        depth = _depth(self.lines[line - 1])
        lines = range(line - 1, max(0, line - _LONGEST), -1)
        return next((above for above in lines if _depth(self.lines[above - 1]) <= depth), line)

    def _is_shut(self, line: int, below: int) -> bool:
        """Whether the bracket at the end of a line is closed above another one."""
        depth = _depth(self.lines[line - 1])
        head = self.lines[line : min(below - 1, line + _LONGEST)]
        return any(_depth(each) == depth and each.lstrip().startswith(_CLOSING) for each in head)

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


def words_of(text: str) -> str:
    """What a formatter leaves of a line: no white space, one kind of quotes, no comma or semicolon at an end."""
    return _LAYOUT.sub("", "".join(text.split()).translate(_QUOTES))


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
