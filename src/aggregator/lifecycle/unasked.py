"""Closings that met a source which the run that closed had not known of."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from aggregator.model.finding import Transition
from aggregator.model.state import State, Tracked


def reopen_unasked(previous: State, now: datetime, run: str) -> State:
    """The state in which a finding is open again when one of its sources was never silent.

    A run asks every source that it knows before it closes. Where runs raced, another one may have known one more: in
    the merged state that source stands beside the closing, and nobody has asked it.
    """
    if not any(_is_unasked(each) for each in previous.findings):
        return previous
    findings = tuple(_opened(each, now, run) if _is_unasked(each) else each for each in previous.findings)
    return replace(previous, findings=findings)


def _is_unasked(tracked: Tracked) -> bool:
    return tracked.closed_at is not None and any(not sighting.misses for sighting in tracked.sightings)


def _opened(tracked: Tracked, now: datetime, run: str) -> Tracked:
    unasked = ", ".join(dict.fromkeys(sighting.tool for sighting in tracked.sightings if not sighting.misses))
    reason = f"It was closed by a run that did not know of {unasked}, which another run had read."
    history = (*tracked.history, Transition(now, "doubted", run, reason))
    return replace(tracked, closed_at=None, closed_reason="", history=history)
