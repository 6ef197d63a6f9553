"""``onefold export``: what runs have left as a table, JSON, a report or a bundle of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from aggregator.cli.dashboard import put, told
from aggregator.cli.record_arguments import ExportCommand
from aggregator.cli.screen import Screen
from aggregator.cli.sources import Record, board_of_records, records
from aggregator.run.exits import Exit
from aggregator.run.gather import read_rules
from aggregator.run.rule_papers import rule_papers
from aggregator.run.words import harmless
from aggregator.settings import from_arguments
from aggregator.writers.board_json import render_board
from aggregator.writers.board_tables import findings_table
from aggregator.writers.bundle import Paper
from aggregator.writers.dashboard_data import Board
from aggregator.writers.evidence import render_evidence
from aggregator.writers.report_md import render_report

_RENDER: dict[str, Callable[[Board], Iterable[bytes]]] = {
    "csv": findings_table,
    "json": render_board,
    "report": render_report,
}


def export(command: ExportCommand, screen: Screen) -> Exit:
    """Write the document. Raises ``UsageError`` and ``StateError``; then nothing was written."""
    found = records(command.sources, screen)
    board = board_of_records(found, command.source_url)
    render = _RENDER.get(command.what)
    if render is not None:
        chunks = render(board)
    else:
        settings = from_arguments(command.said)
        papers = rule_papers(settings, read_rules(settings).policy)
        chunks = render_evidence(board, (*_papers(found), *papers))
    put(Path(command.out), chunks)
    screen.say(f"{harmless(command.out)}: {told(board)}")
    return Exit.OK


def _papers(found: Sequence[Record]) -> Iterator[Paper]:
    """The records themselves, numbered in the order of their bytes: a path of this machine is nobody's business."""
    states = sorted({record.content for record in found if record.state is not None})
    reports = sorted({record.content for record in found if record.report is not None})
    yield from (_paper(f"states/{number}.json", "A state, as it was kept.", each) for number, each in _numbered(states))
    yield from (
        _paper(f"findings/{number}.json", "A run's findings, as they were written.", each)
        for number, each in _numbered(reports)
    )


def _numbered(contents: Sequence[bytes]) -> Iterable[tuple[int, bytes]]:
    return enumerate(contents, 1)


def _paper(name: str, what: str, content: bytes) -> Paper:
    return Paper(name, what, partial(_whole, content))


def _whole(content: bytes) -> tuple[bytes, ...]:
    return (content,)
