"""The whole decision, as one pure function: ``state' = fold(state, reports, now)``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from aggregator.belonging import Engagements, Homes
from aggregator.dedupe.fold import fold
from aggregator.dedupe.relations.relate import relate
from aggregator.dedupe.scopes import heard_of, under_new_names
from aggregator.dedupe.uncommitted import marked
from aggregator.disposition import Disposed, dispose
from aggregator.gate import judge
from aggregator.knowledge.knowledge import Knowledge
from aggregator.lifecycle import Advanced, Dates, advance, awaited_scopes, missing_reports, revoked
from aggregator.model.checkout import Checkout
from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Finding
from aggregator.model.intelligence import NOTHING_KNOWN, Intelligence
from aggregator.model.outcome import Context, Outcome, Verdict
from aggregator.model.passage import NOT_KNOWN, History
from aggregator.model.report import ReadFailure, Report, Scan
from aggregator.model.state import Line, RunRef, ScopeRecord, State
from aggregator.model.statement import NOTHING_SAID, Statements
from aggregator.model.ticket import Ticket
from aggregator.owners import NOBODY, Owners, assign_owners
from aggregator.pipeline.intake import (
    failed_scans,
    masked_reasons,
    redacted,
    redacted_exceptions,
    redacted_statements,
    unread,
)
from aggregator.pipeline.merging import by_name, overrides, seed
from aggregator.pipeline.moment import clock_behind, moment_of
from aggregator.pipeline.recalling import in_todays_names
from aggregator.pipeline.slips import Known, slips
from aggregator.policy import ExceptionRule, Policy
from aggregator.risk import Risks, urgency
from aggregator.sla import Clock, assess
from aggregator.state import next_state
from aggregator.totals import count
from aggregator.upgrades import plan_upgrades
from aggregator.uploads import assign_uploads

LOCAL = Context(line=Line(product="local"), run=RunRef(id="local"))
"""The context of a call that says nothing about itself."""


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
    absent: frozenset[str] = frozenset(),
    uncommitted: frozenset[str] = frozenset(),
    unfetched: Mapping[str, str] | None = None,
    history: History = NOT_KNOWN,
    statements: Statements = NOTHING_SAID,
    intelligence: Intelligence = NOTHING_KNOWN,
    owners: Owners = NOBODY,
    tickets: tuple[Ticket, ...] = (),
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
        gone: files that were looked for and are not in the repository any more.
        absent: names that were looked for and are no file's in the checkout, be it that they never were.
        uncommitted: names of no file in the checked-out commit: made by a build, or another repository's.
        unfetched: files in parts of the repository that the checkout leaves out, each with the name of its part.
        history: what became of files since the commit of the state, and of their lines; may be incomplete.
        statements: what people decided elsewhere, and which places were listened to.
        intelligence: which vulnerabilities are being exploited, and how likely the others are.
        owners: whose files are, as CODEOWNERS says.
        tickets: what was read of the tickets of findings; what was not read again is taken from the state.

    Raises:
        UsageError: ``now`` has no time zone or is no clock's, or a gate rule is unknown.
        StateError: the state is of a day or more after ``now``.
    """
    at, rules, texts = moment_of(now, state), policy or Policy.default(), sources or {}
    checkout = Checkout(texts.keys(), absent, gone, uncommitted, unfetched or {})
    run = _Run(
        at, context, state, rules, exceptions, texts, checkout, history, statements, intelligence, owners, tickets
    )
    return _evaluate(run, reports, clock_behind(now, state))


class _Run(Struct, frozen=True):
    """What a run is told besides its reports; the fields mean what they mean on :func:`evaluate`."""

    now: datetime
    context: Context
    state: State | None
    policy: Policy
    exceptions: tuple[ExceptionRule, ...]
    sources: Mapping[str, str]
    checkout: Checkout
    history: History
    statements: Statements
    intelligence: Intelligence
    owners: Owners
    tickets: tuple[Ticket, ...]


def _evaluate(run: _Run, reports: Iterable[Report | ReadFailure], remarks: Iterable[Diagnostic]) -> Outcome:
    redactor, readable, failures = redacted(reports)
    masked = masked_reasons(redactor, run.state)
    rules, said = redacted_exceptions(run.exceptions, masked), redacted_statements(run.statements, masked)
    run = replace(run, exceptions=rules, statements=said)
    engagements = Engagements(run.policy.engagements, run.context.examination)
    readable = engagements.parted(readable)
    failed = engagements.parted_failures(failed_scans(failures))
    scans = (*(scan for report in readable for scan in report.scans), *failed)
    homes = Homes(run.policy.products, run.policy.engagements, engagements.made(readable), run.context.line)
    heard = heard_of(scans, run.state, awaited_scopes(run.policy.expected, scans, run.state))
    run = replace(run, state=in_todays_names(run.state, scans, heard, homes, run.checkout))
    folded = fold(
        readable,
        run.state.findings if run.state else (),
        product=seed(run.context.line),
        sources=run.sources,
        redact=redactor.redact_code,
        now=run.now,
        overrides=overrides(run.policy.correlation),
        history=run.history,
        homes=by_name(homes),
        heard=heard,
        head=run.context.commit,
    )
    if run.state is not None:
        run = replace(run, state=under_new_names(run.state, folded.renamed, folded.begun, folded.back))
    advanced, disposed, findings = _follow(run, folded.findings, scans, failures, Dates(readable), homes)
    diagnostics = (
        *remarks,
        *(message for report in readable for message in report.diagnostics),
        *map(unread, failures),
        *missing_reports(run.policy.expected, scans, failures),
        *folded.diagnostics,
        *advanced.diagnostics,
        *disposed.diagnostics,
    )
    return _outcome(run, findings, scans, advanced.scopes, diagnostics)


