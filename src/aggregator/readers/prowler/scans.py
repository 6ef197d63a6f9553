"""Prowler's rows as results, gathered into one scan for each account."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from aggregator.model.coverage import Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.location import Location, Resource
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Result, Rule, Suppression
from aggregator.model.severity import Severity
from aggregator.normalize.paths import normalize_path
from aggregator.normalize.rule_ids import canonical_trivy_check
from aggregator.normalize.severity import severity_of_word
from aggregator.readers.base import ReadContext
from aggregator.readers.entries import refusal
from aggregator.readers.prowler.rows import Row, resource_uid

_TOOL = "Prowler"
_SEPARATOR = "\x1f"
_MUTED = Suppression("suppressed", "muted in Prowler")
_LINES = re.compile(r"-([1-9][0-9]{0,8}):([1-9][0-9]{0,8})$")
_STATUSES = frozenset({"PASS", "FAIL", "MANUAL", "MUTED"})


class _Sorted(Struct, frozen=True):
    """The rows of one account, by what they say."""

    failed: list[Row]
    passed: int
    manual: int
    refused: list[Diagnostic]


def scans_of(
    rows: list[Row], refused: tuple[Diagnostic, ...], context: ReadContext
) -> tuple[tuple[Scan, ...], tuple[Diagnostic, ...]]:
    """The scans, by account in the report's order, and the diagnostics. No row at all is an empty scan of the place."""
    latest, superseded = _latest(rows)
    scopes: dict[str, list[Row]] = {}
    for row in latest:
        scopes.setdefault(_scope_of(row, context), []).append(row)
    diagnostics = [*refused]
    scans: list[Scan] = []
    for scope, own in (scopes or {context.place: []}).items():
        by_status = _sort(own, context)
        diagnostics += by_status.refused
        # Rows that could not be decoded name no account: they count with the first.
        lost = len(refused) if not scans else 0
        scans.append(_scan(scope, own, by_status, lost, context))
    diagnostics += _unknown_severities(latest, context)
    if superseded:
        diagnostics.append(_superseded(superseded, context))
    return tuple(scans), tuple(diagnostics)


def _latest(rows: list[Row]) -> tuple[list[Row], int]:
    """The rows without those that a later run, appended to the same file, has looked at again."""
    last: dict[tuple[str, ...], str] = {}
    for row in rows:
        last[row.check, row.uid, row.name, row.region, row.account] = row.time
    kept = [row for row in rows if last[row.check, row.uid, row.name, row.region, row.account] == row.time]
    return kept, len(rows) - len(kept)


def _scope_of(row: Row, context: ReadContext) -> str:
    if not row.provider and not row.account:
        return context.place
    return f"{row.provider}:{row.account}" if row.account else row.provider


def _sort(rows: list[Row], context: ReadContext) -> _Sorted:
    refused = [
        refusal(context.name, row.pointer, "it names no check or a status that nobody knows.")
        for row in rows
        if row.status.upper() not in _STATUSES or not row.check
    ]
    known = [row for row in rows if row.status.upper() in _STATUSES and row.check]
    statuses = Counter(row.status.upper() for row in known)
    failed = [row for row in known if row.status.upper() in ("FAIL", "MUTED")]
    return _Sorted(failed, statuses["PASS"], statuses["MANUAL"], refused)


def _scan(scope: str, rows: list[Row], by_status: _Sorted, lost: int, context: ReadContext) -> Scan:
    repeated = {uid for uid, count in Counter(row.native_id for row in by_status.failed).items() if count > 1}
    results = tuple(_result(row, scope, repeated, context) for row in by_status.failed)
    return Scan(
        tool=_TOOL,
        scope=scope,
        report=context.name,
        tool_version=next((row.version for row in rows if row.version), ""),
        coverage=_coverage(rows),
        results=results,
        rules=_rules(by_status.failed),
        passed=by_status.passed,
        manual=by_status.manual,
        refused=len(by_status.refused) + lost,
    )


