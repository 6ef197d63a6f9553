"""What a run would change about known findings: asked for with ``--dry-run``, before a policy changes."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.model.state import State, Tracked


def forecast(before: State | None, outcome: Outcome) -> tuple[str, ...]:
    """Which known findings would be merged, split, reopened, closed or silenced, a sentence each; by id.

    ``before`` is what is remembered; without it there is nothing to change.
    """
    if before is None:
        return ()
    known = {tracked.id: tracked for tracked in before.findings}
    holders = _holders(before)
    findings = sorted(outcome.findings, key=lambda finding: finding.id)
    still = {(sighting.scope, sighting.keys[0], each.id) for each in findings for sighting in each.sightings}
    return tuple(
        sentence
        for finding in findings
        for sentence in (
            *_merged(finding, known),
            *_split(finding, known, holders, still),
            *_changed(finding, known.get(finding.id)),
        )
    )


def _holders(before: State) -> dict[tuple[str, str], str]:
    """Which finding holds each source, by scope and strongest key; a key of several says nothing."""
    holders: dict[tuple[str, str], str] = {}
    for tracked in before.findings:
        for sighting in tracked.sightings:
            key = (sighting.scope, sighting.keys[0])
            holders[key] = "" if holders.get(key, tracked.id) != tracked.id else tracked.id
    return holders


def _merged(finding: Finding, known: dict[str, Tracked]) -> Iterator[str]:
    for alias in finding.aliases:
        if alias in known:
            yield f"{alias} would be merged into {finding.id}, {finding.title}."


def _split(
    finding: Finding,
    known: dict[str, Tracked],
    holders: dict[tuple[str, str], str],
    still: set[tuple[str, str, str]],
) -> Iterator[str]:
    if finding.id in known:
        return
    parts: dict[str, None] = {}
    for sighting in finding.sightings:
        holder = holders.get((sighting.scope, sighting.keys[0]), "")
        if holder and (sighting.scope, sighting.keys[0], holder) not in still:
            parts[holder] = None
    for holder in parts:
        yield f"{finding.id}, {finding.title}, would be split from {holder}."


def _changed(finding: Finding, tracked: Tracked | None) -> Iterator[str]:
    if tracked is None:
        return
    was_silenced = tracked.decision.disposition.silences
    if finding.closed_at is not None:  # an outcome holds only those that are closed in it
        yield f"{finding.id}, {finding.title}, would be closed: {finding.closed_reason}"
    elif tracked.closed_at is not None or (was_silenced and finding.is_open):
        yield f"{finding.id}, {finding.title}, would be reopened."
    elif not was_silenced and not finding.is_open:
        yield f"{finding.id}, {finding.title}, would be silenced: {finding.status.replace('_', ' ')}."
