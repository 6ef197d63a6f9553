"""What is wrong with a state that was found somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from aggregator.model.errors import StateError
from aggregator.model.overruled import MOST_OVERRULED
from aggregator.model.state import SCHEMA_VERSION, State, Tracked
from aggregator.state.encoding import decode, encode, version_of
from aggregator.state.history import (
    MOST_FRONTIER,
    MOST_RUNS,
    MOST_SIGHTINGS,
    MOST_TICKETS,
    MOST_TRANSITIONS,
)
from aggregator.state.order import place_order

MOST_BYTES_A_FINDING = 1536
"""What a finding may take on average, as bytes of JSON."""
MANY = 100
"""From so many findings on an average says something."""


def mistakes(data: bytes, name: str) -> tuple[str, ...]:
    """Everything that is wrong with a state file, one sentence each; none when it is sound.

    A state of an older schema is sound. The sentences name findings by id and repeat nothing else of the file.
    """
    try:
        state = decode(data, name)
    except StateError as error:
        return (str(error),)
    is_present = version_of(data, name) == SCHEMA_VERSION
    return (
        *(_bytes(data, state) if is_present else ()),
        *_names(state),
        *(said for each in state.findings for said in _dates(each, state.at)),
        *_run_dates(state),
        *_order(state),
        *(said for each in state.findings for said in _bounds(each)),
        *_sizes(state),
    )


def _bytes(data: bytes, state: State) -> Iterator[str]:
    if encode(state) != data:
        yield "It is not as Onefold wrote it: somebody has changed or formatted it."


def _names(state: State) -> Iterator[str]:
    ids = Counter(each.id for each in state.findings)
    yield from (f"The id {name} stands {times} times." for name, times in sorted(ids.items()) if times > 1)
    aliases = Counter(alias for each in state.findings for alias in each.aliases)
    for name, times in sorted(aliases.items()):
        if times > 1:
            yield f"The alias {name} stands {times} times."
        if name in ids:
            yield f"The alias {name} is a finding's own id as well."


def _dates(each: Tracked, at: datetime) -> Iterator[str]:
    if each.first_seen > each.last_seen:
        yield f"{each.id} was last seen before it was first seen."
    for what, moment in (
        ("was last seen", each.last_seen),
        ("was closed", each.closed_at),
        ("came back", each.reopened_at),
        ("was decided", each.decision.decided_at),
        ("changed", max((step.at for step in each.history), default=None)),
    ):
        if moment is not None and moment > at:
            yield f"{each.id} {what} after the state was made."
    if any(one.at > other.at for one, other in zip(each.history, each.history[1:], strict=False)):
        yield f"The history of {each.id} is not in the order of time."


def _run_dates(state: State) -> Iterator[str]:
    if any(record.at > state.at for record in state.runs):
        yield "It has numbers of a run that came after it."
    if any(record.covered_at > state.at for record in state.scopes):
        yield "It has a scope that was looked at after it was made."


def _order(state: State) -> Iterator[str]:
    if list(state.findings) != sorted(state.findings, key=place_order):
        yield "Its findings are not in order."
    if list(state.scopes) != sorted(state.scopes):
        yield "Its scopes are not in order."
    if any(one.at > other.at for one, other in zip(state.runs, state.runs[1:], strict=False)):
        yield "Its runs are not in order."


def _bounds(each: Tracked) -> Iterator[str]:
    for what, count, most in (
        ("lines of history", len(each.history), MOST_TRANSITIONS),
        ("sources", len(each.sightings), MOST_SIGHTINGS),
        ("tickets", len(each.tickets), MOST_TICKETS),
        ("overruled decisions", len(each.decision.overruled), MOST_OVERRULED),
    ):
        if count > most:
            yield f"{each.id} has {count} {what}, and {most} are the most."


def _sizes(state: State) -> Iterator[str]:
    for what, count, most in (
        ("runs", len(state.runs), MOST_RUNS),
        ("states in its frontier", len(state.frontier), MOST_FRONTIER),
    ):
        if count > most:
            yield f"It has {count} {what}, and {most} are the most."
    count = len(state.findings)
    mean = len(encode(state)) // max(count, 1)
    if count >= MANY and mean > MOST_BYTES_A_FINDING:
        yield f"A finding takes {mean} bytes on average, and {MOST_BYTES_A_FINDING} are the most."
