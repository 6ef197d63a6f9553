"""A new secret on an old line: no tool that knows no values may carry the old finding on to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from aggregator.dedupe.correlation.correlate import Cluster
from aggregator.dedupe.keys.kept_secrets import kept_secret
from aggregator.dedupe.tracking.cascade import Tracking
from aggregator.model.state import Tracked
from aggregator.normalize.secret_key import key_name_of


def part_changed_secrets(
    clusters: Iterable[Cluster], tracking: Tracking, keys: Sequence[tuple[str, ...]], previous: Iterable[Tracked]
) -> Tracking:
    """Take back matches by which a cluster would carry on a finding whose secret it does not hold.

    One tool shows that the value changed; another, which shows no values, was recognised by the place alone. Whether
    they are one secret only correlation tells, so this comes after it. Nothing is taken back unless both sides hold
    seals of one key of the user's, and none is the same.
    """
    if not any(map(kept_secret, keys)):
        return tracking
    parted = [index for cluster in clusters for index in _parted(cluster, tracking, keys)]
    if not parted:
        return tracking
    matches = {index: match for index, match in tracking.matches.items() if index not in set(parted)}
    left = {id(known.sighting) for known in tracking.unseen}
    left |= {id(tracking.matches[index].known.sighting) for index in parted}
    known = {id(each.sighting): each for each in tracking.unseen}
    known |= {id(match.known.sighting): match.known for match in tracking.matches.values()}
    order = [id(sighting) for tracked in previous for sighting in tracked.sightings]
    return replace(tracking, matches=matches, unseen=tuple(known[each] for each in order if each in left))


def _parted(cluster: Cluster, tracking: Tracking, keys: Sequence[tuple[str, ...]]) -> list[int]:
    held = _by_key(keys[index] for index in cluster.members)
    if not held:
        return []
    return [
        index
        for index in cluster.members
        if (match := tracking.matches.get(index)) is not None
        and _are_others(held, _by_key(sighting.keys for sighting in match.known.tracked.sightings))
    ]


def _by_key(sources: Iterable[Sequence[str]]) -> dict[str, set[str]]:
    """Seals by the name of the key that made them."""
    seals: dict[str, set[str]] = {}
    for keys in sources:
        if sealed := kept_secret(keys):
            seals.setdefault(key_name_of(sealed), set()).add(sealed)
    return seals


def _are_others(held: dict[str, set[str]], remembered: dict[str, set[str]]) -> bool:
    common = held.keys() & remembered.keys()
    return bool(common) and all(held[name].isdisjoint(remembered[name]) for name in common)
