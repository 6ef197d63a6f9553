"""A product line as the dashboard shows it: its run, its history and what was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from aggregator.lifecycle.expected import MISSING_REPORT
from aggregator.model.coverage import Completeness
from aggregator.model.finding import Finding
from aggregator.model.state import RunRecord, RunRef, ScopeRecord
from aggregator.writers.dashboard_data import BoardPoint, BoardScan, Look
from aggregator.writers.published import PublishedDiagnostic, PublishedFinding, PublishedScan

Entries = Mapping[tuple[str, str, str], int]
"""How many entries each report holds, by tool, scope and report."""


def points(records: Iterable[RunRecord]) -> tuple[BoardPoint, ...]:
    """The history, oldest first."""
    return tuple(map(_point, records))


def _point(record: RunRecord) -> BoardPoint:
    return BoardPoint(
        run=run_name(record.run),
        at=record.at,
        open=dict(sorted(record.open.items())),
        new=record.new,
        fixed=record.absent,
        reopened=record.reopened,
        approaching=record.approaching,
        breached=record.breached,
        suppressed=record.suppressed,
        mean_days=dict(sorted(record.mean_days.items())),
    )


def run_name(run: RunRef) -> str:
    """The run's id, and what sets it apart from others of that id."""
    attempt = f" attempt {run.attempt}" if run.attempt > 1 else ""
    return f"{run.id}{attempt}" + (f" state {run.serial}" if run.serial > 1 else "")


def entries_of(findings: Iterable[Finding | PublishedFinding]) -> Entries:
    """The entries that were read; each is a source of one finding."""
    return Counter((source.tool, source.scope, source.report) for each in findings for source in each.sources)


def looks(
    scans: Sequence[PublishedScan],
    entries: Entries,
    scopes: Iterable[ScopeRecord],
    diagnostics: Iterable[PublishedDiagnostic],
) -> tuple[BoardScan, ...]:
    """What a run looked at, what people expect and nobody brought, and what only earlier runs looked at."""
    records = {(record.tool, record.scope): record for record in scopes}
    seen = {(scan.tool, scan.scope) for scan in scans}
    found = [_scan(scan, entries, records.get((scan.tool, scan.scope))) for scan in scans]
    found += _missing(diagnostics)
    found += remembered((record for key, record in records.items() if key not in seen), Look.NOT_SCANNED)
    return tuple(sorted(found, key=lambda each: (each.tool, each.scope, each.report)))


def remembered(scopes: Iterable[ScopeRecord], look: Look) -> tuple[BoardScan, ...]:
    """Scopes as a state knows them."""
    return tuple(
        BoardScan(tool=record.tool, scope=record.scope, look=look, covered_at=record.covered_at)
        for record in sorted(scopes)
    )


_LOOKS = {
    Completeness.COMPLETE: Look.COMPLETE,
    Completeness.PARTIAL: Look.PARTIAL,
    Completeness.FAILED: Look.FAILED,
}


def _scan(scan: PublishedScan, entries: Entries, record: ScopeRecord | None) -> BoardScan:
    return BoardScan(
        tool=scan.tool,
        scope=scan.scope,
        look=_LOOKS[scan.completeness],
        covered_at=None if record is None else record.covered_at,
        tool_version=scan.tool_version,
        report=scan.report,
        reason=scan.reason,
        next_step=scan.next_step,
        covered=scan.covered,
        unread=len(scan.unread),
        results=entries.get((scan.tool, scan.scope, scan.report), 0),
        passed=scan.passed,
        manual=scan.manual,
        refused=scan.refused,
    )


def _missing(diagnostics: Iterable[PublishedDiagnostic]) -> Iterator[BoardScan]:
    for each in diagnostics:
        if each.code == MISSING_REPORT:
            tool, _, more = each.subject.partition(" (")
            scope = more.removesuffix(")")
            yield BoardScan(tool=tool, scope=scope, look=Look.MISSING, reason=each.reason, next_step=each.next_step)
