"""One framework's part of a Checkov report as a scan: what it looked at, and what it could not parse."""

from __future__ import annotations

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.report import Scan
from aggregator.model.result import Result
from aggregator.normalize.text import clean_text
from aggregator.readers.base import ReadContext
from aggregator.readers.checkov import TOOL
from aggregator.readers.checkov.results import SECRETS, Records
from aggregator.readers.checkov.shapes import Checks, Framework, Passed, Summary

_NAME_THEM = "Run Checkov without --quiet, so that it names the files it could not parse."
_PACKAGES = "sca_"
_LOOK = "Look at the files that Checkov could not parse."


def scan_of(framework: Framework, pointer: str, records: Records, context: ReadContext) -> Scan:
    """One framework's checks; ``pointer`` is its place in the report."""
    name = clean_text(framework.check_type or "").strip()
    key = "results" if framework.results is not None else "checks"
    checks = framework.results or framework.checks or Checks()
    at = f"{pointer}/{key}"
    scope = f"{context.place} ({name})"
    before = len(records.refused)
    results = (
        *records.results(checks.failed_checks, name, scope, f"{at}/failed_checks"),
        *records.results(checks.skipped_checks, name, scope, f"{at}/skipped_checks", are_skipped=True),
    )
    passed = records.passed(checks.passed_checks, f"{at}/passed_checks")
    unread = records.unparsed(checks.parsing_errors, f"{at}/parsing_errors")
    summary = framework.summary or Summary()
    failures = max(len(unread), records.count(summary.parsing_errors, f"{pointer}/summary/parsing_errors"))
    # Of secrets and packages only the files that have one are ever named; without passed checks, no others either.
    names_files = name != SECRETS and not name.startswith(_PACKAGES) and bool(memoryview(checks.passed_checks))
    return Scan(
        tool=TOOL,
        scope=scope,
        report=context.name,
        tool_version=clean_text(summary.checkov_version or ""),
        completeness=Completeness.PARTIAL if failures else Completeness.COMPLETE,
        reason=_reason(failures),
        next_step="" if not failures else _LOOK if unread else _NAME_THEM,
        coverage=_listed(results, passed, unread, records) if names_files else Coverage(unread=unread),
        results=results,
        rules=records.rules(results),
        passed=len(passed),
        refused=len(records.refused) - before,
    )


def _listed(results: tuple[Result, ...], passed: list[Passed], unread: frozenset[str], records: Records) -> Coverage:
    """The files and the rules that the checks name."""
    flagged = {result.location.path for result in results if result.location is not None}
    met = {records.path_of(each.repo_file_path or each.file_path, each.file_abs_path) for each in passed}
    rules = {result.rule_id for result in results} | {clean_text(each.check_id) for each in passed}
    return Coverage(extent=Extent.LISTED, paths=frozenset(flagged | met), unread=unread, rules=frozenset(rules))


def _reason(failures: int) -> str:
    if not failures:
        return ""
    return "1 file could not be parsed." if failures == 1 else f"{failures} files could not be parsed."
