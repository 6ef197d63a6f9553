"""A run's time, held against the time of the state it continues."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import StateError, UsageError
from aggregator.model.moment import whole_seconds
from aggregator.model.state import State

_CLOCKS_DIFFER = timedelta(days=1)
"""By how much a run may be earlier than its state: clocks of machines differ, and so do time zones left out."""


def moment_of(now: datetime, state: State | None) -> datetime:
    """The run's time: never before the state's, so that no finding is last seen before it was first seen."""
    if now.tzinfo is None:
        msg = "The run's time has no time zone."
        raise UsageError(msg, "Pass an aware datetime, for example datetime.now(UTC).")
    try:
        moment = whole_seconds(now)
    except ValueError:
        msg = "The run's time is outside the years 2000 to 2999."
        raise UsageError(msg, "Correct it, or the machine's clock.") from None
    if state is None or moment >= state.at:
        return moment
    if state.at - moment > _CLOCKS_DIFFER:
        reason = (
            f"The state is of {state.at:%Y-%m-%d %H:%M} UTC, and this run of {moment:%Y-%m-%d %H:%M} UTC is earlier."
        )
        raise StateError(reason, "Correct the run's time, or give it an earlier state; nothing was overwritten.")
    return state.at


def clock_behind(now: datetime, state: State | None) -> Iterable[Diagnostic]:
    """A word where the state's time had to be taken."""
    if state is not None and now < state.at:
        reason = "The clock is behind that of the last run, whose time was taken instead."
        yield Diagnostic("clock-behind", Level.NOTE, "state", reason)
