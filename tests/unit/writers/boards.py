"""What the tests of boards share: the numbers of a board's rows, to be held against a run's own totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from aggregator.model.finding import Baseline, Observation, Standing
from aggregator.model.outcome import Totals
from aggregator.model.severity import Severity
from aggregator.writers.board_part import is_open
from aggregator.writers.dashboard_data import Board


def numbers(board: Board) -> Mapping[str, Any]:
    """The numbers that a page counts from its rows, named as the totals name them."""
    alive = [each.row for each in board.findings if is_open(each)]
    at = board.generated_at
    back = [row for row in alive if row.reopened_at == at]
    baselines = Counter(row.baseline for row in alive if row not in back)
    standings = Counter(row.standing for row in alive)
    observations = Counter(row.observation for row in alive)
    return {
        "open": len(alive),
        "new": baselines[Baseline.NEW],
        "unchanged": baselines[Baseline.UNCHANGED],
        "updated": baselines[Baseline.UPDATED],
        "reopened": len(back),
        "absent": sum(each.row.baseline is Baseline.ABSENT for each in board.findings),
        "not_covered": observations[Observation.NOT_COVERED],
        "held": observations[Observation.HELD],
        "approaching": standings[Standing.APPROACHING],
        "breached": standings[Standing.BREACHED],
        "by_severity": {level.value: sum(row.severity is level for row in alive) for level in Severity},
        "by_tool": dict(Counter(tool for row in alive for tool in row.tools)),
    }


def expected(totals: Totals) -> Mapping[str, Any]:
    """The same numbers as the run says them."""
    names = ("open", "new", "unchanged", "updated", "reopened", "absent", "not_covered", "held", "approaching")
    told = {name: getattr(totals, name) for name in (*names, "breached", "by_tool")}
    return told | {"by_severity": {level.value: totals.by_severity.get(level.value, 0) for level in Severity}}
