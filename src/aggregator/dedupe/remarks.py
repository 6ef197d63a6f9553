"""What deduplication has to say about itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from aggregator.dedupe.entry import Entry
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.location import Location
from aggregator.model.report import Report

_Row = tuple[str, str, str, Location]
"""Tool, format, rule and place."""
_FEW = 3
"""So many equal rows in two reports are no accident."""


def unknown_id(id_: str) -> Diagnostic:
    """The policy names a finding that is not there."""
    return Diagnostic(
        code="correlation-unknown-id",
        level=Level.WARNING,
        subject=id_,
        reason="The policy pins or splits a finding of this id, and the state knows none.",
        next_step="Correct the id under correlation in the policy, or take the entry out once the finding is gone.",
    )


def pin_refused(where: str) -> Diagnostic:
    """The policy asks for one finding of two subjects."""
    return Diagnostic(
        code="correlation-pin-refused",
        level=Level.WARNING,
        subject=where,
        reason="The policy pins it together with a problem of another kind of subject, which no finding can hold.",
        next_step="Take the pin out of the policy.",
    )


def crowded(name: str) -> Diagnostic:
    """A place held too much to be compared in full."""
    return Diagnostic(
        code="correlation-crowded",
        level=Level.NOTE,
        subject=name,
        reason="So many results lie in one place that not every pair was compared.",
        next_step="Some of them may stand twice; narrow the rules of the tool that reports most of them.",
    )


def told_twice(reports: Iterable[Report], entries: Iterable[Entry]) -> Iterator[Diagnostic]:
    """Tools of which several reports hold the same rows, in files of which nobody knows whether they are the same."""
    scans = {(scan.tool, report.format, scan.scope) for report in reports for scan in report.scans}
    several = {scan for scan, count in Counter((tool, format_) for tool, format_, _ in scans).items() if count > 1}
    if not several:  # by far the most
        return
    scopes: defaultdict[_Row, set[str]] = defaultdict(set)
    for entry in entries:
        row = entry.results[0]
        if row.location is not None and (row.tool, entry.format) in several:
            scopes[row.tool, entry.format, row.rule_id, row.location].add(row.scope)
    rows = Counter(tool for (tool, *_), found in scopes.items() if len(found) > 1)
    for tool, count in sorted(rows.items()):
        if count >= _FEW:
            yield Diagnostic(
                code="correlation-told-twice",
                level=Level.WARNING,
                subject=tool,
                reason=f"{count} of its rows stand in more than one report, with the same rule and place. "
                "They count as often, for files of two folders can have one name.",
                next_step="Give the run the checkout (source-root): what it shows to be one file is counted once.",
            )
