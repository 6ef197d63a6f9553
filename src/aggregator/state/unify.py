"""One finding as several heads remember it.

Every part is chosen by a rule that does not care in which order, or how often, heads are merged: earliest, latest, or
union. What describes the finding as it stands is taken whole from the head with the latest evidence; but what any head
calls a secret is one, and every name of a flaw is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from aggregator.model.finding import Decision, Sighting
from aggregator.model.overruled import MOST_OVERRULED, is_found_anew, rank
from aggregator.model.result import Kind
from aggregator.model.state import Tracked
from aggregator.normalize.vulnerability_ids import best_known_first
from aggregator.state.history import bounded, bounded_tickets

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_text = msgspec.json.Encoder(order="deterministic").encode


def unify(group: list[Tracked]) -> Tracked:
    """One finding out of all that are the same; the one first seen gives its id, the others become aliases."""
    if all(each == group[0] for each in group):
        return group[0]
    first = min(group, key=lambda each: (each.first_seen, each.id))
    names = {name for each in group for name in (each.id, *each.aliases)} - {first.id}
    reopened_at, clock_start = max(((each.reopened_at, each.clock_start) for each in group), key=_clock_order)
    description = max(group, key=_evidence)
    return replace(
        description,
        id=first.id,
        kind=Kind.SECRET if any(each.kind is Kind.SECRET for each in group) else description.kind,
        aliases=tuple(sorted(names)),
        vulnerability_ids=best_known_first(sorted({name for each in group for name in each.vulnerability_ids})),
        first_seen=first.first_seen,
        last_seen=max(each.last_seen for each in group),
        reopened_at=reopened_at,
        clock_start=clock_start,
        sightings=_sightings((sighting for each in group for sighting in each.sightings), description),
        decision=_decision([each.decision for each in group]),
        history=bounded(step for each in group for step in each.history),
        upload=min((each.upload for each in group if each.upload is not None), key=_text, default=None),
        tickets=bounded_tickets(ticket for each in group for ticket in each.tickets),
    )


def _evidence(tracked: Tracked) -> tuple[datetime, bool, bytes, Kind]:
    """How late its evidence is; at one moment *open* outweighs *closed*, and the text settles the rest."""
    at = max(tracked.last_seen, tracked.closed_at or _BEGINNING)
    description = replace(
        tracked,
        id="",
        kind=Kind.SAST,
        aliases=(),
        vulnerability_ids=(),
        first_seen=_BEGINNING,
        last_seen=_BEGINNING,
        reopened_at=None,
        clock_start=_BEGINNING,
        sightings=(),
        decision=Decision(),
        history=(),
        upload=None,
        tickets=(),
    )
    return at, tracked.closed_at is None, _text(description), tracked.kind


def _clock_order(clock: tuple[datetime | None, datetime]) -> tuple[datetime, float]:
    """A clock that was reopened later counts; of equal ones the one that started earlier."""
    reopened_at, clock_start = clock
    return reopened_at or _BEGINNING, -clock_start.timestamp()


def _sightings(sightings: Iterable[Sighting], description: Tracked) -> tuple[Sighting, ...]:
    """The latest of each source; a source is told by its tool, scope, rule and keys.

    The source that the finding is described by goes on speaking for it: it stands first.
    """
    latest = {
        (sighting.tool, sighting.scope, sighting.rule_id, sighting.keys): sighting
        for sighting in sorted(sightings, key=lambda sighting: (sighting.last_seen, sighting.misses, _text(sighting)))
    }
    speaker = description.tool, description.rule_id
    return tuple(
        latest[source]
        for source in sorted(
            latest,
            key=lambda source: ((source[0], source[2]) != speaker, -latest[source].last_seen.timestamp(), source),
        )
    )


def _decision(decisions: Sequence[Decision]) -> Decision:
    """The latest one over what the heads know besides: of each place, what was said there last."""
    alone = [replace(each, overruled=()) for each in decisions]
    decision = max(alone, key=_decision_order)
    latest: dict[str, Decision] = {}
    words = {*alone, *(word for each in decisions for word in each.overruled)}
    for word in words:
        latest[word.origin] = max(word, latest.get(word.origin, word), key=_said_at)
    last = {word for word in words if not is_found_anew(word) and _said_at(word) == _said_at(latest[word.origin])}
    return replace(decision, overruled=tuple(sorted(last - {decision}, key=rank)[:MOST_OVERRULED]))


def _said_at(decision: Decision) -> datetime:
    return decision.decided_at or _BEGINNING


def _decision_order(decision: Decision) -> tuple[bool, datetime, int, bytes]:
    """The latest decision that somebody made; of those made at one moment the strictest."""
    return decision.is_spoken, _said_at(decision), -decision.disposition.strictness, _text(decision)
