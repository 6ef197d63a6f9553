"""Give every cluster its identity: carried from the state where it was recognised, minted once where it is new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b

from msgspec import Struct
from msgspec.structs import replace

from aggregator.dedupe.correlation.correlate import Cluster
from aggregator.dedupe.described import as_it_was_known, component_of, kind_of, with_unseen
from aggregator.dedupe.entry import Entry, in_file, where_of
from aggregator.dedupe.tracking.ledger import Match, Tracking
from aggregator.model.finding import Carried, Finding, Merge, Sighting
from aggregator.model.result import Result
from aggregator.model.scope import engagement_in
from aggregator.model.severity import Severity
from aggregator.model.state import Tracked
from aggregator.normalize.text import spoken
from aggregator.normalize.vulnerability_ids import best_known_first

_BLANK = blake2b(digest_size=6)  # 48 bits; a collision is seen and counted up


class Named(Struct, frozen=True, gc=False):
    """An entry with what tracking knows of it."""

    entry: Entry
    keys: tuple[str, ...]
    match: Match | None


def identify(
    entries: Sequence[Entry],
    keys: Sequence[tuple[str, ...]],
    tracking: Tracking,
    clusters: Iterable[Cluster],
    previous: Iterable[Tracked],
    product: str,
    now: datetime,
) -> tuple[Finding, ...]:
    """Turn clusters into findings with ids, aliases and sightings; dates and dispositions come later.

    An id is minted from the product and the strongest key and never looked at again: from then on it is carried. Two
    clusters that claim one remembered finding: the one that holds its primary source keeps the id, unless that source
    had fallen silent; the other is parted from it, and gets back the id that it had before they became one. One cluster
    that recognises several: the finding first seen survives, the other ids become its aliases.
    """
    matches = tracking.matches
    groups = [[Named(entries[i], keys[i], matches.get(i)) for i in each.members] for each in clusters]
    owners = _owners(groups) if matches else {}
    mint = _Mint(product, {id_ for each in previous for id_ in (each.id, *each.aliases)})
    left: dict[str, list[Sighting]] = {}
    for known in (*tracking.unseen, *tracking.kept):
        left.setdefault(known.tracked.id, []).append(known.sighting)
    findings = []
    for number, (cluster, group) in enumerate(zip(clusters, groups, strict=True)):
        absorbed = _absorbed(group, owners, number) if owners else []
        whole = None if absorbed or not owners else _whole(group)
        id_ = absorbed[0].id if absorbed else mint.id_for(group[0], () if whole is None else whole.aliases)
        finding = _finding(id_, group, cluster, absorbed, left, now)
        findings.append(finding if whole is None else replace(finding, parted_from=whole.id))
    return _without_returned(findings)


def _whole(group: list[Named]) -> Tracked | None:
    """The remembered finding that a cluster was a part of and that another one carries on; mostly none."""
    found = [named.match.known.tracked for named in group if named.match is not None]
    return min(found, key=_seniority, default=None)


def _without_returned(findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings, without aliases that are an id of its own again."""
    returned = {finding.id for finding in findings if finding.parted_from}
    if not returned:
        return tuple(findings)
    return tuple(
        replace(each, aliases=tuple(alias for alias in each.aliases if alias not in returned)) for each in findings
    )


def _owners(groups: list[list[Named]]) -> dict[str, int]:
    """Which cluster keeps each remembered id: a source that had fallen silent gives way to one that spoke."""
    owners: dict[str, tuple[bool, bool, int]] = {}
    for number, group in enumerate(groups):
        for named in group:
            if named.match is None:
                continue
            tracked, sighting = named.match.known.tracked, named.match.known.sighting
            claim = (sighting.misses > 0, sighting is not tracked.sightings[0], number)
            if tracked.id not in owners or claim < owners[tracked.id]:
                owners[tracked.id] = claim
    return {id_: number for id_, (*_, number) in owners.items()}


def _absorbed(group: list[Named], owners: dict[str, int], number: int) -> list[Tracked]:
    """The remembered findings this cluster carries on, the survivor first."""
    found = {
        named.match.known.tracked.id: named.match.known.tracked
        for named in group
        if named.match is not None and owners[named.match.known.tracked.id] == number
    }
    return sorted(found.values(), key=_seniority) if len(found) > 1 else list(found.values())


def _seniority(tracked: Tracked) -> tuple[bool, datetime, str]:
    return (tracked.closed_at is not None, tracked.first_seen, tracked.id)


class _Mint:
    """Makes fresh ids: deterministic, and told apart from their equals by counting, in canonical order."""

    def __init__(self, product: str, taken: set[str]) -> None:
        self._product = product
        self._taken = taken
        self._returned: set[str] = set()
        self._counts: dict[str, int] = {}

    def id_for(self, named: Named, free: Collection[str] = ()) -> str:
        """An id nobody has, or a ``free`` one. Equals go on counting where the last stopped: there may be 20 000."""
        row = named.entry.results[0]
        # What was examined once has ids of its own: the pipeline may mint in another run at the same time.
        once = engagement_in(row.scope)
        seed = "\x1f".join(
            (self._product, row.kind, named.keys[0], once) if once else (self._product, row.kind, named.keys[0])
        )
        id_ = _hashed(f"{seed}\x1f0")
        while id_ in self._taken and (id_ not in free or id_ in self._returned):
            count = self._counts[seed] = self._counts.get(seed, 0) + 1
            id_ = _hashed(f"{seed}\x1f{count}")
        if id_ in self._taken:
            self._returned.add(id_)
        self._taken.add(id_)
        return id_


