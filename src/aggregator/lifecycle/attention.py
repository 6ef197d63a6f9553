"""How long something has been silent, counted in days on which anybody looked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from aggregator.model.state import RunRecord

_REST = timedelta(days=14)
"""Of a longer time without a run that read a report only so much counts: who does not look misses nothing."""


def silent_before(runs: Iterable[RunRecord], now: datetime, days: int) -> datetime:
    """The moment before which what was last seen has been silent for ``days``, those counted on which the line rested.

    A tool is no longer waited for when it stayed away while others were run. After a pause of the whole project
    nothing is silent for longer than anything else. What no run is remembered of counts as looked at.
    """
    left, later = timedelta(days=days), now
    for at in sorted({run.at for run in runs if run.looked and run.at < now}, reverse=True):
        counted = min(later - at, _REST)
        if counted >= left:
            break
        left, later = left - counted, at
    return later - left
