"""What came of reading the reports, made ready for the stages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.overruled import words_in
from aggregator.model.report import ReadFailure, Report, Scan
from aggregator.model.state import State
from aggregator.model.statement import Statement, Statements
from aggregator.normalize.redaction import redact_report
from aggregator.normalize.secret_patterns import MASK
from aggregator.normalize.secrets import Redactor
from aggregator.policy import ExceptionRule

_MOST_MASKS = 3
"""A reason with more masked values is compared with no other: that would take long."""
IGNORED = "file-ignored"
"""The code of the diagnostic for a file of a searched folder that is no report."""
UNOPENED = "file-unopened"
"""The code of the one for a link or the like in a searched folder: nobody looked into it."""
UNREADABLE = "report-unreadable"
"""The code of the one for a report that is missing or that cannot be used."""


def paths_named(reports: Iterable[Report | ReadFailure], state: State | None = None) -> tuple[str, ...]:
    """The repository files whose text helps to tell findings apart, and whose absence explains a silence. Sorted."""
    paths = {
        result.location.path
        for report in reports
        if isinstance(report, Report)
        for scan in report.scans
        for result in scan.results
        if result.location is not None
    }
    for tracked in state.findings if state else ():
        paths.update(sighting.location.path for sighting in tracked.sightings if sighting.location is not None)
    return tuple(sorted(paths))


def redacted(
    reports: Iterable[Report | ReadFailure],
) -> tuple[Redactor, tuple[Report, ...], tuple[ReadFailure, ...]]:
    """Mask every secret that any report gives away in all of them, and put both kinds in canonical order."""
    reports = tuple(reports)
    readable = [report for report in reports if isinstance(report, Report)]
    redactor = Redactor.of(readable)
    readable.sort(key=lambda report: (report.place, report.name, report.format))
    failures = [report for report in reports if isinstance(report, ReadFailure)]
    failures.sort(key=lambda failure: (failure.place, failure.name))
    return redactor, tuple(redact_report(report, redactor) for report in readable), tuple(failures)


def redacted_exceptions(rules: Iterable[ExceptionRule], masked: Callable[[str], str]) -> tuple[ExceptionRule, ...]:
    """People's reasons without secrets: "the key ... is a test's" is shown wherever the finding is."""
    return tuple(rule if (reason := masked(rule.reason)) == rule.reason else rule.reworded(reason) for rule in rules)


def redacted_statements(statements: Statements, masked: Callable[[str], str]) -> Statements:
    """As :func:`redacted_exceptions`, for what people said elsewhere."""
    return replace(statements, said=tuple(_redacted_statement(each, masked) for each in statements.said))


def _redacted_statement(statement: Statement, masked: Callable[[str], str]) -> Statement:
    decision = statement.decision
    return replace(statement, decision=replace(decision, reason=masked(decision.reason)))


def masked_reasons(redactor: Redactor, state: State | None) -> Callable[[str], str]:
    """What masks a reason: the run's secrets, and those that a run before knew, when it masked the same reason.

    A run without the scanner does not know the value; what it stands in has been masked once, and stays so.
    """
    remembered = state.findings if state else ()
    reasons = {word.reason for each in remembered for word in words_in(each.decision)}
    known = sorted(reason for reason in reasons if 0 < reason.count(MASK) <= _MOST_MASKS)
    patterns = [re.compile(".+".join(map(re.escape, reason.split(MASK))), re.DOTALL) for reason in known]

    def masked(reason: str) -> str:
        text = redactor.redact_text(reason)
        before = (reason for reason, pattern in zip(known, patterns, strict=True) if pattern.fullmatch(text))
        return next(before, text)

    return masked


def failed_scans(failures: Sequence[ReadFailure]) -> Iterable[Scan]:
    """A report that cannot be read, and whose tool is known, is a scan that covered nothing."""
    return (
        Scan(
            tool=failure.tool,
            scope=failure.place,
            report=failure.name,
            completeness=Completeness.FAILED,
            reason=failure.reason,
            next_step=failure.next_step,
            coverage=Coverage(extent=Extent.UNKNOWN),
        )
        for failure in failures
        if failure.tool
    )


def unread(failure: ReadFailure) -> Diagnostic:
    """What to say about a file that is no usable report."""
    return Diagnostic(
        code=UNOPENED if failure.unopened else IGNORED if failure.ignored else UNREADABLE,
        level=Level.NOTE if failure.ignored else Level.ERROR,
        subject=failure.name,
        reason=failure.reason,
        next_step=failure.next_step,
    )
