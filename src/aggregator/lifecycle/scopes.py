"""How many reports each scope has, and when it last had all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec.structs import replace

from aggregator.lifecycle.attacks import with_what_was_found
from aggregator.model.coverage import Completeness
from aggregator.model.report import Scan
from aggregator.model.scope import engagement_in
from aggregator.model.state import ScopeRecord

ScopeKey: TypeAlias = tuple[str, str]
"""Tool and scope."""


def reports_of(scans: Iterable[Scan]) -> int:
    """The number of different reports that some scans stand in."""
    return len({scan.report for scan in scans})


def fresh_records(records: Iterable[ScopeRecord], oldest: datetime) -> tuple[ScopeRecord, ...]:
    """Records that still count: a scope that was last whole before ``oldest`` is taken as it comes.

    What was examined once may be examined again much later, and then in whole.
    """
    return tuple(record for record in records if record.covered_at >= oldest or engagement_in(record.scope))


def by_scope(scans: Iterable[Scan]) -> dict[ScopeKey, tuple[Scan, ...]]:
    """The scans of each scope, in canonical order."""
    grouped: defaultdict[ScopeKey, list[Scan]] = defaultdict(list)
    for scan in sorted(scans, key=lambda scan: (scan.tool, scan.scope, scan.report)):
        grouped[scan.tool, scan.scope].append(scan)
    return {key: tuple(group) for key, group in grouped.items()}


def updated_records(
    records: Iterable[ScopeRecord], scans: Mapping[ScopeKey, Sequence[Scan]], narrow: Container[ScopeKey], now: datetime
) -> tuple[ScopeRecord, ...]:
    """The records after this run: renewed where no report failed or is missing and none is narrow, else kept."""
    updated = {(record.tool, record.scope): record for record in records}
    for (tool, scope), group in scans.items():
        known = updated.get((tool, scope))
        there = reports_of(group)
        failed = any(scan.completeness is Completeness.FAILED for scan in group)
        if not failed and (tool, scope) not in narrow and (known is None or there >= known.reports):
            names, active = ((), ()) if known is None else (known.names, known.active)
            known = updated[tool, scope] = ScopeRecord(tool, scope, now, there, names, active)
        if known is not None:
            updated[tool, scope] = replace(known, active=with_what_was_found(known, group))
    return tuple(sorted(updated.values()))
