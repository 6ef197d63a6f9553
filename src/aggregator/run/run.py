"""One run, from arguments to exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from aggregator.lifecycle.expected import MISSING_REPORT
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.intelligence import NOTHING_KNOWN, Intelligence
from aggregator.model.outcome import Outcome, Ruling
from aggregator.model.report import ReadFailure, Report
from aggregator.pipeline import evaluate, paths_named
from aggregator.planning.actions import KeepDocument
from aggregator.planning.compose import DELIVERIES, Document, Wishes, compose
from aggregator.planning.forecast import forecast
from aggregator.planning.opened import tickets_opened
from aggregator.planning.plan import Delivery, Plan, Receipt
from aggregator.planning.remote import RemoteAction
from aggregator.run import afterwards, terminal
from aggregator.run.code_owners import find_owners
from aggregator.run.console import Console
from aggregator.run.deliver import Sink, deliver, hand_over
from aggregator.run.documents import left_out, renderers, rules_shown, wanted
from aggregator.run.exits import Exit, worst
from aggregator.run.gather import collected, is_incomplete, our_secrets, read_reports
from aggregator.run.history import read_history, remark_on
from aggregator.run.outside import INTERNET, Outside
from aggregator.run.rules_missed import missed_rules
from aggregator.run.sources import Sources, read_sources
from aggregator.run.told import Told, corresponding, gather
from aggregator.run.words import harmless
from aggregator.runner.sink import RunnerSink
from aggregator.settings import NOWHERE, OnIncomplete, Settings, Surroundings
from aggregator.sinks.local import FileSink, StateSink
from aggregator.writers.deliveries import render_deliveries
from aggregator.writers.registry import DASHBOARD

_KEPT: list[Outcome] = []
"""The outcome, kept until the process ends: taking a million objects apart one by one is time for nothing."""


def run(
    settings: Settings,
    around: Surroundings,
    console: Console,
    *,
    as_action: bool = False,
    outside: Outside = INTERNET,
) -> Exit:
    """Do one run.

    Args:
        settings: what is asked for.
        around: what the machine says about this run.
        console: where to talk.
        as_action: on a runner, as its action: outputs, summary and annotations have somebody to read them.
        outside: how services are reached.

    Returns:
        The exit code.

    Raises:
        UsageError: an argument, the policy or the exceptions cannot be used; nothing was written.
        StateError: the earlier state cannot be read or belongs to a newer Onefold; nothing was written.
    """
    told = gather(settings, around, outside)
    fetched = collected(settings, around, told.github, told.event.follows)
    reports = read_reports(settings, around, told.rules.policy.paths.roots, console, fetched)
    told = corresponding(told, settings, around, outside, reports)
    console.status("Folding")
    outcome = _evaluate(settings, around, told, reports)
    _KEPT[:] = [outcome]
    incomplete = is_incomplete(reports) or any(item.code == MISSING_REPORT for item in outcome.diagnostics)
    told = replace(told, papers=rules_shown(settings, told.rules.policy, reports))
    del reports  # the outcome has what is needed of them, and the writers need the room
    proposal = told.letters.propose(outcome)
    unheard = told.memory.is_unread or any(note.level is Level.ERROR for note in proposal.notes)
    if proposal.notes:
        outcome = replace(outcome, diagnostics=(*outcome.diagnostics, *proposal.notes))
    plan = compose(outcome, _wishes(settings, told, outcome, as_action=as_action), proposal)
    _tell(settings, console, outcome, incomplete=incomplete)
    receipts: tuple[Receipt, ...] = ()
    if settings.dry_run:
        changes = forecast(told.memory.loaded.state, outcome)
        for line in afterwards.planned(plan.sentences(), changes, verbose=settings.verbose):
            console.say(line)
    else:
        receipts = _carry_out(settings, around, console, told, outcome, plan)
        _acknowledge(settings, around, console, receipts)
        if not as_action and not any(receipt.delivery is Delivery.FAILED for receipt in receipts):
            _advise(settings, console, outcome)
    return worst(_codes(settings, outcome, receipts, incomplete=incomplete, unheard=unheard))


def _evaluate(
    settings: Settings, around: Surroundings, told: Told, reports: tuple[Report | ReadFailure, ...]
) -> Outcome:
    state = told.memory.loaded.state
    sources = Sources()
    if settings.source_root is not None:
        sources = read_sources(settings.source_root, paths_named(reports, state))
    past = read_history(settings.source_root, state, told.frame.context.commit, sources)
    known, warnings = _known(settings, told, reports)
    statements = told.letters.listen(state)
    if dates := told.letters.dates():
        reports = (*reports, Report(name="our issues", place="", format="onefold", scans=(), detected=dates))
    outcome = evaluate(
        (*reports, *our_secrets(settings)),
        context=replace(told.frame.context, is_past_unread=told.memory.is_unread),
        now=told.frame.now,
        state=state,
        policy=told.rules.policy,
        exceptions=told.rules.exceptions,
        sources=sources.texts,
        gone=sources.gone,
        absent=sources.absent,
        uncommitted=sources.uncommitted,
        unfetched=sources.unfetched,
        history=past.history,
        statements=statements,
        intelligence=known,
        owners=find_owners(settings.source_root),
        tickets=told.letters.tickets(),
    )
    missed = missed_rules(settings, around, state, told.frame.now)
    remarks = (*missed, *_remarks(settings, told, sources), *warnings, *remark_on(past, outcome))
    remarks += (*left_out(outcome, told.rules.policy.outputs), *_nothing_given(settings, around, outcome))
    return replace(outcome, diagnostics=(*outcome.diagnostics, *remarks)) if remarks else outcome


def _known(
    settings: Settings, told: Told, reports: tuple[Report | ReadFailure, ...]
) -> tuple[Intelligence, tuple[Diagnostic, ...]]:
    """What is known about the vulnerabilities of this run; nothing unless the policy asks for it."""
    rules = told.rules.policy.risk
    if rules.epss is None and rules.kev is None and not rules.feeds:
        return NOTHING_KNOWN, ()
    from aggregator.run.intelligence import read_intelligence, vulnerabilities  # noqa: PLC0415 - few runs need it

    wanted = vulnerabilities(reports, told.memory.loaded.state)
    gathered = read_intelligence(settings, rules, wanted, told.github, told.frame.now)
    return gathered.intelligence, gathered.diagnostics


def _remarks(settings: Settings, told: Told, sources: Sources) -> Iterator[Diagnostic]:
    """What only the shell knows."""
    yield from told.memory.loaded.diagnostics
    if sources.left_out:
        yield Diagnostic(
            "sources-left-out",
            Level.NOTE,
            str(settings.source_root),
            f"{sources.left_out} source files are too large or too many to be read.",
            "Their findings are recognised by what the reports say.",
        )


def _nothing_given(settings: Settings, around: Surroundings, outcome: Outcome) -> Iterator[Diagnostic]:
    """That a job has neither reports nor a past: a tick of nothing is an input that was forgotten."""
    if around.actions and outcome.is_blank and not (settings.reports or settings.artifacts):
        yield Diagnostic(
            "no-report-given",
            Level.WARNING,
            "reports",
            "this input is empty, and there is no earlier run: nothing was looked at.",
            "Name the reports of the scanners before this step, or the artifacts that hold them.",
        )


def _wishes(settings: Settings, told: Told, outcome: Outcome, *, as_action: bool) -> Wishes:
    writers = wanted(outcome, told.rules.policy.outputs)
    kept = settings.dashboard_artifact if DASHBOARD in writers else ""
    documents = tuple(Document(writer.name, (settings.out / writer.filename).as_posix()) for writer in writers)
    memory, store = told.memory, told.memory.store
    return Wishes(
        documents=documents,
        artifacts=(KeepDocument(kept, DASHBOARD.filename, DASHBOARD.name),) if kept else (),
        summary="summary" if as_action else "",
        on_runner=as_action,
        state_place="" if store is None else store.place(told.frame.context.line),
        state_is_file=settings.state_folder is not None,
        state_held=memory.held,
        upload_held=memory.held if memory.is_unread or told.frame.context.is_overtaken else "",
    )


def _tell(settings: Settings, console: Console, outcome: Outcome, *, incomplete: bool) -> None:
    """The answer, or with ``--quiet`` only what is wrong."""
    if settings.quiet:
        for line in terminal.complaints(outcome):
            console.warn(line)
        return
    paint = terminal.Paint(console.colour)
    lines = terminal.summary(outcome, paint, width=console.width, verbose=settings.verbose, incomplete=incomplete)
    for line in lines:
        console.say(line)


def _carry_out(
    settings: Settings, around: Surroundings, console: Console, told: Told, outcome: Outcome, plan: Plan
) -> tuple[Receipt, ...]:
    """Everything in the plan, the state last."""
    receipts: list[Receipt] = []
    documents = renderers(outcome, told.papers)
    opened = partial(tickets_opened, plan.deeds, receipts)
    sinks = (*_sinks(around, console, documents, plan, receipts), *told.letters.sinks(outcome, opened))
    if settings.dashboard_artifact:
        from aggregator.run.artifacts import open_keeper  # noqa: PLC0415 - brings the services' code along

        sinks = (*sinks, open_keeper(around, told.github, documents))
    deliver(plan.deeds, sinks, console.status, receipts)
    for remark in told.letters.remarks():
        console.warn(f"{remark.level.value}: {harmless(remark.sentence())}")
    if told.memory.store is not None:
        state = told.letters.settled(outcome.state, receipts)
        deliver(plan.saving, [StateSink(state, told.memory.store)], console.status, receipts)
    return tuple(receipts)


def _sinks(
    around: Surroundings,
    console: Console,
    documents: Mapping[str, Callable[[], Iterable[bytes]]],
    plan: Plan,
    receipts: list[Receipt],
) -> tuple[Sink, ...]:
    documents = {**documents, DELIVERIES: lambda: render_deliveries(_told_of_services(plan, receipts))}
    runner = RunnerSink(
        documents,
        output_file=Path(around.output) if around.output else None,
        summary_file=Path(around.step_summary) if around.step_summary else None,
        say=console.say,
    )
    return (FileSink(documents), runner)


def _told_of_services(plan: Plan, receipts: list[Receipt]) -> Iterator[tuple[str, str]]:
    """A sentence for each thing tried on services so far, and why it failed."""
    tried = zip(plan.deeds, receipts, strict=False)  # the rest is still to come
    return ((action.sentence(), receipt.reason) for action, receipt in tried if isinstance(action, RemoteAction))


def _acknowledge(settings: Settings, around: Surroundings, console: Console, receipts: tuple[Receipt, ...]) -> None:
    """Say what was written and what could not be, and hand the files to the workspace's owner."""
    for line in afterwards.failed(receipts):
        console.warn(line)
    done = [Path(receipt.place) for receipt in receipts if receipt.place and "://" not in receipt.place]
    if around.workspace:
        hand_over(Path(around.workspace), done)
    if not settings.quiet:
        for line in (*afterwards.written(done), *afterwards.kept(receipts)):
            console.say(line)
        if settings.state in {"", NOWHERE}:
            console.say("Nothing is remembered: name a folder for the state to see what changes from run to run.")


def _advise(settings: Settings, console: Console, outcome: Outcome) -> None:
    """What a person at a terminal may do next."""
    if not settings.quiet:
        for line in afterwards.next_step(outcome, settings.out.as_posix()):
            console.say(line)


def _codes(
    settings: Settings, outcome: Outcome, receipts: tuple[Receipt, ...], *, incomplete: bool, unheard: bool
) -> Iterator[Exit]:
    if outcome.verdict.ruling is Ruling.FAIL and not outcome.verdict.is_advisory:
        yield Exit.GATE
    if incomplete and settings.on_incomplete is not OnIncomplete.WARN:
        yield Exit.INCOMPLETE
    if unheard or any(receipt.delivery is Delivery.FAILED for receipt in receipts):
        yield Exit.DELIVERY
