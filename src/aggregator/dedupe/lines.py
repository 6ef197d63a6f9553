"""The flagged lines of the checkout, ready to be compared: redacted, white space folded, secrets' lines left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from aggregator.dedupe.entry import Entry
from aggregator.model.location import Location
from aggregator.model.result import Kind, Result

# CWE-798, 259, 321, 256, 257: the flagged line holds a credential, so not even its hash may be stored.
CREDENTIALS = frozenset({798, 259, 321, 256, 257})
_LONGEST_REGION = 10
_SECRET = Kind.SECRET


class Lines:
    """Text of flagged lines, from the checkout where there is one.

    Args:
        sources: file texts by normalised path; files may be missing.
        redact: masks known and likely secrets in a text.
        entries: all entries of the run; lines on which one of them reports a secret are never given out.
    """

    def __init__(self, sources: Mapping[str, str], redact: Callable[[str], str], entries: Iterable[Entry]) -> None:
        self._sources = sources
        self._redact = redact
        self._split: dict[str, list[str]] = {}
        self.is_empty = not sources
        """Whether there is no checkout, so that no result has a text here."""
        self._hidden = _secret_lines(entries) if sources else frozenset[tuple[str, int]]()

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

    def _fold(self, path: str, first: int, last: int) -> str:
        lines = self._lines(path)
        if any((path, line) in self._hidden for line in range(first, last + 1)):
            return ""
        return " ".join(self._redact("\n".join(lines[first - 1 : last])).split())

    def _neighbour(self, path: str, line: int, step: int) -> str:
        lines = self._lines(path)
        line += step
        while 1 <= line <= len(lines):
            if lines[line - 1].strip():
                return self._fold(path, line, line)
            line += step
        return ""

    def _lines(self, path: str) -> list[str]:
        lines = self._split.get(path)
        if lines is None:
            lines = self._split[path] = self._sources.get(path, "").splitlines()
        return lines


def holds_credential(result: Result) -> bool:
    """Whether the flagged text is a credential by what the tool says of it."""
    return result.kind is _SECRET or not CREDENTIALS.isdisjoint(result.weaknesses)


def _last_line(where: Location) -> int:
    first = where.start_line or 1
    return min(max(where.end_line or first, first), first + _LONGEST_REGION - 1)


def _secret_lines(entries: Iterable[Entry]) -> frozenset[tuple[str, int]]:
    hidden: set[tuple[str, int]] = set()
    for entry in entries:
        where = entry.result.location
        if where is not None and where.start_line is not None and holds_credential(entry.result):
            hidden.update((where.path, line) for line in range(where.start_line, _last_line(where) + 1))
    return frozenset(hidden)
