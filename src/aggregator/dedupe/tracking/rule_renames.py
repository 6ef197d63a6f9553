"""Which rules were renamed, told from their findings: one that vanished against one that appeared, or nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import HIDDEN, Family, Row
from aggregator.knowledge.rule_names import todays_name
from aggregator.model.location import Endpoint, Resource

_MOST_RULES = 200
_SIMILAR, _OFTEN, _NEARLY_ALL, _HALF = 0.5, 3, 0.8, 0.5
_WORDS = re.compile(r"[a-z0-9]+")

_Spots = Mapping[Family, set[Hashable]]
"""Where each rule found something, as what would be the same under another name."""


def follow_renamed_rules(ledger: Ledger) -> None:
    """Let the findings of rules that were renamed be looked for under the new name.

    A rule that vanished and one that appeared in the same tool and scope are one when the tool lists the old name as an
    alias, or is known to have called the rule so; or when most of what they found stands in the same places and their
    names are alike; with other names, when nearly all of several findings do, or when all do and the two alone bear a
    title. Each must be the best partner of the other.
    """
    before = {(seen.tool, seen.scope, seen.rule_id) for seen in (each.sighting for each in ledger.known)}
    now = {ledger.family_of(index) for index in range(len(ledger.entries))}
    gone, come = before - now, now - before
    if not gone or not come or max(len(gone), len(come)) > _MOST_RULES:
        return
    theirs, ours = _old_spots(ledger, gone), _new_spots(ledger, come)
    aliases, namesakes = _aliases(ledger, come), _namesakes(ledger)
    rated = {
        (old, new): _rating(
            theirs[old],
            ours[new],
            (old[2], new[2]),
            is_alias=old[2] in aliases.get(new[2], ()) or todays_name(old[0], old[2]) == todays_name(new[0], new[2]),
            is_namesake=(old, new) in namesakes,
        )
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


_Title = tuple[str, str, str]
"""Tool, scope and title."""


class _Rating(NamedTuple):
    """What speaks for two rules being one, the strongest first.

    Attributes:
        is_alias: the tool says so.
        share: of all their places, those in common.
        is_twin: all places are in common, and a title that no third rule bears.
        alike: how alike the names are.
        common: the number of places in common.
    """

    is_alias: bool
    share: float
    is_twin: bool
    alike: float
    common: int


def _rating(
    old: set[Hashable], new: set[Hashable], names: tuple[str, str], *, is_alias: bool, is_namesake: bool
) -> _Rating:
    common = len(old & new)
    theirs, ours = (set(_WORDS.findall(name.lower())) for name in names)
    alike = len(ours & theirs) / (len(ours | theirs) or 1)
    return _Rating(is_alias, common / len(old | new), is_namesake and old == new, alike, common)


def _is_believed(rating: _Rating) -> bool:
    if rating.is_alias or rating.is_twin:
        return True
    return (rating.share >= _HALF and rating.alike >= _SIMILAR) or (
        rating.share >= _NEARLY_ALL and rating.common >= _OFTEN
    )


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


def _namesakes(ledger: Ledger) -> set[tuple[Family, Family]]:
    """An old and a new rule that share a title which no other rule of the tool bears there, then or now."""
    before, now = defaultdict[_Title, set[Family]](set), defaultdict[_Title, set[Family]](set)
    for known in ledger.known:
        tool, scope, rule_id = known.sighting.tool, known.sighting.scope, known.sighting.rule_id
        before[tool, scope, known.tracked.title].add((tool, scope, rule_id))
    for index, entry in enumerate(ledger.entries):
        family = ledger.family_of(index)
        now[family[0], family[1], entry.results[0].title].add(family)
    return {
        (old, new)
        for title in before.keys() & now.keys()
        if len(before[title]) == len(now[title]) == 1
        for old in before[title]
        for new in now[title]
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
