"""One framework's part of a Checkov report as a scan: what it looked at, and what it could not parse."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.report import Scan
from aggregator.model.result import Result
from aggregator.normalize.text import clean_text
from aggregator.readers.base import ReadContext
from aggregator.readers.checkov.results import SECRETS, TOOL, Records
from aggregator.readers.checkov.shapes import Checks, Framework, Passed

_NAME_THEM = "Run Checkov without --quiet, so that it names the files it could not parse."
_PACKAGES = "sca_"
_LOOK = "Look at the files that Checkov could not parse."


class _Looked(Struct, frozen=True):
    """What the checks of one framework tell of it."""

    files: frozenset[str]
    rules: frozenset[str]
    unread: frozenset[str]
    failures: int
    is_quiet: bool


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
    refused = len(records.refused) - before
    looked = _looked(framework, checks, results, passed, records)
    version = framework.summary.checkov_version if framework.summary else None
    return Scan(
        tool=TOOL,
        scope=scope,
        report=context.name,
        tool_version=clean_text(version or ""),
        completeness=Completeness.PARTIAL if looked.failures else Completeness.COMPLETE,
        reason=_reason(looked.failures),
        next_step="" if not looked.failures else _LOOK if looked.unread else _NAME_THEM,
        coverage=_coverage(name, looked),
        results=results,
        rules=records.rules(results),
        passed=len(passed),
        refused=refused,
    )


def _looked(
    framework: Framework, checks: Checks, results: tuple[Result, ...], passed: list[Passed], records: Records
) -> _Looked:
    named = checks.parsing_errors if isinstance(checks.parsing_errors, list) else []
    unread = frozenset(records.path_of_absolute(name) for name in named if isinstance(name, str))
    counted = framework.summary.parsing_errors if framework.summary else None
    flagged = {result.location.path for result in results if result.location is not None}
    return _Looked(
        files=frozenset(
            flagged | {records.path_of(each.repo_file_path or each.file_path, each.file_abs_path) for each in passed}
        ),
        rules=frozenset({result.rule_id for result in results} | {clean_text(each.check_id) for each in passed}),
        unread=unread,
        failures=max(len(unread), counted if isinstance(counted, int) else 0),
        is_quiet=not memoryview(checks.passed_checks),
    )


def _coverage(name: str, looked: _Looked) -> Coverage:
    """Of secrets and packages only the files that have one are ever named; without passed checks, no others either."""
    if name == SECRETS or name.startswith(_PACKAGES) or looked.is_quiet:
        return Coverage(unread=looked.unread)
    return Coverage(extent=Extent.LISTED, paths=looked.files, unread=looked.unread, rules=looked.rules)


def _reason(failures: int) -> str:
    if not failures:
        return ""
    return "1 file could not be parsed." if failures == 1 else f"{failures} files could not be parsed."