def _coverage(rows: Iterable[Row]) -> Coverage:
    """What was decided: a row that asks a person to look decides nothing."""
    decided = [(_subject(row), row) for row in rows if row.status.upper() in _STATUSES - {"MANUAL"}]
    passed = {f"{subject}{_SEPARATOR}{row.region}" for subject, row in decided if _is_pass(row)}
    failed = {subject for subject, row in decided if not _is_pass(row)}
    everywhere = {subject + _SEPARATOR for subject, row in decided if subject not in failed}
    return Coverage(
        extent=Extent.LISTED,
        evaluated=frozenset(subject for subject, _ in decided),
        passed=frozenset(passed | everywhere),
        regions=_regions(rows),
    )


def _subject(row: Row) -> str:
    return f"{_rule_id(row)}{_SEPARATOR}{resource_uid(row)}"


def _is_pass(row: Row) -> bool:
    return row.status.upper() == "PASS"


def _regions(rows: Iterable[Row]) -> frozenset[str] | None:
    """Where the account was looked at; nothing when no row names a region."""
    return frozenset(row.region for row in rows if row.region) or None


def _result(row: Row, scope: str, repeated: set[str], context: ReadContext) -> Result:
    uid = resource_uid(row)
    is_code = row.provider.lower() == "iac"
    native = row.check
    lines = _LINES.search(row.native_id) if is_code else None
    return Result(
        kind=Kind.IAC if is_code else Kind.CLOUD,
        tool=_TOOL,
        scope=scope,
        report=context.name,
        pointer=row.pointer,
        rule_id=_rule_id(row),
        rule_aliases=(native,) if native != _rule_id(row) else (),
        title=row.title or row.check,
        severity=severity_of_word(row.severity) or Severity.INFO,
        native_severity=row.severity,
        message=row.detail,
        location=_location(uid, lines, context) if is_code else None,
        resource=None if is_code else Resource(uid, row.provider, row.account, row.region, row.type, row.name),
        suppression=_MUTED if row.is_muted or row.status.upper() == "MUTED" else None,
        # An id that ends in lines is another one as soon as a line is inserted above.
        native_id="" if lines or row.native_id in repeated else row.native_id,
    )


def _location(path: str, lines: re.Match[str] | None, context: ReadContext) -> Location:
    """A place in a file; its lines stand nowhere but at the end of the finding's id."""
    place = normalize_path(path, context.roots)
    return Location(place, int(lines[1]), end_line=int(lines[2])) if lines else Location(place)


def _rule_id(row: Row) -> str:
    """The check; for infrastructure as code Prowler passes on Trivy's findings under Trivy's ids."""
    return canonical_trivy_check(row.check) if row.provider.lower() == "iac" else row.check


def _rules(rows: Iterable[Row]) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for row in rows:
        if _rule_id(row) not in rules:
            rules[_rule_id(row)] = _rule(row)
    return tuple(rules.values())


def _rule(row: Row) -> Rule:
    links = tuple(dict.fromkeys(link for link in row.links if link.startswith(("https://", "http://"))))
    return Rule(
        _rule_id(row),
        name=row.title,
        description=row.description,
        help="\n\n".join(text for text in (row.risk, row.remediation) if text),
        help_uri=links[0] if links else "",
        references=links,
        tags=row.tags,
    )


def _unknown_severities(rows: Iterable[Row], context: ReadContext) -> list[Diagnostic]:
    """One diagnostic for each word, at its first failed row."""
    first: dict[str, str] = {}
    for row in rows:
        if row.status.upper() in ("FAIL", "MUTED") and severity_of_word(row.severity) is None:
            first.setdefault(row.severity, row.pointer)
    reason = "a severity that nobody knows was taken for INFO."
    return [Diagnostic("severity-unknown", Level.WARNING, context.name, reason, pointer=at) for at in first.values()]


def _superseded(count: int, context: ReadContext) -> Diagnostic:
    return Diagnostic(
        code="rows-superseded",
        level=Level.NOTE,
        subject=context.name,
        reason=f"{count} rows of an earlier run in the same file were left out: a later run looked again.",
        next_step="Let each run of Prowler write its own file.",
    )
