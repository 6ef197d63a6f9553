"""Findings as rows that stand in columns, however wide the terminal is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap

from msgspec import Struct

from aggregator.model.finding import Finding
from aggregator.run.words import cut, harmless
from aggregator.writers.places import short_place

SEVERITY = 8
NARROW = 100
"""Below this many columns a row leaves out the tools."""

_GAP = "  "
_TOOLS = 24
_TITLE = 20


class Row(Struct, frozen=True):
    """One finding's cells, harmless for a log; ``why`` is shown below it."""

    finding: Finding
    title: str
    place: str
    tools: str
    why: str = ""


def row_of(finding: Finding, why: str = "") -> Row:
    """The cells of one finding."""
    tools = ", ".join(sorted({finding.tool, *(sighting.tool for sighting in finding.sightings)}))
    return Row(finding, _cell(finding.title) or "Untitled", _cell(short_place(finding)), _cell(tools), why)


def _cell(text: str) -> str:
    return harmless(cut(text, 400))


class Columns(Struct, frozen=True):
    """How wide the cells are; the title takes what the others leave."""

    title: int
    place: int
    tools: int

    def line(self, row: Row) -> str:
        """The cells after the severity as one line."""
        cells = [row.finding.id, f"{cut(row.title, self.title):<{self.title}}"]
        if self.place:
            cells.append(f"{cut_start(row.place, self.place):<{self.place}}")
        if self.tools:
            cells.append(cut(row.tools, self.tools))
        return _GAP.join(cells).rstrip()


def fit(rows: Sequence[Row], width: int) -> Columns:
    """Columns for these rows within ``width`` characters, as far as a title of 20 allows."""
    id_ = max(len(row.finding.id) for row in rows)
    room = width - 2 * len(_GAP) - SEVERITY - id_
    tools = min(_TOOLS, max(len(row.tools) for row in rows)) if width >= NARROW else 0
    room -= tools + len(_GAP) if tools else 0
    place = min(room * 2 // 5, max(len(row.place) for row in rows))
    room -= place + len(_GAP)
    title = min(max(room - len(_GAP), _TITLE), max(len(row.title) for row in rows))
    return Columns(title, place, tools)


def cut_start(text: str, limit: int) -> str:
    """At most ``limit`` characters of a place, whose end says more than its start."""
    return text if len(text) <= limit else f"...{text[len(text) - limit + 3 :]}"


def paragraph(text: str, width: int, indent: str, lines: int = 3) -> Iterable[str]:
    """A sentence wrapped below its row, at most so many lines."""
    wrapped = wrap(harmless(" ".join(text.split())), width - len(indent), break_on_hyphens=False)
    if len(wrapped) > lines:
        wrapped = [*wrapped[: lines - 1], cut(f"{wrapped[lines - 1]} ...", width - len(indent))]
    return (f"{indent}{line}" for line in wrapped)
