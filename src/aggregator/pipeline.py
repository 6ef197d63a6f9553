"""The whole decision, as one pure function: ``state' = fold(state, reports, now)``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from aggregator.dedupe.correlation.overrides import Overrides, Split
from aggregator.dedupe.fold import fold
from aggregator.dedupe.relations.relate import relate
from aggregator.disposition import Disposed, dispose
from aggregator.gate import judge
from aggregator.knowledge.knowledge import Knowledge, Teaching
from aggregator.lifecycle import Advanced, Dates, advance, missing_reports
from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import StateError, UsageError
from aggregator.model.finding import Finding
from aggregator.model.intelligence import NOTHING_KNOWN, Intelligence
from aggregator.model.moment import whole_seconds
from aggregator.model.outcome import Context, Outcome
from aggregator.model.passage import NOT_KNOWN, History
from aggregator.model.report import ReadFailure, Report, Scan
from aggregator.model.state import Line, RunRef, ScopeRecord, State
from aggregator.model.statement import NOTHING_SAID, Statements
from aggregator.normalize.redaction import redact_report
from aggregator.normalize.secrets import Redactor
from aggregator.policy import ExceptionRule, Policy
from aggregator.policy.correlation import Correlation
from aggregator.risk import Risks, urgency
from aggregator.sla import Clock, assess
from aggregator.state import next_state
from aggregator.totals import count
from aggregator.upgrades import plan_upgrades
from aggregator.uploads import assign_uploads

LOCAL = Context(line=Line(product="local"), run=RunRef(id="local"))
"""The context of a call that says nothing about itself."""

_CLOCKS_DIFFER = timedelta(days=1)
"""By how much a run may be earlier than its state: clocks of machines differ, and so do time zones left out."""


def evaluate(  # noqa: PLR0913 - everything a run may know, each part named
    reports: Iterable[Report | ReadFailure],
    *,
    now: datetime,
    context: Context = LOCAL,
    state: State | None = None,
    policy: Policy | None = None,
    exceptions: tuple[ExceptionRule, ...] = (),
    sources: Mapping[str, str] | None = None,
    gone: frozenset[str] = frozenset(),
    history: History = NOT_KNOWN,
    statements: Statements = NOTHING_SAID,
    intelligence: Intelligence = NOTHING_KNOWN,
) -> Outcome:
    """Decide what became of every finding. Nothing is read, written or looked up.

    Args:
        reports: what :func:`aggregator.read_report` returned, in any order.
        now: the run's time, with a time zone; one that is a little before the state's is taken as the state's.
        context: product, environment, branch, commit and run.
        state: what the previous run left; ``None`` makes this a baseline run, in which nothing is called new.
        policy: the project's rules; ``None`` for the defaults.
        exceptions: decisions from the exceptions file.
        sources: texts of checked-out files by repository path; they strengthen identity and may be incomplete.
        gone: files that were looked for and are not in the checkout.
        history: what became of files since the commit of the state, and of their lines; may be incomplete.
        statements: what people decided elsewhere, and which places were listened to.
        intelligence: which vulnerabilities are being exploited, and how likely the others are.

    Raises:
        UsageError: ``now`` has no time zone or is no clock's, or a gate rule is unknown.
        StateError: the state is of a day or more after ``now``.
    """
    rules = policy or Policy.default()
    run = _Run(_moment(now, state), context, state, rules, exceptions, sources or {}, gone, statements, intelligence)
    redactor, readable, failures = _redacted(reports)
    scans = (*(scan for report in readable for scan in report.scans), *_failed_scans(failures))
    folded = fold(
        readable,
        state.findings if state else (),
        product=context.line.product,
        sources=run.sources,
        redact=redactor.redact_text,
        now=run.now,
        overrides=_overrides(run.policy.correlation),
        history=history,
    )
    advanced, disposed, findings = _follow(run, folded.findings, scans, failures, Dates(readable))
    diagnostics = (
        *_clock_behind(now, state),
        *(message for report in readable for message in report.diagnostics),
        *map(_unread, failures),
        *missing_reports(run.policy.expected, scans, failures),
        *folded.diagnostics,
        *advanced.diagnostics,
        *disposed.diagnostics,
    )
    return _outcome(run, findings, scans, advanced.scopes, diagnostics)


class _Run(Struct, frozen=True):
    """What a run is told besides its reports; the fields mean what they mean on :func:`evaluate`."""

    now: datetime
    context: Context
    state: State | None
    policy: Policy
    exceptions: tuple[ExceptionRule, ...]
    sources: Mapping[str, str]
    gone: frozenset[str]
    statements: Statements
    intelligence: Intelligence


def _follow(
    run: _Run,
    current: tuple[Finding, ...],
    scans: tuple[Scan, ...],
    failures: tuple[ReadFailure, ...],
    dates: Dates,
) -> tuple[Advanced, Disposed, tuple[Finding, ...]]:
    """From this run's findings to everybody's: time, decisions, clocks, and what uploads will call them."""
    advanced = advance(
        current,
        run.state,
        scans=scans,
        failures=failures,
        policy=run.policy,
        run=run.context.run,
        now=run.now,
        gone=run.gone,
        dates=dates,
    )
    policy, id_ = run.policy, run.context.run.id
    disposed = dispose(
        advanced.findings, run.exceptions, run.now, id_, run.statements, policy.exceptions, policy.verify.tools
    )
    line, known = run.context.line, run.intelligence
    rate = Risks(run.policy.risk, run.now, line, known).of
    findings = assign_uploads(
        assess(disposed.findings, Clock(run.policy, run.now, line, known), rate),
        product=run.context.line.product,
        already_uploaded=run.policy.upload.already_uploaded,
        unplaced=run.policy.upload.unplaced,
        sources=run.sources,
    )
    return advanced, disposed, tuple(sorted(_related(run, findings), key=urgency))


def _related(run: _Run, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Findings with those that share their cause."""
    links = relate(findings, Knowledge(_overrides(run.policy.correlation).teachings))
    if not links:
        return findings
    return [replace(each, related=links[each.id]) if each.id in links else each for each in findings]


