"""Compare what two reports say of one line where they speak of it by different evidence.

The same tool tells the resource of a misconfiguration in one format and only its place in another one, or shows the
line in one of them alone. So the keys of a report that comes as SARIF from now on may have nothing in common with those
of its JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from aggregator.dedupe.keys.identity import evidence_of
from aggregator.dedupe.keys.kept_secrets import without_seals
from aggregator.dedupe.tracking.ledger import Known
from aggregator.knowledge.rule_names import todays_name
from aggregator.model.location import Location
from aggregator.model.result import IN_FILES, Kind, Result
from aggregator.model.scope import engagement_in

Spot: TypeAlias = tuple[str, str, str, str, int]
"""Tool, examination, the rule under the name that it has today, file and line."""


class SpotsOfScopes:
    """What was known in scopes that vanished, by where it stands.

    Args:
        known: remembered sources.
        told: by which key each of them is compared, side by side.
        left: the tool and scope of those that vanished.
    """

    def __init__(self, known: Iterable[Known], told: Sequence[str], left: AbstractSet[tuple[str, str]]) -> None:
        self._keys: dict[Spot, str] = {}
        for each, key in zip(known, told, strict=True):
            seen = each.sighting
            if (seen.tool, seen.scope) in left and (
                spot := spot_of(each.tracked.kind, seen.tool, seen.scope, seen.rule_id, seen.location)
            ):
                self._keys.setdefault(spot, key)

    def as_then(self, result: Result, key: str) -> str:
        """The key by which a result was known that stands where other evidence told of it; else its own.

        Evidence of one kind that differs is no other way to speak of one thing: two modules may have equal files.
        """
        if not self._keys:
            return key
        spot = spot_of(result.kind, result.tool, result.scope, result.rule_id, result.location)
        then = self._keys.get(spot, key) if spot else key
        return key if evidence_of(then) == evidence_of(key) else then


def evidence_for(keys: Sequence[str]) -> str:
    """By which kind of evidence a source is known; that of secrets comes and goes with the user's key."""
    return evidence_of(next(iter(without_seals(keys)), ""))


def spot_of(kind: Kind, tool: str, scope: str, rule_id: str, location: Location | None) -> Spot | None:
    """Where a source flags a line; ``None`` for what is known by something else than a line."""
    if kind not in IN_FILES or location is None:
        return None
    return tool, engagement_in(scope), todays_name(tool, rule_id), location.path, location.start_line or 1
