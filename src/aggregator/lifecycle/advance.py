"""One step in time: this run's findings against what the state remembers."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from aggregator.lifecycle.absence import Absence, Fate, close, examine, hold, keep, remember
from aggregator.lifecycle.attention import silent_before
from aggregator.lifecycle.brake import Brake, is_believed
from aggregator.lifecycle.carry import carry, first_sight, part, rated
from aggregator.lifecycle.dates import Dates
from aggregator.lifecycle.evidence import Evidence, Looked
from aggregator.lifecycle.narrow import narrow_scopes
from aggregator.lifecycle.newcomers import newcomer_diagnostics, newcomers
from aggregator.lifecycle.scopes import by_scope, fresh_records, updated_records
from aggregator.lifecycle.step import Step
from aggregator.lifecycle.together import together_diagnostics, vanished_together
from aggregator.lifecycle.unasked import reopen_unasked
from aggregator.lifecycle.unite import disagreement, unite
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import Baseline, Finding, Observation
from aggregator.model.report import ReadFailure, Scan
from aggregator.model.state import RunRef, ScopeRecord, State, Tracked
from aggregator.policy import Policy

_NO_DATES = Dates()
_TICK = "This run read no reports; it is as the last one left it."


class Advanced(Struct, frozen=True):
    """What :func:`advance` decided.

    Attributes:
        findings: this run's, in the order they came, then those not seen and those closed now.
        diagnostics: scopes that proved nothing, held closes, decisions that met in one finding.
        scopes: what the next state knows about each scope.
    """

    findings: tuple[Finding, ...]
    diagnostics: tuple[Diagnostic, ...]
    scopes: tuple[ScopeRecord, ...]


def advance(  # noqa: PLR0913 - the whole evidence, each part named
    current: tuple[Finding, ...],
    previous: State | None,
    *,
    scans: tuple[Scan, ...],
    failures: tuple[ReadFailure, ...],
    policy: Policy,
    run: RunRef,
    now: datetime,
    gone: frozenset[str] = frozenset(),
    unfetched: Mapping[str, str] | None = None,
    dates: Dates = _NO_DATES,
    lapsed: frozenset[str] = frozenset(),
) -> Advanced:
    """Carry clocks and decisions, and say of each finding whether it is new, unchanged, updated, reopened or closed.

    The rules stand in docs/lifecycle.md. Without a previous state every finding starts its clock and none is new, nor
    is what a tool brings that was never heard before. Without any report nothing was looked at, and every finding stays
    as it was. ``gone`` holds paths that the caller looked for and that are not in the checkout, ``unfetched`` those in
    parts of the repository that it leaves out, each with the name of its part; ``dates`` are days on which reports say
    that findings were first seen; ``lapsed`` are those remembered findings whose decision has ended or was taken back,
    so that nothing is closed on it.
    """
    previous = None if previous is None else reopen_unasked(previous, now, run.id)
    looked = _looked(current, previous, scans, failures, policy, now, gone)
    looked = replace(looked, unfetched=unfetched or {})
    is_retry = previous is not None and _is_retry(previous.run, run)
    step = Step(now, run, policy, Evidence(looked), dates, is_retry, lapsed)
    if previous is None:
        findings = [first_sight(finding, step, is_baseline=True) for finding in current]
        diagnostics: tuple[Diagnostic, ...] = ()
    else:
        brought = newcomers(current, previous, scans)
        findings, taken, differing = _seen(current, previous.findings, frozenset().union(*brought.values()), step)
        unseen = [each for each in previous.findings if each.closed_at is None and each.id not in taken]
        is_tick = not scans and all(failure.ignored for failure in failures)
        missing, held = _undisturbed(unseen) if is_tick else _unseen(unseen, findings, previous, looked, step)
        findings += [_still_new(each, step) for each in missing] if is_retry else missing
        diagnostics = (*newcomer_diagnostics(brought), *differing, *held)
    scopes = updated_records(looked.records, looked.scans, looked.narrow.keys(), now)
    return Advanced(tuple(map(rated, findings)), diagnostics, scopes)


def _looked(
    current: tuple[Finding, ...],
    previous: State | None,
    scans: tuple[Scan, ...],
    failures: tuple[ReadFailure, ...],
    policy: Policy,
    now: datetime,
    gone: frozenset[str],
) -> Looked:
    """What this run looked at, beside what the last ones did."""
    grouped = by_scope(scans)
    oldest = silent_before(previous.runs if previous else (), now, policy.state.retention_days)
    if previous is None:
        return Looked(grouped, failures, (), policy, oldest, gone)
    records = fresh_records(previous.scopes, oldest)
    narrow = narrow_scopes(grouped, records, current, previous.findings, gone)
    return Looked(grouped, failures, records, policy, oldest, gone, narrow=narrow)


def _seen(
    current: Iterable[Finding], tracked: Sequence[Tracked], brought: Container[str], step: Step
) -> tuple[list[Finding], set[str], list[Diagnostic]]:
    """This run's findings, the ids of the remembered ones they carry on, and decisions that met.

    ``brought`` are the ids of those that a newcomer among the tools brings: they are not called new.
    """
    known = {each.id: each for each in tracked}
    aliases = {alias: each for each in tracked for alias in each.aliases}
    findings: list[Finding] = []
    taken: set[str] = set()
    differing: list[Diagnostic] = []
    for finding in current:
        if finding.parted_from:
            findings.append(part(finding, known[finding.parted_from], step))
            continue
        memory = known.get(finding.id)
        if memory is None or finding.aliases:
            memories = _memories(finding, known, aliases)
            taken.update(each.id for each in memories)
            memory = unite(memories, step) if memories else None
            differing += disagreement(memories)
        if memory is None:
            findings.append(first_sight(finding, step, is_baseline=finding.id in brought))
        else:
            taken.add(memory.id)
            findings.append(carry(finding, memory, step))
    return findings, taken, differing


def _memories(finding: Finding, known: dict[str, Tracked], aliases: dict[str, Tracked]) -> list[Tracked]:
    """Everything remembered under the finding's id or one of its aliases."""
    names = (finding.id, *finding.aliases)
    found = [memory for name in names if (memory := known.get(name) or aliases.get(name)) is not None]
    return list({memory.id: memory for memory in found}.values())


