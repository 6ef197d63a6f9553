"""How many reports each scope has, and when it last had all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

from aggregator.model.coverage import Completeness
from aggregator.model.report import Scan
from aggregator.model.state import ScopeRecord

ScopeKey: TypeAlias = tuple[str, str]
"""Tool and scope."""


def reports_of(scans: Iterable[Scan]) -> int:
    """The number of different reports that some scans stand in."""
    return len({scan.report for scan in scans})


def fresh_records(records: Iterable[ScopeRecord], now: datetime, retention_days: int) -> tuple[ScopeRecord, ...]:
    """Records that still count: a scope that has not been whole for so long is taken as it comes."""
    oldest = now - timedelta(days=retention_days)
    return tuple(record for record in records if record.covered_at >= oldest)


def updated_records(records: Iterable[ScopeRecord], scans: Iterable[Scan], now: datetime) -> tuple[ScopeRecord, ...]:
    """The records after this run: renewed where no report failed and none is missing, kept everywhere else."""
    updated = {(record.tool, record.scope): record for record in records}
    grouped: defaultdict[ScopeKey, list[Scan]] = defaultdict(list)
    for scan in scans:
        grouped[scan.tool, scan.scope].append(scan)
    for (tool, scope), group in grouped.items():
        known = updated.get((tool, scope))
        there = reports_of(group)
        failed = any(scan.completeness is Completeness.FAILED for scan in group)
        if not failed and (known is None or there >= known.reports):
            updated[tool, scope] = ScopeRecord(tool, scope, now, there)
    return tuple(sorted(updated.values()))
