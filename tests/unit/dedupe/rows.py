"""Rows of one file, for tests."""

from __future__ import annotations

from aggregator.dedupe.tracking.row import Row, rank_rows
from aggregator.model.location import Location


def row(
    line: int,
    rule: str = "r",
    path: str = "a.py",
    *,
    index: int = -1,
    column: int = 1,
    width: int = 5,
    keys: tuple[str, ...] = (),
) -> Row:
    """A row that covers some columns of one line; its number is its line unless it is given."""
    where = Location(path, line, column, line, column + width)
    return Row(line if index < 0 else index, ("Tool", "scope", rule), where, (*keys, "v1:place:0"))


def rows(*lines: int, rule: str = "r", path: str = "a.py", first: int = 0) -> list[Row]:
    """Rows of one rule on these lines, numbered from ``first`` on."""
    found = [row(line, rule, path, index=first + number) for number, line in enumerate(lines)]
    rank_rows(found)
    return found


def rows_at(*spots: tuple[int, int]) -> list[Row]:
    """Rows of one rule at these lines and columns."""
    found = [row(line, index=number, column=column) for number, (line, column) in enumerate(spots)]
    rank_rows(found)
    return found


def lines_of(pairs: list[tuple[Row, Row]]) -> list[tuple[int, int]]:
    """Pairs of rows as lines, in order."""
    return sorted((one.line, two.line) for one, two in pairs)