def _overrides(said: Correlation) -> Overrides:
    """What people say about merging, in the words of the rules."""
    return Overrides(
        tuple(Teaching(each.tool, each.rule, each.means) for each in said.rules),
        tuple(frozenset(ids) for ids in said.pin),
        tuple(Split(each.finding, each.tool, each.rule) for each in said.split),
    )


def _outcome(
    run: _Run,
    findings: tuple[Finding, ...],
    scans: tuple[Scan, ...],
    scopes: tuple[ScopeRecord, ...],
    diagnostics: Iterable[Diagnostic],
) -> Outcome:
    totals = count(findings, scans, run.state.findings if run.state else ())
    return Outcome(
        context=run.context,
        now=run.now,
        is_baseline=run.state is None,
        findings=findings,
        scans=tuple(sorted((replace(scan, results=()) for scan in scans), key=_scan_order)),
        totals=totals,
        verdict=judge(
            findings,
            run.policy.gate.fail_on,
            is_baseline=run.state is None,
            is_past_unread=run.context.is_past_unread,
            is_change=run.context.is_change,
            is_advisory=run.policy.gate.advisory,
        ),
        diagnostics=tuple(sorted(set(diagnostics), key=_diagnostic_order)),
        state=next_state(
            run.state,
            findings,
            scopes=scopes,
            context=run.context,
            now=run.now,
            totals=totals,
            retention_days=run.policy.state.retention_days,
        ),
        upgrades=plan_upgrades(findings),
        retired=run.policy.upload.retired,
    )


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


def _moment(now: datetime, state: State | None) -> datetime:
    """The run's time: never before the state's, so that no finding is last seen before it was first seen."""
    if now.tzinfo is None:
        msg = "The run's time has no time zone."
        raise UsageError(msg, "Pass an aware datetime, for example datetime.now(UTC).")
    try:
        moment = whole_seconds(now)
    except ValueError:
        msg = "The run's time is outside the years 2000 to 2999."
        raise UsageError(msg, "Correct it, or the machine's clock.") from None
    if state is None or moment >= state.at:
        return moment
    if state.at - moment > _CLOCKS_DIFFER:
        reason = (
            f"The state is of {state.at:%Y-%m-%d %H:%M} UTC, and this run of {moment:%Y-%m-%d %H:%M} UTC is earlier."
        )
        raise StateError(reason, "Correct the run's time, or give it an earlier state; nothing was overwritten.")
    return state.at


def _clock_behind(now: datetime, state: State | None) -> Iterable[Diagnostic]:
    if state is not None and now < state.at:
        reason = "The clock is behind that of the last run, whose time was taken instead."
        yield Diagnostic("clock-behind", Level.NOTE, "state", reason)


def _redacted(
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


def _failed_scans(failures: Sequence[ReadFailure]) -> Iterable[Scan]:
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


def _unread(failure: ReadFailure) -> Diagnostic:
    return Diagnostic(
        code="file-ignored" if failure.ignored else "report-unreadable",
        level=Level.NOTE if failure.ignored else Level.ERROR,
        subject=failure.name,
        reason=failure.reason,
        next_step=failure.next_step,
    )


def _scan_order(scan: Scan) -> tuple[str, str, str]:
    return (scan.tool, scan.scope, scan.report)


def _diagnostic_order(diagnostic: Diagnostic) -> tuple[str, str, str, str, str]:
    level = {Level.ERROR: "0", Level.WARNING: "1", Level.NOTE: "2"}[diagnostic.level]
    return (level, diagnostic.subject, diagnostic.pointer, diagnostic.code, diagnostic.reason)
