"""Scans that failed and reports that are missing, and which of those that failed before are well again."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from aggregator.lifecycle.expected import MISSING_REPORT
from aggregator.model.coverage import Completeness
from aggregator.model.news import Trouble
from aggregator.model.outcome import Outcome
from aggregator.pipeline.intake import UNREADABLE

_SCAN, _REPORT, _FILE = "scan", "report", "file"


def troubles(outcome: Outcome) -> tuple[Trouble, ...]:
    """What failed in this run or should have been there, each once, in the order of their names."""
    found = {trouble.key: trouble for trouble in _found(outcome)}
    return tuple(sorted(found.values(), key=lambda each: (each.name, each.key)))


def _found(outcome: Outcome) -> Iterator[Trouble]:
    failed = [scan for scan in outcome.scans if scan.completeness is Completeness.FAILED]
    for scan in failed:
        yield Trouble(_key(_SCAN, scan.tool, scan.scope), scan.tool)
    told = {scan.report for scan in failed}
    for item in outcome.diagnostics:
        if item.code == MISSING_REPORT:
            yield Trouble(_key(_REPORT, item.subject), item.subject)
        elif item.code == UNREADABLE and item.subject not in told:
            yield Trouble(_key(_FILE, item.subject), item.subject)


def still_failing(keys: frozenset[str], outcome: Outcome) -> frozenset[str]:
    """Those of troubles told before that nothing in this run shows to be over.

    A run that did not look says nothing: a nightly scan that failed has still failed in the runs of the day.
    """
    now = {trouble.key for trouble in _found(outcome)}
    well = {_key(_SCAN, scan.tool, scan.scope) for scan in outcome.scans} - now
    well |= {_key(_FILE, scan.report) for scan in outcome.scans} - now
    if outcome.scans:  # what is expected is expected of every run with reports
        well |= {key for key in keys if key.startswith(f"{_REPORT}-")} - now
    return keys - well


def _key(kind: str, *names: str) -> str:
    return f"{kind}-{sha256(chr(31).join(names).encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
