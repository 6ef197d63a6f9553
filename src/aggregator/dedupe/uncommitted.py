"""Marks what was found in files that are not the repository's own."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from aggregator.model.finding import Finding, Sighting


def marked(findings: tuple[Finding, ...], uncommitted: AbstractSet[str]) -> tuple[Finding, ...]:
    """The findings; this run's sightings in one of these files say so."""
    return tuple(_marked(each, uncommitted) for each in findings) if uncommitted else findings


def _marked(finding: Finding, uncommitted: AbstractSet[str]) -> Finding:
    seen = {
        (source.tool, source.scope, source.location)
        for source in finding.sources
        if source.location is not None and source.location.path in uncommitted
    }
    if not seen:
        return finding
    return replace(finding, sightings=tuple(_in(each, seen) for each in finding.sightings))


def _in(sighting: Sighting, seen: AbstractSet[tuple[object, ...]]) -> Sighting:
    is_one = (sighting.tool, sighting.scope, sighting.location) in seen
    return replace(sighting, is_uncommitted=True) if is_one else sighting
