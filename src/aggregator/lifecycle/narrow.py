"""Scans that looked at less than the last one: of changed files only, or of what is new against an older commit.

Such a scan lists the files it read, and in those files too it may leave out what was there before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from aggregator.lifecycle.scopes import ScopeKey
from aggregator.model.coverage import Extent
from aggregator.model.finding import Finding
from aggregator.model.report import Scan
from aggregator.model.state import ScopeRecord, Tracked


def narrow_scopes(
    scans: Mapping[ScopeKey, Iterable[Scan]],
    records: Iterable[ScopeRecord],
    current: Sequence[Finding],
    tracked: Sequence[Tracked],
    gone: frozenset[str],
) -> dict[ScopeKey, tuple[int, int]]:
    """Scopes whose scan passed over files that the last whole scan found something in: how many, and of how many.

    One such file is enough where more of what was known is missing from the files it read than is reported again, and
    more than half of them are in any case.
    """
    read = {key: files for key, group in scans.items() if (files := _files(group)) is not None}
    if not read:
        return {}
    unseen = _unseen_files(read.keys(), records, current, tracked)
    if not unseen:
        return {}
    remembered = {name for each in tracked for name in (each.id, *each.aliases)}
    reported, again = _reported(current, unseen.keys(), remembered)
    narrow: dict[ScopeKey, tuple[int, int]] = {}
    for key, known in sorted(unseen.items()):
        left = known.keys() - read[key] - gone
        held = (known.keys() & read[key]) | reported[key]
        missing = sum(count for path, count in known.items() if path in read[key])
        if left and (len(left) > len(held) or missing > again[key]):
            narrow[key] = (len(left), len(left) + len(held))
    return narrow


def _files(scans: Iterable[Scan]) -> frozenset[str] | None:
    """What the scans of a scope read or began to read; ``None`` when one of them lists no files."""
    read: frozenset[str] = frozenset()
    for scan in scans:
        if scan.coverage.extent is not Extent.LISTED or scan.coverage.paths is None:
            return None
        read |= scan.coverage.paths | scan.coverage.unread
    return read


def _unseen_files(
    keys: Iterable[ScopeKey], records: Iterable[ScopeRecord], current: Iterable[Finding], tracked: Iterable[Tracked]
) -> dict[ScopeKey, Counter[str]]:
    """How much the last whole scan found of what nobody reports now, by scope and file."""
    scopes = frozenset(keys)
    whole = {(record.tool, record.scope): record.covered_at for record in records}
    present = {name for finding in current for name in (finding.id, *finding.aliases)}
    files: defaultdict[ScopeKey, Counter[str]] = defaultdict(Counter)
    for each in tracked:
        if each.closed_at is not None or each.id in present:
            continue
        for sighting in each.sightings:
            key = (sighting.tool, sighting.scope)
            if key in scopes and sighting.location is not None:
                since = whole.get(key)
                if since is None or sighting.last_seen >= since:
                    files[key][sighting.location.path] += 1
    return files


def _reported(
    current: Iterable[Finding], keys: Iterable[ScopeKey], remembered: set[str]
) -> tuple[defaultdict[ScopeKey, set[str]], Counter[ScopeKey]]:
    """Files with results by scope, and how much of what was known each scope reports again."""
    scopes = frozenset(keys)
    files: defaultdict[ScopeKey, set[str]] = defaultdict(set)
    again = Counter[ScopeKey]()
    for finding in current:
        for source in finding.sources:
            key = (source.tool, source.scope)
            if key in scopes and source.location is not None:
                files[key].add(source.location.path)
                if finding.id in remembered:
                    again[key] += 1
    return files, again
