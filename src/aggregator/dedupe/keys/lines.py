"""The flagged lines of the checkout, ready to be compared: redacted, white space folded, secrets' lines left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.keys.page import Page, digest_of
from aggregator.model.location import Location
from aggregator.model.result import Kind, Result

# CWE-798, 259, 321, 256, 257: the flagged line holds a credential, so not even its hash may be stored.
CREDENTIALS = frozenset({798, 259, 321, 256, 257})
NOTEBOOK = ".ipynb"
"""How a file ends whose lines are no lines of code: tools count those of its cells, one below the other."""
TOP = "-"
"""Stands for a block that nothing encloses."""
_LONGEST_REGION = 10
_LONGEST_SECRET = 200
_SECRET = Kind.SECRET


class Lines:
    """Text of flagged lines, from the checkout where there is one.

    Args:
        sources: file texts by normalised path; files may be missing.
        redact: masks known and likely secrets in a text.
        entries: all entries of the run; lines on which one of them reports a secret are never given out.
    """

    def __init__(self, sources: Mapping[str, str], redact: Callable[[str], str], entries: Iterable[Entry]) -> None:
        self._sources = {path: text for path, text in sources.items() if not path.endswith(NOTEBOOK)}
        self._redact = redact
        self._pages: dict[str, Page] = {}
        self._around: dict[tuple[str, int, int], str] = {}
        self._unformatted: dict[tuple[str, int, bool], str] = {}
        self.is_empty = not sources
        """Whether there is no checkout, so that no result has a text here."""
        self._hidden = _secret_lines(entries) if sources else {}

    def text(self, result: Result) -> str:
        """The flagged region, folded; empty when there is no checkout or it may hold a secret."""
        where = result.location
        if not self._sources or where is None or where.start_line is None or holds_credential(result):
            return ""
        return self._fold(where.path, where.start_line, _last_line(where))

    def context(self, result: Result) -> str:
        """The flagged region with the nearest line that is not blank on either side."""
        text = self.text(result)
        if not text or result.location is None or result.location.start_line is None:
            return ""
        where = result.location
        above = self._neighbour(where.path, where.start_line or 1, -1)
        below = self._neighbour(where.path, _last_line(where), +1)
        return f"{above}\n{text}\n{below}"

    def surroundings(self, result: Result) -> str:
        """What stands at and around the flagged lines, as ``surroundings.py`` reads it.

        Empty when there is no checkout or the file has no such line. Unlike a text, it is known of a secret as well:
        of the lines that hold one, nothing is told.
        """
        where = result.location
        if not self._sources or where is None or where.start_line is None or where.path not in self._sources:
            return ""
        page = self._page(where.path)
        first, last = where.start_line, _last_line(where)
        if not 1 <= first <= len(page.lines):
            return ""
        if holds_credential(result):
            return _spelled(page, first, min(max(where.end_line or first, first), len(page.lines)), tells_text=False)
        found = self._around.get((where.path, first, last))
        if found is None:
            found = _spelled(page, first, min(last, len(page.lines)), tells_text=True)
            self._around[where.path, first, last] = found
        return found

    def unformatted(self, result: Result) -> str:
        """What a formatter leaves of the first flagged line and, where it is another name, of what encloses it.

        Empty where :meth:`surroundings` are. Nothing is told of a line that holds a secret but what encloses it.
        """
        where = result.location
        if not self._sources or where is None or where.start_line is None or where.path not in self._sources:
            return ""
        page, line, is_hidden = self._page(where.path), where.start_line, holds_credential(result)
        if not 1 <= line <= len(page.lines):
            return ""
        found = self._unformatted.get((where.path, line, is_hidden))
        if found is None:
            block = page.block(line)
            found = f"{'' if is_hidden else page.words(line)}.{'' if block == page.scope(line) else block or TOP}"
            self._unformatted[where.path, line, is_hidden] = found
        return found

    def count(self, path: str, head: str) -> int:
        """How many lines of a file read as a flagged one did, by the digest of its first line."""
        return self._page(path).count(head) if head and path in self._sources else 0

    def _fold(self, path: str, first: int, last: int) -> str:
        return self._page(path).folded(first, last)

    def _neighbour(self, path: str, line: int, step: int) -> str:
        lines = self._page(path).lines
        line += step
        while 1 <= line <= len(lines):
            if lines[line - 1].strip():
                return self._fold(path, line, line)
            line += step
        return ""

    def _page(self, path: str) -> Page:
        page = self._pages.get(path)
        if page is None:
            hidden = frozenset(self._hidden.get(path, ()))
            page = self._pages[path] = Page(self._sources.get(path, ""), self._redact, hidden)
        return page


def holds_credential(result: Result) -> bool:
    """Whether the flagged text is a credential by what the tool says of it."""
    return result.kind is _SECRET or not CREDENTIALS.isdisjoint(result.weaknesses)


def _last_line(where: Location) -> int:
    first = where.start_line or 1
    return min(max(where.end_line or first, first), first + _LONGEST_REGION - 1)


def _spelled(page: Page, first: int, last: int, *, tells_text: bool) -> str:
    head = rest = ""
    if tells_text:
        head = page.digest(first)
        if last > first and (more := page.folded(first + 1, last)):
            rest = digest_of(more)
    return f"{page.scope(first)}.{head}.{rest}.{page.above(first)}.{page.below(last)}"


def _secret_lines(entries: Iterable[Entry]) -> dict[str, set[int]]:
    hidden: dict[str, set[int]] = {}
    for entry in entries:
        where = entry.result.location
        if where is not None and where.start_line is not None and holds_credential(entry.result):
            last = min(where.end_line or where.start_line, where.start_line + _LONGEST_SECRET)
            hidden.setdefault(where.path, set()).update(range(where.start_line, max(last, where.start_line) + 1))
    return hidden