def _follow(
    run: _Run,
    current: tuple[Finding, ...],
    scans: tuple[Scan, ...],
    failures: tuple[ReadFailure, ...],
    dates: Dates,
    homes: Homes,
) -> tuple[Advanced, Disposed, tuple[Finding, ...]]:
    """From this run's findings to everybody's: time, decisions, clocks, and what uploads will call them."""
    advanced = advance(
        marked(current, run.checkout.uncommitted),
        run.state,
        scans=scans,
        failures=failures,
        policy=run.policy,
        run=run.context.run,
        now=run.now,
        gone=run.checkout.gone,
        unfetched=run.checkout.unfetched,
        dates=dates,
        lapsed=_lapsed(run, homes),
    )
    disposed = _decided(run, advanced.findings, homes)
    return advanced, disposed, _rated(run, disposed.findings)


def _lapsed(run: _Run, homes: Homes) -> frozenset[str]:
    """The secrets that people had called revoked and of which that no longer holds: their silence closes nothing."""
    remembered = revoked(run.state.findings if run.state else ())
    decided = _decided(run, remembered, homes).findings if remembered else ()
    return frozenset(
        now.id
        for then, now in zip(remembered, decided, strict=True)
        if now.decision.disposition is not then.decision.disposition
    )


def _decided(run: _Run, findings: tuple[Finding, ...], homes: Homes) -> Disposed:
    """The findings where they belong, with the decisions that hold in this run."""
    policy, context = run.policy, run.context
    if homes:
        findings = homes.settled(findings, run.state.findings if run.state else ())
    return dispose(
        findings,
        run.exceptions,
        run.now,
        context.run.id,
        run.statements,
        policy.exceptions,
        policy.verify.tools,
        context.line.product,
    )


def _rated(run: _Run, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings with their dates, risk, uploads and owners, what presses most first."""
    policy, line, known = run.policy, run.context.line, run.intelligence
    rate = Risks(policy.risk, run.now, line, known).of
    uploaded = assign_uploads(
        assess(findings, Clock(policy, run.now, line, known), rate),
        line=line,
        already_uploaded=policy.upload.already_uploaded,
        unplaced=policy.upload.unplaced,
        sources=run.sources,
        scopes=run.state.scopes if run.state else (),
    )
    owned = assign_owners(_related(run, uploaded), run.owners, policy.owners, line)
    return tuple(sorted(owned, key=urgency))


def _related(run: _Run, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Findings with those that share their cause."""
    links = relate(findings, Knowledge(overrides(run.policy.correlation).teachings))
    if not links:
        return findings
    return [replace(each, related=links[each.id]) if each.id in links else each for each in findings]


def _outcome(
    run: _Run,
    findings: tuple[Finding, ...],
    scans: tuple[Scan, ...],
    scopes: tuple[ScopeRecord, ...],
    diagnostics: Iterable[Diagnostic],
) -> Outcome:
    misnamed = slips(run.policy, Known(run.policy, run.context.line.product, scans, scopes, findings))
    is_scanned = any(scan.completeness is not Completeness.FAILED for scan in scans)
    ordered = sorted(scans, key=lambda scan: (scan.tool, scan.scope, scan.report))
    totals = count(findings, scans, run.state.findings if run.state else (), run.context.line.product)
    state = next_state(
        run.state,
        findings,
        scopes=scopes,
        context=run.context,
        now=run.now,
        totals=totals,
        retention_days=run.policy.state.retention_days,
        tickets=(*(run.state.tickets if run.state else ()), *run.tickets),
        is_scanned=is_scanned,
    )
    return Outcome(
        context=run.context,
        now=run.now,
        is_baseline=run.state is None,
        findings=findings,
        scans=tuple(replace(scan, results=()) for scan in ordered),
        totals=totals,
        verdict=_verdict(run, findings, is_scanned=is_scanned),
        diagnostics=tuple(sorted({*diagnostics, *misnamed}, key=_diagnostic_order)),
        state=state,
        upgrades=plan_upgrades(findings),
        retired=run.policy.upload.retired,
        tickets={ticket.url: ticket for ticket in state.tickets},
        mentions=run.policy.github.mentions,
        warn_days=run.policy.exceptions.warn_days,
        longest_days=run.policy.exceptions.longest_by_severity,
    )


def _verdict(run: _Run, findings: tuple[Finding, ...], *, is_scanned: bool) -> Verdict:
    gate, context = run.policy.gate, run.context
    return judge(
        findings,
        gate.fail_on,
        is_baseline=run.state is None,
        is_past_unread=context.is_past_unread,
        is_blank=run.state is None and not is_scanned,
        is_change=context.is_change,
        is_advisory=gate.advisory,
        product=context.line.product,
    )


def _diagnostic_order(diagnostic: Diagnostic) -> tuple[str, str, str, str, str]:
    level = {Level.ERROR: "0", Level.WARNING: "1", Level.NOTE: "2"}[diagnostic.level]
    return (level, diagnostic.subject, diagnostic.pointer, diagnostic.code, diagnostic.reason)
