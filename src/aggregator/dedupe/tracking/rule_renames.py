"""Which rules were renamed, told from their findings: one that vanished against one that appeared, or nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping

from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import HIDDEN, Family, Row
from aggregator.model.location import Endpoint, Resource

_MOST_RULES = 200
_SIMILAR, _OFTEN, _NEARLY_ALL, _HALF = 0.5, 3, 0.8, 0.5
_WORDS = re.compile(r"[a-z0-9]+")

_Spots = Mapping[Family, set[Hashable]]
"""Where each rule found something, as what would be the same under another name."""


def follow_renamed_rules(ledger: Ledger) -> None:
    """Let the findings of rules that were renamed be looked for under the new name.

    A rule that vanished and one that appeared in the same tool and scope are one when the tool lists the old name as an
    alias, or when most of what they found stands in the same places and their names are alike; with other names, when
    nearly all of several findings do. Each must be the best partner of the other.
    """
    before = {(seen.tool, seen.scope, seen.rule_id) for seen in (each.sighting for each in ledger.known)}
    now = {ledger.family_of(index) for index in range(len(ledger.entries))}
    gone, come = before - now, now - before
    if not gone or not come or max(len(gone), len(come)) > _MOST_RULES:
        return
    theirs, ours = _old_spots(ledger, gone), _new_spots(ledger, come)
    aliases = _aliases(ledger, come)
    rated = {
        (old, new): (new[2] in aliases and old[2] in aliases[new[2]], *_rating(theirs[old], ours[new], old[2], new[2]))
        for old in theirs
        for new in ours
        if old[:2] == new[:2]
    }
    for old, new in _best_partners({pair: rating for pair, rating in rated.items() if _is_believed(rating)}):
        ledger.rename_rule(old, new)


def match_subjects_of_renamed_rules(ledger: Ledger) -> None:
    """Pair what lies in no file: the same resource or endpoint, under the rule's new name."""
    theirs: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index in ledger.alive(ledger.old):
        tracked, seen = ledger.known[index].tracked, ledger.known[index].sighting
        if not ledger.old_place(index) and (family := ledger.renamed_rules.get((seen.tool, seen.scope, seen.rule_id))):
            theirs[family, tracked.resource, tracked.endpoint].append(index)
    for index in list(ledger.new):
        result = ledger.entries[index].results[0]
        found = theirs.get((ledger.family_of(index), result.resource, result.endpoint), ())
        if len(found) == 1 and found[0] in ledger.old:
            ledger.take(found[0], index, "high", "renamed-rule")


_Rating = tuple[bool, float, float, int]
"""Whether the tool says so, the share of places in common, how alike the names are, and the number of places."""


def _rating(old: set[Hashable], new: set[Hashable], before: str, now: str) -> tuple[float, float, int]:
    common = len(old & new)
    ours, theirs = set(_WORDS.findall(before.lower())), set(_WORDS.findall(now.lower()))
    return common / len(old | new), len(ours & theirs) / (len(ours | theirs) or 1), common


def _is_believed(rating: _Rating) -> bool:
    is_alias, share, alike, common = rating
    if is_alias:
        return True
    return (share >= _HALF and alike >= _SIMILAR) or (share >= _NEARLY_ALL and common >= _OFTEN)


def _best_partners(rated: Mapping[tuple[Family, Family], _Rating]) -> list[tuple[Family, Family]]:
    """The pairs that are the best of both; none where another is as good."""
    ranked = sorted(rated, key=lambda pair: (rated[pair], pair), reverse=True)
    best: dict[tuple[int, Family], tuple[Family, Family]] = {}
    tied: set[tuple[int, Family]] = set()
    for pair in ranked:
        for side in (0, 1):
            first = best.setdefault((side, pair[side]), pair)
            if first != pair and rated[first] == rated[pair]:
                tied.add((side, pair[side]))
    return [
        pair
        for pair in ranked
        if best[0, pair[0]] == best[1, pair[1]] == pair and (0, pair[0]) not in tied and (1, pair[1]) not in tied
    ]


def _aliases(ledger: Ledger, come: set[Family]) -> dict[str, frozenset[str]]:
    """The other names of rules that appeared."""
    return {
        result.rule_id: frozenset(result.rule_aliases)
        for index, result in enumerate(entry.results[0] for entry in ledger.entries)
        if result.rule_aliases and ledger.family_of(index) in come
    }


def _old_spots(ledger: Ledger, gone: set[Family]) -> _Spots:
    spots: defaultdict[Family, set[Hashable]] = defaultdict(set)
    for index in ledger.alive(ledger.old):
        known = ledger.known[index]
        family = (known.sighting.tool, known.sighting.scope, known.sighting.rule_id)
        if family in gone:
            row = ledger.old_row(index) if ledger.old_place(index) else None
            spots[family].update(_spots(row, known.tracked.resource, known.tracked.endpoint))
    return {family: found for family, found in spots.items() if found}


def _new_spots(ledger: Ledger, come: set[Family]) -> _Spots:
    spots: defaultdict[Family, set[Hashable]] = defaultdict(set)
    for index in ledger.new:
        family = ledger.family_of(index)
        if family in come:
            result = ledger.entries[index].results[0]
            row = ledger.new_row(index) if ledger.new_place(index) else None
            spots[family].update(_spots(row, result.resource, result.endpoint))
    return {family: found for family, found in spots.items() if found}


def _spots(row: Row | None, resource: Resource | None, endpoint: Endpoint | None) -> Iterable[Hashable]:
    """The place with the first flagged line where it is known, else with line and columns."""
    if row is None:
        return [(resource, endpoint)] if resource or endpoint else []
    text = row.texts[0] or row.texts[2]
    return [(row.path, text if text and text != HIDDEN else (row.line, row.shape))]