def _hashed(text: str) -> str:
    digest = _BLANK.copy()  # in half the time of a new one
    digest.update(text.encode("utf-8", "surrogatepass"))
    return f"F-{digest.hexdigest()}"


def _finding(
    id_: str,
    group: list[Named],
    cluster: Cluster,
    absorbed: list[Tracked],
    left: dict[str, list[Sighting]],
    now: datetime,
) -> Finding:
    if len(group) > 1:
        group = _primary_first(group, absorbed)
    aliases, carried = (_aliases(id_, absorbed), _carried(group)) if absorbed else ((), ())
    if len(group) == len(group[0].entry.results) == 1:  # by far the most
        finding = _of_one(id_, group[0], cluster, aliases, carried, now)
    else:
        finding = _of_many(id_, group, cluster, aliases, carried, now)
    if not absorbed:
        return finding
    unseen = [sighting for each in absorbed for sighting in left.get(each.id, ())]
    whole = with_unseen(finding, unseen, absorbed[0]) if unseen else finding
    matched = (named.match.known.sighting for named in group if named.match is not None)
    return as_it_was_known(whole, absorbed, matched, unseen)


# By position, in the order of the fields: thirty names cost msgspec ten times as much as thirty places.
def _of_one(
    id_: str,
    named: Named,
    cluster: Cluster,
    aliases: tuple[str, ...],
    carried: tuple[Carried, ...],
    now: datetime,
) -> Finding:
    row = named.entry.results[0]
    return Finding(
        id_,
        row.kind,
        spoken(row.title, row.rule_id),
        row.severity,
        row.rule_id,
        row.tool,
        aliases,
        row.weaknesses,
        row.vulnerability_ids,
        row.location,
        row.component,
        row.resource,
        row.endpoint,
        named.entry.results,
        (_sighting(named, now),),
        cluster.merges,
        cluster.runners_up,
        carried,
    )


def _of_many(
    id_: str,
    group: list[Named],
    cluster: Cluster,
    aliases: tuple[str, ...],
    carried: tuple[Carried, ...],
    now: datetime,
) -> Finding:
    first = group[0].entry.results[0]
    sources = tuple([row for named in group for row in named.entry.results])
    return Finding(
        id_,
        kind_of(sources),
        spoken(first.title, first.rule_id),
        _worst(sources),
        first.rule_id,
        first.tool,
        aliases,
        tuple(dict.fromkeys(number for source in sources for number in source.weaknesses)),
        best_known_first(name for source in sources for name in source.vulnerability_ids),
        first.location,
        component_of(sources),
        first.resource,
        first.endpoint,
        sources,
        tuple([_sighting(each, now) for each in group]),
        _repeats(group) + cluster.merges,
        cluster.runners_up,
        carried,
    )


def _aliases(id_: str, absorbed: list[Tracked]) -> tuple[str, ...]:
    return tuple(sorted({alias for each in absorbed for alias in (each.id, *each.aliases)} - {id_}))


def _primary_first(group: list[Named], absorbed: list[Tracked]) -> list[Named]:
    """The source that spoke for the finding last time goes on speaking for it; at first, one whose title is prose."""
    if not absorbed:
        return sorted(group, key=lambda named: " " not in named.entry.result.title)
    primary = absorbed[0].sightings[0]
    return sorted(group, key=lambda named: named.match is None or named.match.known.sighting is not primary)


def _repeats(group: list[Named]) -> tuple[Merge, ...]:
    """A record for each row that its own scan repeats."""
    return tuple(
        Merge(row.tool, row.rule_id, "certain", "same-rule-same-subject", (where_of(row),))
        for named in group
        for row in named.entry.results[1:]
    )


def _sighting(named: Named, now: datetime) -> Sighting:
    result = named.entry.results[0]
    return Sighting(result.tool, result.scope, result.rule_id, result.severity, named.keys, now, result.location)


def _carried(group: list[Named]) -> tuple[Carried, ...]:
    return tuple([_carry(named.entry.results[0], named.match) for named in group if named.match is not None])


def _carry(result: Result, match: Match) -> Carried:
    """How the source was recognised, and what of it was different then."""
    sighting = match.known.sighting
    if sighting.location == result.location and sighting.rule_id == result.rule_id:  # by far the most
        return Carried(result.tool, result.rule_id, match.tier, match.key)
    then = []
    if sighting.rule_id != result.rule_id:
        then.append(f"then rule {sighting.rule_id}")
    if sighting.location is not None and sighting.location != result.location:
        then.append(f"then at {in_file(sighting.location)}")
    return Carried(result.tool, result.rule_id, match.tier, match.key, tuple(then))


def _worst(sources: tuple[Result, ...]) -> Severity:
    return max((source.severity for source in sources), key=lambda severity: severity.rank)
