"""A board from what runs have left: any number of states and of ``findings.json``, of any number of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from aggregator.model.state import Line, State
from aggregator.state import merge_states
from aggregator.writers.board_part import GENERATOR, Part, board
from aggregator.writers.board_published import newest_part, published_part
from aggregator.writers.board_state import NO_CLOCKS, state_part
from aggregator.writers.dashboard_data import Board
from aggregator.writers.published import PublishedReport, PublishedRun


class Remembered(Struct, frozen=True):
    """One state as it was read, and the schema version it was written with."""

    state: State
    version: str


def board_from(
    states: Iterable[Remembered],
    reports: Iterable[PublishedReport],
    source_url: str = "",
    generator: str = GENERATOR,
) -> Board:
    """Everything on one board: the states of a line are merged, and of its documents the latest is taken.

    The order makes no difference. ``source_url`` is as in :func:`aggregator.writers.board_state.state_part`. Raises
    ``ValueError`` when there is neither.
    """
    remembered: defaultdict[Line, list[Remembered]] = defaultdict(list)
    for each in states:
        remembered[each.state.line].append(each)
    told: dict[Line, PublishedReport] = {}
    for report in sorted(reports, key=lambda report: (report.run.at, report.run.id, report.run.attempt)):
        told[_line_of(report.run)] = report
    lines = sorted(remembered.keys() | told.keys())
    return board((_part(remembered.get(line, []), told.get(line), source_url) for line in lines), generator)


def _line_of(run: PublishedRun) -> Line:
    return Line(run.product, run.environment, run.branch, run.state_key)


def _part(states: list[Remembered], report: PublishedReport | None, source_url: str) -> Part:
    """One line, of which there is a state or a document."""
    if report is not None and not states:
        return published_part(report, None, source_url)
    state = merge_states(each.state for each in states) or states[0].state
    has_clocks = all(each.version not in NO_CLOCKS for each in states)
    if report is None:
        return state_part(state, source_url, has_clocks=has_clocks)
    return newest_part(report, state, source_url, has_clocks=has_clocks)
