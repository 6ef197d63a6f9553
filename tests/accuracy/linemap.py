"""Where lines went: told by an edit script, or by two diff algorithms as far as they agree."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

Line = tuple[str, int]
"""Path and line, from 1."""

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True)
class LineMap:
    """What became of the lines of one version of a tree.

    Attributes:
        lines: new line by old line; of a line that is not named nothing is known.
        files: new path by old path, for what is said about a whole file.
        gone: old lines that certainly are no more; only an edit script knows.
    """

    lines: Mapping[Line, Line]
    files: Mapping[str, str]
    gone: frozenset[Line] = frozenset()


def agreed(one: LineMap, two: LineMap) -> LineMap:
    """What both say."""
    return LineMap(
        {old: new for old, new in one.lines.items() if two.lines.get(old) == new},
        {old: new for old, new in one.files.items() if two.files.get(old) == new},
    )


def without(told: LineMap, paths: frozenset[str]) -> LineMap:
    """The map without what it says of these old files."""
    lines = {old: new for old, new in told.lines.items() if old[0] not in paths}
    return LineMap(lines, {old: new for old, new in told.files.items() if old not in paths}, told.gone)


def from_git(repository: Path, old: str, new: str, algorithm: str, heights: Mapping[str, int]) -> LineMap:
    """The map that ``git diff`` makes with one of its algorithms; renames must be alike to seven tenths.

    ``heights`` are the numbers of lines of the old files.
    """
    command = ["git", "-c", "core.quotePath=false", "diff", "--no-color", "--no-ext-diff", "--unified=0"]
    command += ["--find-renames=70%", "-l0", f"--diff-algorithm={algorithm}", "--src-prefix=a/", "--dst-prefix=b/"]
    told = subprocess.run([*command, old, new], cwd=repository, capture_output=True, check=True)
    return from_diff(told.stdout.decode("utf-8", "surrogateescape"), heights)


def from_diff(text: str, heights: Mapping[str, int]) -> LineMap:
    """The map of a unified diff without context; files that it does not name are unchanged."""
    diff = _Diff({path: path for path in heights})
    for row in text.split("\n"):
        diff.take(row)
    lines: dict[Line, Line] = {}
    for path, target in diff.files.items():
        for number, place in _unchanged(heights.get(path, 0), diff.hunks.get(path, ())):
            lines[path, number] = (target, place)
    return LineMap(lines, diff.files)


class _Diff:
    """Hunks and renames, row by row."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        self.hunks: dict[str, list[tuple[int, int, int, int]]] = {}
        self._path = ""
        self._body = 0

    def take(self, row: str) -> None:
        if self._body and row[:1] in ("+", "-", "\\"):
            self._body -= row[0] != "\\"
        elif found := _HUNK.match(row):
            first, removed, start, added = (int(group) if group else 1 for group in found.groups())
            self._body = removed + added
            self.hunks.setdefault(self._path, []).append((first, removed, start, added))
        else:
            self._take_head(row)

    def _take_head(self, row: str) -> None:
        if row.startswith("diff --git "):
            self._path, self._body = _named(row), 0
        elif row.startswith("rename from "):
            self._path = row.removeprefix("rename from ")
        elif row.startswith("rename to "):
            self.files[self._path] = row.removeprefix("rename to ")
        elif row.startswith(("deleted file mode", "Binary files ")):
            self.files.pop(self._path, None)


def _named(row: str) -> str:
    """The old path of ``diff --git a/x b/x``; renames say theirs in rows of their own."""
    rest = row.removeprefix("diff --git ")
    return rest[2 : 2 + (len(rest) - 5) // 2]


def _unchanged(height: int, hunks: Iterable[tuple[int, int, int, int]]) -> Iterable[tuple[int, int]]:
    at, shift = 1, 0
    for first, removed, start, added in hunks:
        top = first if removed else first + 1  # an empty side is named by the line before it
        yield from ((number, number + shift) for number in range(at, top))
        at = top + removed
        shift = (start + added if added else start + 1) - at
    yield from ((number, number + shift) for number in range(at, height + 1))
