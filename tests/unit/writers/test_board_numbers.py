from datetime import timedelta

from aggregator.model.finding import Decision, Disposition, Standing
from aggregator.model.severity import Severity
from aggregator.writers.board_numbers import numbers_of
from aggregator.writers.board_outcome import board_of
from tests.builders import BEFORE, NOW, finding, outcome

LATE, LATER = NOW - timedelta(9), NOW - timedelta(3)


def test_nothing_is_zero() -> None:
    """A board without findings has no clock, no average and nothing that is late."""
    numbers = numbers_of(board_of(outcome()))
    assert (numbers.open, numbers.silenced, numbers.closed, numbers.timed, numbers.closed_timed) == (0, 0, 0, 0, 0)
    assert (numbers.mean_days, numbers.oldest_breach) == ({}, None)
    assert set(numbers.standings[Severity.HIGH].values()) == {0}


def test_clocks_are_counted() -> None:
    """Open findings stand by severity and clock; what is not late is in time, and the oldest breach is named."""
    items = (
        finding(id="late", standing=Standing.BREACHED, due_at=LATE),
        finding(id="later", standing=Standing.BREACHED, due_at=LATER),
        finding(id="soon", standing=Standing.APPROACHING, due_at=NOW, severity=Severity.LOW),
        finding(id="fine", standing=Standing.WITHIN, due_at=NOW),
        finding(id="none", severity=Severity.INFO),
        finding(id="quiet", decision=Decision(Disposition.RISK_ACCEPTED), standing=Standing.PAUSED),
    )
    numbers = numbers_of(board_of(outcome(*items)))
    assert (numbers.open, numbers.silenced, numbers.timed, numbers.in_time) == (5, 1, 4, 2)
    assert numbers.standings[Severity.HIGH][Standing.BREACHED] == 2
    assert numbers.standings[Severity.INFO][Standing.NONE] == 1
    assert numbers.oldest_breach is not None
    assert numbers.oldest_breach.id == "late"


def test_what_was_fixed_is_counted() -> None:
    """The mean time and the share in time are over what was mended; what was set aside is not, mitigated is."""
    ended = BEFORE + timedelta(4)
    accepted, mitigated = Decision(Disposition.RISK_ACCEPTED), Decision(Disposition.MITIGATED)
    items = (
        finding(id="1", closed_at=ended, due_at=ended),
        finding(id="2", closed_at=ended + timedelta(2), due_at=ended, decision=mitigated),
        finding(id="3", closed_at=ended + timedelta(90), due_at=ended, decision=accepted),
        finding(id="4", closed_at=ended, severity=Severity.LOW),
        finding(id="5", closed_at=ended, clock_start=None),
    )
    numbers = numbers_of(board_of(outcome(*items)))
    assert numbers.closed == 5
    assert (numbers.closed_timed, numbers.closed_in_time) == (2, 1)
    assert numbers.mean_days == {Severity.HIGH: 5.0, Severity.LOW: 4.0}
