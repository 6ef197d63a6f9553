"""``onefold dashboard``: one page from what any number of runs, lines and repositories have left."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aggregator.cli.record_arguments import DashboardCommand
from aggregator.cli.screen import Screen
from aggregator.cli.sources import board_of_records, records
from aggregator.disk import write_whole
from aggregator.model.errors import UsageError
from aggregator.run.exits import Exit
from aggregator.run.words import harmless
from aggregator.writers.board_part import is_open
from aggregator.writers.dashboard_data import Board
from aggregator.writers.summary_cells import many


def make_dashboard(command: DashboardCommand, screen: Screen) -> Exit:
    """Write the page. Raises ``UsageError`` and ``StateError``; then nothing was written."""
    from aggregator.writers.dashboard import render_dashboard  # noqa: PLC0415 - brings the template engine along

    board = board_of_records(records(command.sources, screen), command.source_url)
    put(Path(command.out), render_dashboard(board))
    screen.say(f"{harmless(command.out)}: {told(board)}")
    return Exit.OK


def told(board: Board) -> str:
    """``108 open findings and 12 others of 2 lines``."""
    alive = sum(map(is_open, board.findings))
    lines = len(board.lines)
    open_, others = many(alive, "open finding"), many(len(board.findings) - alive, "other")
    return f"{open_} and {others} of {many(lines, 'line')}"


def put(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a document, whole or not at all. Raises ``UsageError`` when the disk will not have it."""
    try:
        write_whole(path, chunks)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Give a place you may write to.") from None
