"""Columns as a tool counts them, told in SARIF's way: 1-based, the end exclusive."""

from __future__ import annotations


def gitleaks_columns(line: int, start: int | None, end: int | None) -> tuple[int | None, int | None]:
    """Gitleaks' columns on ``line``: it counts bytes, one too many on every line but the first, and the end too.

    Its numbers stand the same in its JSON and its SARIF. Zero, ``None`` and negative numbers say nothing.
    """
    shift = 0 if line == 1 else 1
    first = (start or 0) - shift
    last = (end or 0) + 1 - shift
    return first if first > 0 else None, last if end and last > 0 else None
