"""Follow what several scopes of a tool told into the one that tells it all now, in another format.

Checkov's JSON has a part for each framework, and its SARIF one for all of them. None of the parts is what the whole is,
so no scope has another name; but the lines are the same, and each is spoken of by other evidence.
"""

from __future__ import annotations

from collections import Counter

from aggregator.dedupe.homes import HomesByName
from aggregator.dedupe.tracking.ledger import Known, Ledger
from aggregator.dedupe.tracking.scope_renames import Heard, Scope
from aggregator.dedupe.tracking.spots_of_scopes import Spot, evidence_for, spot_of


def match_joined_scopes(ledger: Ledger, heard: Heard, homes: HomesByName | None) -> tuple[Known, ...]:
    """Pair what stands in one line of a scope that vanished and of one that came, one against one; what was paired.

    Only where at least half of the vanished scope's open findings are there; and where evidence of another kind, or the
    other name of a scope, shows that the one which came tells what another one told.
    """
    scopes = [(entry.results[0].tool, entry.results[0].scope) for entry in ledger.entries]
    known = [(each.sighting.tool, each.sighting.scope) for each in ledger.known]
    came = {scopes[index] for index in ledger.new} - heard.before - heard.earlier.keys() - {*known}
    gone = {known[index] for index in ledger.old} - {*scopes} - heard.now if came else set[Scope]()
    if not gone:  # by far the most
        return ()
    theirs: dict[Spot, list[int]] = {}
    for index in ledger.alive(index for index in ledger.old if known[index] in gone):
        tracked, seen = ledger.known[index].tracked, ledger.known[index].sighting
        if spot := spot_of(tracked.kind, seen.tool, seen.scope, seen.rule_id, seen.location):
            theirs.setdefault(spot, []).append(index)
    ours: dict[Spot, list[int]] = {}
    for index in ledger.new if theirs else ():
        row = ledger.entries[index].results[0]
        if scopes[index] in came and (spot := spot_of(row.kind, row.tool, row.scope, row.rule_id, row.location)):
            ours.setdefault(spot, []).append(index)
    pairs = [
        (old[0], new[0])
        for spot, old in theirs.items()
        if len(old) == len(new := ours.get(spot, [])) == 1 and _share_home(ledger, old[0], new[0], homes)
    ]
    shown = {scopes[new] for old, new in pairs if _is_told_otherwise(ledger, old, new)} | ledger.scopes.keys()
    return _taken(ledger, [(old, new) for old, new in pairs if scopes[new] in shown])


def _share_home(ledger: Ledger, old: int, new: int, homes: HomesByName | None) -> bool:
    return homes is None or homes.of_tracked(ledger.known[old].tracked) == ledger.entries[new].home


def _is_told_otherwise(ledger: Ledger, old: int, new: int) -> bool:
    return evidence_for(ledger.known[old].sighting.keys) != evidence_for(ledger.keys[new])


def _taken(ledger: Ledger, pairs: list[tuple[int, int]]) -> tuple[Known, ...]:
    open_ = Counter(
        (each.sighting.tool, each.sighting.scope) for each in ledger.known if each.tracked.closed_at is None
    )
    scopes = {old: (ledger.known[old].sighting.tool, ledger.known[old].sighting.scope) for old, _ in pairs}
    found = Counter(scopes.values())
    for old, new in pairs:
        if 2 * found[scopes[old]] >= open_[scopes[old]]:
            ledger.take(old, new, "high", "same-line")
    return tuple(ledger.known[old] for old, new in pairs if new in ledger.matches)
