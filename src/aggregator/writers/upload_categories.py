"""What the Security tab is to show, by category: a projection of the state and not of this scan.

GitHub closes what an upload of a category no longer holds. So a category that a scan observed, at least in part, holds
every finding that is not closed and whose upload identity lies there, seen this time or not; accepted findings too
(they are dismissed through the API; leaving them out would say *fixed*). A category that was not observed is omitted,
because an empty run would close its alerts: only those of a tool that people retired are emptied on purpose. A category
nobody was ever given to is omitted as well. A scope that has another name now keeps its category.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from heapq import nsmallest

from msgspec import Struct

from aggregator.model.coverage import Completeness
from aggregator.model.finding import UploadIdentity
from aggregator.model.outcome import Outcome
from aggregator.model.report import Scan
from aggregator.model.state import ScopeRecord, Tracked
from aggregator.uploads import category_of, driver_of, names_in_categories

MAX_RUNS = 20
"""Runs that GitHub takes in one file."""
MAX_RESULTS = 5000
"""Results that GitHub keeps of one run; which of more it keeps is its own choice, so it never gets more."""


class Category(Struct, frozen=True):
    """One SARIF run: what is shown, in the order of the queue, and how many a limit leaves out."""

    name: str
    driver: str
    shown: tuple[tuple[UploadIdentity, Tracked], ...]
    left_out: int = 0

    def halved(self) -> Category | None:
        """The category with fewer results; ``None`` when there is nothing left to take away.

        Halves of the limit, not the largest number that fits: the cut stays where it is while the file grows and
        shrinks a little.
        """
        limit = MAX_RESULTS
        while limit >= len(self.shown) and limit:
            limit //= 2
        if not limit:
            return None
        return Category(self.name, self.driver, self.shown[:limit], self.left_out + len(self.shown) - limit)


def categories(outcome: Outcome) -> tuple[Category, ...]:
    """Everything that is uploaded, by name; where there are more than one file holds, the oldest come first."""
    observed = observed_scans(outcome)
    known: defaultdict[tuple[str, str], list[tuple[int, str, UploadIdentity, Tracked]]] = defaultdict(list)
    for identity, item in known_uploads(outcome):
        known[identity.category, identity.driver].append((identity.turn, item.id, identity, item))
    order = sorted(known)
    if len(order) > MAX_RUNS:
        order.sort(key=lambda key: min(entry[3].first_seen for entry in known[key]))
    return tuple(_category(key, known[key] if key[0] in observed else []) for key in order)


def known_uploads(outcome: Outcome) -> Iterator[tuple[UploadIdentity, Tracked]]:
    """Every finding that was ever given to one of the categories that are uploaded, closed ones included."""
    observed = observed_scans(outcome)
    retired = {driver_of(tool).lower() for tool in outcome.retired}
    for item in outcome.state.findings:
        identity = item.upload
        if identity is not None and (identity.category in observed or identity.driver.lower() in retired):
            yield identity, item


def _category(key: tuple[str, str], known: list[tuple[int, str, UploadIdentity, Tracked]]) -> Category:
    # Turn, then id: nothing behind the two is ever compared.
    queue = [entry for entry in known if entry[3].closed_at is None]
    shown = tuple((identity, item) for _, _, identity, item in nsmallest(MAX_RESULTS, queue))
    return Category(*key, shown, len(queue) - len(shown))


def observed_scans(outcome: Outcome) -> dict[str, list[Scan]]:
    """The scans of this run that did not fail, by category: that of their scope, by its first name.

    A category that no scope has any more was observed where a finding in it was: it may be in another scope now.
    """
    line, records = outcome.context.line, outcome.state.scopes
    named = names_in_categories(records)
    scopes: defaultdict[tuple[str, str], list[Scan]] = defaultdict(list)
    scans: defaultdict[str, list[Scan]] = defaultdict(list)
    for scan in outcome.scans:
        if scan.completeness is not Completeness.FAILED:
            scopes[_key(scan)].append(scan)
            scans[category_of(line, scan.tool, named.get(_key(scan), scan.scope))].append(scan)
    own = {category_of(line, tool, named.get((tool, scope), scope)) for tool, scope in map(_key, records)}
    moved = _moved(outcome.state.findings, scans.keys() | own, scopes.keys())
    return scans | {name: [scan for key in sorted(found) for scan in scopes[key]] for name, found in moved.items()}


def _key(each: Scan | ScopeRecord) -> tuple[str, str]:
    return each.tool, each.scope


def _moved(
    findings: Iterable[Tracked], told: AbstractSet[str], scopes: AbstractSet[tuple[str, str]]
) -> dict[str, set[tuple[str, str]]]:
    """Of each category but those ``told`` of, the observed scopes of its tool in which its findings are now."""
    moved: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for item in findings:
        identity = item.upload
        if identity is None or identity.category in told:  # by far the most
            continue
        for seen in item.sightings:
            if (seen.tool, seen.scope) in scopes and driver_of(seen.tool) == identity.driver:
                moved[identity.category].add((seen.tool, seen.scope))
    return moved
