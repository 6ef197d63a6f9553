"""A finding's history, its sources and tickets, a line's runs and its frontier, kept within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from aggregator.model.finding import Disposition, Sighting, Transition
from aggregator.model.scope import engagement_in
from aggregator.model.state import RunRecord, Telling, Tracked
from aggregator.model.ticket import Ticket

MOST_TRANSITIONS = 20
MOST_SIGHTINGS = 64
MOST_TICKETS = 64
MOST_RUNS = 400
MOST_FRONTIER = 256
"""More than any line saves while one of its uploads can still be late; 3 kB."""
_MOST_DECIDED = 9
_DECIDED = frozenset(Disposition) - {Disposition.OPEN}
_BEGINNING = datetime.min.replace(tzinfo=UTC)


def bounded(history: Iterable[Transition]) -> tuple[Transition, ...]:
    """In order of time without repetition: the first line, when each decision was first made, and the latest.

    How long a decision may hold counts from the line that tells of it, so that line outlives what happened since.
    """
    ordered = sorted(set(history), key=_when)
    if len(ordered) <= MOST_TRANSITIONS:
        return tuple(ordered)
    decided = {(line.to, line.reason): line for line in reversed(ordered) if line.to in _DECIDED}
    kept = {ordered[0], *sorted(decided.values(), key=_when)[-_MOST_DECIDED:]}
    latest = [line for line in ordered if line not in kept][len(kept) - MOST_TRANSITIONS :]
    return tuple(sorted({*kept, *latest}, key=_when))


def bounded_sightings(sightings: Sequence[Sighting], oldest: datetime) -> tuple[Sighting, ...]:
    """The sources, the primary one first, without those nobody has reported since ``oldest`` while others were.

    Of more than there is room for the latest stay. What was examined once is kept: only its own reports close it.
    """
    kept = [each for each in sightings if each.last_seen >= oldest or engagement_in(each.scope)] or list(sightings)
    if len(kept) <= MOST_SIGHTINGS:
        return tuple(kept)
    places = sorted(range(1, len(kept)), key=lambda place: _worth(kept[place]), reverse=True)
    return (kept[0], *(kept[place] for place in sorted(places[: MOST_SIGHTINGS - 1])))


def _worth(sighting: Sighting) -> tuple[bool, datetime]:
    return bool(engagement_in(sighting.scope)), sighting.last_seen


def bounded_tickets(tickets: Iterable[str]) -> tuple[str, ...]:
    """The tickets in order, each once."""
    return tuple(sorted(set(tickets))[:MOST_TICKETS])


def bounded_runs(runs: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """The latest runs, oldest first; one record for each run and time."""
    ordered = {(record.at, record.run): record for record in sorted(runs, key=_run_order)}
    return tuple(ordered.values())[-MOST_RUNS:]


def bounded_frontier(names: Iterable[str]) -> tuple[str, ...]:
    """The latest names, latest last: stores name what they keep by growing numbers."""
    return tuple(sorted(set(names), key=_number_order)[-MOST_FRONTIER:])


def named_tickets(tickets: Iterable[Ticket], findings: Iterable[Tracked]) -> tuple[Ticket, ...]:
    """What was read last of each ticket that a finding names, by address."""
    named = {ticket for each in findings if each.tickets for ticket in each.tickets}
    latest = {ticket.url: ticket for ticket in sorted(tickets, key=_ticket_order) if ticket.url in named}
    return tuple(latest[url] for url in sorted(latest))


def latest_tellings(told: Iterable[Telling]) -> tuple[Telling, ...]:
    """What was told last on each channel, by channel."""
    latest = {telling.channel: telling for telling in sorted(told)}
    return tuple(latest[channel] for channel in sorted(latest))


def _ticket_order(ticket: Ticket) -> tuple[datetime, bool, tuple[str, ...]]:
    return ticket.seen_at or _BEGINNING, ticket.is_open, ticket.assignees


def _number_order(name: str) -> tuple[int, str]:
    """The order of the numbers, for texts of any length."""
    return len(name), name


def _when(step: Transition) -> tuple[object, ...]:
    return step.at, step.to, step.run, step.reason


def _run_order(record: RunRecord) -> tuple[object, ...]:
    counts, days = sorted(record.open.items()), sorted(record.mean_days.items())
    numbers = record.new, record.absent, record.reopened, record.breached, record.approaching, record.suppressed
    return record.at, record.run, counts, numbers, days, record.follows
