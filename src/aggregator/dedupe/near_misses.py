"""Near misses: remembered findings that a new one might have been, had the evidence been enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from aggregator.dedupe.entry import in_file
from aggregator.dedupe.tracking.ledger import Known
from aggregator.model.finding import Finding, RunnerUp

_MOST = 3
_Place = tuple[str, str, str]
"""Tool, rule and file."""


def with_near_misses(findings: Sequence[Finding], unseen: Iterable[Known]) -> tuple[Finding, ...]:
    """Tell of every finding that was not recognised which open ones of its rule and file it was not taken for.

    ``unseen`` are the remembered sources that nobody recognised.
    """
    near: dict[_Place, list[RunnerUp]] = {}
    for known in unseen:
        seen = known.sighting
        if known.tracked.closed_at is None and seen.location is not None:
            veto = f"{known.tracked.id} of an earlier run: nothing tells surely that it is the same"
            where = in_file(seen.location)
            place = (seen.tool, seen.rule_id, seen.location.path)
            near.setdefault(place, []).append(RunnerUp(seen.tool, seen.rule_id, where, veto))
    if not near:
        return tuple(findings)
    return tuple([finding if finding.carried else _told(finding, near) for finding in findings])


def _told(finding: Finding, near: Mapping[_Place, list[RunnerUp]]) -> Finding:
    places = {(row.tool, row.rule_id, row.location.path): None for row in finding.sources if row.location is not None}
    missed = [each for place in places for each in near.get(place, ())][:_MOST]
    return replace(finding, runners_up=(*finding.runners_up, *missed)) if missed else finding
