"""Where two results are in a file, compared."""

from __future__ import annotations

from aggregator.model.location import Location
from aggregator.model.result import Result

_LINE = 1000
"""What a line counts beside a column."""


def regions_meet(a: Location, b: Location) -> bool:
    """Whether the lines overlap and, on one shared line with columns on both sides, the columns too."""
    if a.path != b.path:
        return False
    if a.start_line is None or b.start_line is None:
        return a.start_line is b.start_line
    a_end, b_end = a.end_line or a.start_line, b.end_line or b.start_line
    if a.start_line > b_end or b.start_line > a_end:
        return False
    if not a.start_line == b.start_line == a_end == b_end:
        return True
    if a.start_column is None or b.start_column is None or a.end_column is None or b.end_column is None:
        return True
    return a.start_column <= b.end_column and b.start_column <= a.end_column


def is_whole_file(a: Location, b: Location) -> bool:
    """Whether one names the file only and the other its first line, as Trivy's SARIF does where its JSON has none."""
    return a.path == b.path and {a.start_line, b.start_line} == {None, 1}


def are_close(a: Location, b: Location, lines: int) -> bool:
    """Whether at most so many lines lie from one region to the other, in one file; both must name a line."""
    if a.path != b.path or a.start_line is None or b.start_line is None:
        return False
    return lines_between(a, b) <= lines


def lines_between(a: Location, b: Location) -> int:
    """How many lines lie from one region to the other; 0 when they overlap or one has no line."""
    if a.start_line is None or b.start_line is None:
        return 0
    a_end, b_end = a.end_line or a.start_line, b.end_line or b.start_line
    return max(0, a.start_line - b_end, b.start_line - a_end)


def misfit(a: Location, b: Location) -> int:
    """How far two regions are from being the same: by lines first, on one line by columns; 0 where none are known."""
    if a.start_line is None or b.start_line is None:
        return 0
    a_end, b_end = a.end_line or a.start_line, b.end_line or b.start_line
    lines = abs(a.start_line - b.start_line) + abs(a_end - b_end)
    if lines or a.start_column is None or b.start_column is None or a.end_column is None or b.end_column is None:
        return lines * _LINE
    return min(abs(a.start_column - b.start_column) + abs(a.end_column - b.end_column), _LINE - 1)


def lines_of(where: Location | None) -> int:
    """How many lines a region has; 0 where no line is known."""
    if where is None or where.start_line is None:
        return 0
    return (where.end_line or where.start_line) - where.start_line + 1


def start_of(result: Result) -> int | None:
    """The first line of a result's region."""
    return result.location.start_line if result.location is not None else None


def place_inputs(a: Result, b: Result) -> tuple[str, ...]:
    """The place as a merge record tells it."""
    path = a.location.path if a.location is not None else ""
    return (f"path {path}", f"lines {_span(a.location)} and {_span(b.location)}")


def _span(where: Location | None) -> str:
    if where is None or where.start_line is None:
        return "unknown"
    return f"{where.start_line}-{where.end_line or where.start_line}"
