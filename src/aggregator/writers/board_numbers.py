"""A board in numbers, counted from its rows as the page counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from aggregator.model.finding import Disposition, Standing
from aggregator.model.severity import WORST_FIRST, Severity
from aggregator.writers.board_part import is_open
from aggregator.writers.dashboard_data import Board, BoardRow

_DAY = 86_400
_IN_TIME = frozenset({Standing.WITHIN, Standing.APPROACHING})
_TIMED = _IN_TIME | {Standing.BREACHED}


class Numbers(Struct, frozen=True, kw_only=True):
    """What a board adds up to.

    Attributes:
        standings: open findings by severity and by where their clock stands.
        in_time: open findings with a clock that are not late, of ``timed``.
        closed_in_time: findings that were fixed before they were due, of ``closed_timed``.
        mean_days: days from the clock's start to the closing, on average by severity, of those that were fixed.
        oldest_breach: the open finding that is late for longest; ``None`` when none is.
    """

    open: int
    silenced: int
    closed: int
    standings: dict[Severity, dict[Standing, int]]
    timed: int
    in_time: int
    closed_timed: int
    closed_in_time: int
    mean_days: dict[Severity, float]
    oldest_breach: BoardRow | None


def numbers_of(board: Board) -> Numbers:
    """Count all rows."""
    alive = [each.row for each in board.findings if is_open(each)]
    closed = [each.row for each in board.findings if each.row.closed_at is not None]
    fixed = [row for row in closed if _is_fixed(row)]
    standings = Counter((row.severity, row.standing) for row in alive)
    timed = [row for row in alive if row.standing in _TIMED]
    late = [row for row in timed if row.standing is Standing.BREACHED and row.due_at is not None]
    due = [(row.closed_at, row.due_at) for row in fixed if row.closed_at is not None and row.due_at is not None]
    return Numbers(
        open=len(alive),
        silenced=len(board.findings) - len(alive) - len(closed),
        closed=len(closed),
        standings={
            severity: {standing: standings[severity, standing] for standing in Standing} for severity in WORST_FIRST
        },
        timed=len(timed),
        in_time=sum(row.standing in _IN_TIME for row in timed),
        closed_timed=len(due),
        closed_in_time=sum(at <= limit for at, limit in due),
        mean_days={severity: days for severity in WORST_FIRST for days in _mean_days(fixed, severity)},
        oldest_breach=min(late, key=lambda row: (row.due_at, row.id), default=None),
    )


def _is_fixed(row: BoardRow) -> bool:
    """Whether it was mended: what people had set aside was not, unless they said that it was mitigated."""
    disposition = row.disposition
    return row.clock_start is not None and (not disposition.silences or disposition is Disposition.MITIGATED)


def _mean_days(fixed: Iterable[BoardRow], severity: Severity) -> Sequence[float]:
    """The average, or nothing where there is none."""
    days = [
        (row.closed_at - row.clock_start).total_seconds() / _DAY
        for row in fixed
        if row.severity is severity and row.closed_at is not None and row.clock_start is not None
    ]
    return [round(sum(days) / len(days), 1)] if days else []
