"""The table of what was followed, and what of it is not good enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.accuracy.tracking_score import NOTHING, Score

GENERATED, RELEASES = "edited trees", "releases"
_ROW = "{:<34} {:<9} {:<12} {:>10} {:>8} {:>7} {:>6} {:>6} {:>7}"


class Cell(NamedTuple):
    """What a score is about."""

    source: str
    tool: str
    mode: str


Scores = dict[Cell, Score]


def kind_of(source: str) -> str:
    """Whether an edit script or a diff told the truth."""
    return GENERATED if ":" in source else RELEASES


def summed(scores: Mapping[Cell, Score]) -> Scores:
    """By kind of source and tool."""
    sums: Scores = {}
    for cell, score in scores.items():
        for tool in (cell.tool, "all"):
            key = Cell(kind_of(cell.source), tool, cell.mode)
            sums[key] = sums.get(key, NOTHING) + score
    return sums


def table(scores: Mapping[Cell, Score]) -> Iterator[str]:
    """The rows, by mode, source and tool."""
    yield _ROW.format("source", "tool", "mode", "persisting", "correct", "%", "wrong", "lost", "stolen")
    for cell in sorted(scores, key=lambda cell: (cell.mode, cell.source, cell.tool)):
        score = scores[cell]
        share = f"{100 * score.correct / score.persisting:.2f}" if score.persisting else "-"
        counts = (score.persisting, score.correct, share, score.wrong, score.lost, score.stolen)
        yield _ROW.format(*cell, *counts)


def complaints(scores: Mapping[Cell, Score], with_text: frozenset[str]) -> Iterator[str]:
    """Every tool that falls short on a kind of source; ``with_text`` are the tools whose reports carry snippets."""
    asked = {cell: score for cell, score in scores.items() if not _is_beyond_knowing(cell)}
    for cell, score in sorted(summed(asked).items()):
        wanted = _wanted(cell, with_text)
        if wanted is None or not score.persisting or cell.tool == "all":
            continue
        if score.correct < wanted * score.persisting:
            share = 100 * score.correct / score.persisting
            yield f"{cell.source}, {cell.tool}, {cell.mode}: {share:.2f} % followed, {100 * wanted:.1f} wanted"
        if score.wrong or score.stolen:
            yield f"{cell.source}, {cell.tool}, {cell.mode}: {score.wrong} wrong and {score.stolen} stolen, 0 wanted"


def _is_beyond_knowing(cell: Cell) -> bool:
    """A copy on the very lines of the first one, and nothing but the report: they look the same to anybody."""
    return cell.mode == "no checkout" and cell.source.endswith("copy_above")


def _wanted(cell: Cell, with_text: frozenset[str]) -> float | None:
    if cell.mode in ("history", "checkout"):
        return 0.995
    if cell.mode == "no checkout":
        return 0.99 if cell.tool in with_text else 0.93
    return None
