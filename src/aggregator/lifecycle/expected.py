"""Reports that the policy says must be there."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.report import ReadFailure, Scan
from aggregator.model.scope import engagement_in
from aggregator.model.state import State
from aggregator.policy import Expected
from aggregator.policy.globs import matches_path, matches_text

MISSING_REPORT = "expected-report-missing"


def missing_reports(
    expected: tuple[Expected, ...], scans: Iterable[Scan], failures: Iterable[ReadFailure]
) -> tuple[Diagnostic, ...]:
    """One error (code ``expected-report-missing``) for each expected report that no usable scan answers.

    A run without any report is a tick and expects none; nor does one that only reads those of a single examination,
    which never are the expected ones.
    """
    every, failures = tuple(scans), tuple(failure for failure in failures if not failure.ignored)
    scans = tuple(scan for scan in every if not engagement_in(scan.scope))
    if not scans and (every or not failures):
        return ()
    usable = [scan for scan in scans if scan.completeness is not Completeness.FAILED]
    return tuple(_missing(wanted) for wanted in expected if not any(_answers(scan, wanted) for scan in usable))


def unanswered(expected: tuple[Expected, ...], scans: Iterable[Scan], tool: str, scope: str) -> str:
    """The name of a report that the policy expects of exactly this tool and scope, and that none of these scans is.

    None is expected of a single examination.
    """
    if engagement_in(scope):
        return ""
    scans = tuple(scans)
    return next(
        (
            wanted.report
            for wanted in expected
            if wanted.report is not None
            and wanted.scope is not None
            and wanted.tool.lower() == tool.lower()
            and matches_text(wanted.scope, scope)
            and not any(_answers(scan, wanted) for scan in scans)
        ),
        "",
    )


def awaited_scopes(
    expected: tuple[Expected, ...], scans: Iterable[Scan], state: State | None
) -> frozenset[tuple[str, str]]:
    """The remembered scopes, with their tools, of which the policy expects a report that no scan of this run answers.

    They are missing, and so no scope that others are about instead. A scope may be called after its report.
    """
    scans = tuple(scans)
    missing = [wanted for wanted in expected if not any(_answers(scan, wanted) for scan in scans)]
    if not missing or state is None:
        return frozenset()
    known = {(record.tool, record.scope) for record in state.scopes}
    known |= {(seen.tool, seen.scope) for tracked in state.findings for seen in tracked.sightings}
    return frozenset(each for each in known if any(_is_about(wanted, *each) for wanted in missing))


def _is_about(wanted: Expected, tool: str, scope: str) -> bool:
    if wanted.tool.lower() != tool.lower():
        return False
    if wanted.scope is not None:
        return matches_text(wanted.scope, scope)
    return wanted.report is not None and matches_path(wanted.report, scope)


def _answers(scan: Scan, wanted: Expected) -> bool:
    return (
        scan.tool.lower() == wanted.tool.lower()
        and (wanted.scope is None or matches_text(wanted.scope, scan.scope))
        and (wanted.report is None or matches_path(wanted.report, scan.report))
    )


def _missing(wanted: Expected) -> Diagnostic:
    where = [f"scope {wanted.scope}"] if wanted.scope else []
    where += [f"report {wanted.report}"] if wanted.report else []
    return Diagnostic(
        MISSING_REPORT,
        Level.ERROR,
        " ".join((wanted.tool, f"({', '.join(where)})")) if where else wanted.tool,
        "The policy expects this report, and no usable one is in this run.",
        "Look at the job that writes it, or take it out of expected in the policy.",
    )
