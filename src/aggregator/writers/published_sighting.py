"""The published shape of what is remembered of a finding's sources, the way to it and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from aggregator.model.finding import Finding, Sighting
from aggregator.model.location import Location
from aggregator.model.severity import Severity


class PublishedSighting(Struct, frozen=True, gc=False):
    """A source that earlier runs reported and this one did not; ``last_seen`` is when a report named it last."""

    tool: str
    scope: str
    rule_id: str
    severity: Severity
    path: str
    start_line: int | None
    last_seen: datetime


def publish_sightings(finding: Finding) -> tuple[PublishedSighting, ...]:
    """The remembered sources that are not among this run's, in the order in which they are remembered."""
    if finding.sources and len(finding.sightings) == 1:
        return ()  # by far the most: it is what this run saw
    return tuple(map(_published, _unseen(finding)))


def recall_sighting(item: PublishedSighting) -> Sighting:
    """The remembered source, as far as it is published: without its keys."""
    location = Location(item.path, item.start_line) if item.path else None
    return Sighting(item.tool, item.scope, item.rule_id, item.severity, (), item.last_seen, location)


def _unseen(finding: Finding) -> Iterator[Sighting]:
    seen = {(each.tool, each.scope, each.rule_id, each.location) for each in finding.sources}
    for each in finding.sightings:
        if (each.tool, each.scope, each.rule_id, each.location) not in seen:
            yield each


def _published(each: Sighting) -> PublishedSighting:
    path, line = ("", None) if each.location is None else (each.location.path, each.location.start_line)
    return PublishedSighting(each.tool, each.scope, each.rule_id, each.severity, path, line, each.last_seen)
