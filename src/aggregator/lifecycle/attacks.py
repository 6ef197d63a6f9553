"""Scans that attack, and scans that only watch: silence about what attacks find proves something of the first alone.

A report does not say which of the two it is of, nor which rules of an attack ran. What it finds tells, and what reports
of its place have found before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise

from aggregator.knowledge.active_rules import is_active, unless_passive
from aggregator.model.finding import Sighting
from aggregator.model.report import Scan
from aggregator.model.scope import engagement_in
from aggregator.model.state import ScopeRecord, Tracked

MOST_PLACES = 12
"""Of how many places a scope remembers what was found; names of reports with a commit in them have no end."""

_QUIET = "found nothing by attacking it"
_SEPARATOR = "\x1f"
_NUMBER = re.compile(r"\d+")

Shown = Mapping[str, AbstractSet[str]]
"""The rules that found something, by the place of their report."""


def shown_in(record: ScopeRecord) -> Shown:
    """What a scope remembers."""
    shown: dict[str, set[str]] = {}
    for entry in record.active:
        place, _, rule = entry.partition(_SEPARATOR)
        shown.setdefault(place, set()).add(rule)
    return shown


def unproven(scan: Scan, tracked: Tracked, sighting: Sighting, shown: Shown) -> str:
    """Why nobody knows whether the finding's rule ran, in one sentence; empty where it did, or every scan runs it.

    It did where it finds anything, and where it once did in a report of the same place. In a place never heard of, any
    rule that attacks stands for all. What was gone without a trace of an attack before, and came back, wants one.
    """
    found = scan.coverage.active
    if found is None or engagement_in(scan.scope):
        return ""
    rule = unless_passive(scan.tool, sighting.rule_id)
    if not rule or rule in found:
        return ""
    ran = shown.get(_words(scan.place))
    if ran is None or (rule in ran and _came_back(tracked)):
        ran = {rule} if _attacks(scan) else frozenset()
    if rule in ran:
        return ""
    return f"{scan.report} does not show whether {scan.tool}'s rule {sighting.rule_id} ran."


def silence(scan: Scan, sighting: Sighting, path: str) -> str:
    """The proof that a scan of its whole scope found the problem no more."""
    is_quiet = scan.coverage.active is not None and unless_passive(scan.tool, sighting.rule_id) and not _attacks(scan)
    what = _QUIET if is_quiet else "no longer found it"
    return f"{scan.tool} looked at {path or scan.scope} again and {what}."


def with_what_was_found(record: ScopeRecord, scans: Iterable[Scan]) -> tuple[str, ...]:
    """What a scope remembers after this run, its places of now first where there are too many."""
    now = {
        f"{_words(scan.place)}{_SEPARATOR}{rule}" for scan in scans for rule in scan.coverage.active or frozenset[str]()
    }
    if now <= set(record.active):
        return record.active
    places = dict.fromkeys(entry.partition(_SEPARATOR)[0] for entry in (*sorted(now), *record.active))
    kept = set(list(places)[:MOST_PLACES])
    return tuple(sorted(entry for entry in now.union(record.active) if entry.partition(_SEPARATOR)[0] in kept))


def _attacks(scan: Scan) -> bool:
    return any(is_active(scan.tool, rule) for rule in scan.coverage.active or ())


def _came_back(tracked: Tracked) -> bool:
    life = (past for past in tracked.history if past.to in {"absent", "reopened"})
    return any(_QUIET in one.reason and two.to == "reopened" for one, two in pairwise(life))


def _words(place: str) -> str:
    """A report's place but for its numbers: a date or the id of a run."""
    return _NUMBER.sub("#", place)