def _unseen(
    unseen: Iterable[Tracked], current: Iterable[Finding], previous: State, looked: Looked, step: Step
) -> tuple[list[Finding], tuple[Diagnostic, ...]]:
    """Findings nobody reported: closed where that is proven and believable, kept everywhere else."""
    absences = [examine(each, step) for each in unseen]
    brake = Brake(previous.findings, absences, step.policy)
    gone = [each for each in absences if each.fate is Fate.GONE]
    reasons = {each.tracked.id: reason for each in gone if (reason := brake.reason(each))}
    braked = [each for each in gone if each.tracked.id in reasons]
    believable = [each for each in gone if each.tracked.id not in reasons and not is_believed(each)]
    complete = step.policy.closing.declares_complete
    scans = {key: group for key, group in looked.scans.items() if not complete(key[0])}
    doubtful = vanished_together(believable, scans, current)
    reasons |= {id_: f"Held: {group.reason}" for groups in doubtful.values() for group in groups for id_ in group.ids}
    unanswered = (absence.tracked for absence in absences if absence.fate is Fate.NOT_COVERED)
    said = (
        *brake.diagnostics({tool for tool, _ in vanished_together(braked, scans, current)}),
        *together_diagnostics(doubtful),
        *step.evidence.diagnostics(unanswered),
    )
    return [_settled(absence, reasons.get(absence.tracked.id, ""), step) for absence in absences], said


def _settled(absence: Absence, doubt: str, step: Step) -> Finding:
    """The finding as its absence leaves it; ``doubt`` is why its closing is not believed."""
    if absence.fate is not Fate.GONE:
        return keep(absence, Observation(absence.fate.value), absence.reason)
    return hold(absence, doubt) if doubt else close(absence, step)


def _undisturbed(unseen: Iterable[Tracked]) -> tuple[list[Finding], tuple[Diagnostic, ...]]:
    """A run without reports looks at clocks only."""
    return [remember(each, each.sightings, each.observation, _TICK) for each in unseen], ()


def _still_new(finding: Finding, step: Step) -> Finding:
    """An unseen finding; one that an earlier attempt of this run called new is new while it is not closed."""
    if finding.closed_at is not None or not step.came_with(finding.history):
        return finding
    return replace(finding, baseline=Baseline.NEW)


def _is_retry(before: RunRef, run: RunRef) -> bool:
    return before.id == run.id and before.attempt != run.attempt
