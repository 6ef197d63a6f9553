"""Let another tool carry on a finding: problems the state remembers, and no scan reported, join the correlation.

So a clock survives a change of tool: what the old tool found and the new tool finds in the same place is one problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from aggregator.dedupe.correlation.compatibility import REMEMBERED
from aggregator.dedupe.correlation.correlate import Cluster
from aggregator.dedupe.entry import Entry
from aggregator.dedupe.homes import HomesByName
from aggregator.dedupe.keys.kept_secrets import kept_secret
from aggregator.dedupe.tracking.ledger import Known, Match, Tracking
from aggregator.model.result import Result


def remembered_entries(
    tracking: Tracking, entries: Sequence[Entry], homes: HomesByName | None = None
) -> tuple[list[Known], list[Entry]]:
    """Open findings of which no source was recognised, as entries; none while every entry was recognised."""
    if len(tracking.matches) == len(entries):
        return [], []
    seen = {match.known.tracked.id for match in tracking.matches.values()}
    known = [each for each in tracking.unseen if each.tracked.id not in seen and each.tracked.closed_at is None]
    if homes is None:
        return known, [Entry((_result(each),), REMEMBERED) for each in known]
    return known, [Entry((_result(each),), REMEMBERED, homes.of_tracked(each.tracked)) for each in known]


def adopt(
    clusters: Iterable[Cluster], tracking: Tracking, known: Sequence[Known], count: int
) -> tuple[list[Cluster], Tracking]:
    """Take the remembered entries (indexes from ``count`` on) out of the clusters again.

    A cluster that recognised nothing by itself takes over the remembered finding it agrees with. The remembered source
    was not recognised by that: it stays among the unseen, so that the finding does not close without its tool's word,
    and knows the source again when it is back.
    """
    if not known:
        return list(clusters), tracking
    kept: list[Cluster] = []
    matches = dict(tracking.matches)
    for cluster in clusters:
        real = tuple(index for index in cluster.members if index < count)
        if not real:
            continue
        echoes = [index - count for index in cluster.members if index >= count]
        if echoes and not any(index in matches for index in real):
            matches[real[0]] = Match(known[echoes[0]], "high", "another-tool")
        kept.append(_without_echoes(cluster, real, echoes))
    return kept, replace(tracking, matches=matches)


def _without_echoes(cluster: Cluster, real: tuple[int, ...], echoes: list[int]) -> Cluster:
    if not echoes:
        return cluster
    # Members are in index order and real entries come first, so the real merges are the first ones.
    return Cluster(real, cluster.merges[: len(real) - 1], cluster.runners_up)


def _result(known: Known) -> Result:
    tracked, sighting = known.tracked, known.sighting
    return Result(
        kind=tracked.kind,
        tool=sighting.tool,
        scope=sighting.scope,
        report="",
        pointer="",
        rule_id=sighting.rule_id,
        title=tracked.title,
        severity=sighting.severity,
        weaknesses=tracked.weaknesses,
        vulnerability_ids=tracked.vulnerability_ids,
        location=sighting.location,
        component=tracked.component,
        resource=tracked.resource,
        endpoint=tracked.endpoint,
        secret=kept_secret(sighting.keys),
    )
