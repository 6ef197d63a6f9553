"""One step in time: this run's findings against what the state remembers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from aggregator.lifecycle.absence import Absence, Fate, close, examine, keep, remember
from aggregator.lifecycle.brake import brake_diagnostics, braked_tools, held_reason
from aggregator.lifecycle.carry import carry, first_sight
from aggregator.lifecycle.evidence import Evidence
from aggregator.lifecycle.scopes import fresh_records, updated_records
from aggregator.lifecycle.step import Step
from aggregator.lifecycle.unite import disagreement, unite
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import Finding, Observation
from aggregator.model.report import ReadFailure, Scan
from aggregator.model.state import RunRef, ScopeRecord, State, Tracked
from aggregator.policy import Policy

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
) -> Advanced:
    """Carry clocks and decisions, and say of each finding whether it is new, unchanged, updated, reopened or closed.

    The rules stand in docs/lifecycle.md. Without a previous state every finding starts its clock and none is new.
    Without any report nothing was looked at, and every finding stays as it was. ``gone`` holds paths that the caller
    looked for and that are not in the checkout.
    """
    before = previous.scopes if previous else ()
    records = fresh_records(before, now, policy.state.retention_days)
    evidence = Evidence(scans, failures, records, policy, gone)
    step = Step(now, run, policy, evidence, is_retry=previous is not None and _is_retry(previous.run, run))
    if previous is None:
        findings = [first_sight(finding, step, is_baseline=True) for finding in current]
        diagnostics: tuple[Diagnostic, ...] = ()
    else:
        findings, taken, differing = _seen(current, previous.findings, step)
        unseen = [each for each in previous.findings if each.closed_at is None and each.id not in taken]
        is_tick = not scans and all(failure.ignored for failure in failures)
        missing, held = _undisturbed(unseen) if is_tick else _unseen(unseen, previous.findings, step)
        findings += missing
        diagnostics = (*differing, *held)
    return Advanced(tuple(findings), diagnostics, updated_records(records, scans, now))


def _seen(
    current: Iterable[Finding], tracked: Sequence[Tracked], step: Step
) -> tuple[list[Finding], set[str], list[Diagnostic]]:
    """This run's findings, the ids of the remembered ones they carry on, and decisions that met."""
    known = {each.id: each for each in tracked}
    aliases = {alias: each for each in tracked for alias in each.aliases}
    findings: list[Finding] = []
    taken: set[str] = set()
    differing: list[Diagnostic] = []
    for finding in current:
        memory = known.get(finding.id)
        if memory is None or finding.aliases:
            memories = _memories(finding, known, aliases)
            taken.update(each.id for each in memories)
            memory = unite(memories) if memories else None
            differing += disagreement(memories)
        if memory is None:
            findings.append(first_sight(finding, step, is_baseline=False))
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
    unseen: Iterable[Tracked], tracked: Sequence[Tracked], step: Step
) -> tuple[list[Finding], tuple[Diagnostic, ...]]:
    """Findings nobody reported: closed where that is proven and the brake allows it, kept everywhere else."""
    absences = [examine(each, step) for each in unseen]
    braked = braked_tools(tracked, absences, step.policy)
    unanswered = (absence.tracked for absence in absences if absence.fate is Fate.NOT_COVERED)
    said = (*brake_diagnostics(braked, step.policy), *step.evidence.diagnostics(unanswered))
    return [_settled(absence, braked, step) for absence in absences], said


def _settled(absence: Absence, braked: dict[str, tuple[int, int]], step: Step) -> Finding:
    if absence.fate is not Fate.GONE:
        return keep(absence, Observation(absence.fate.value), absence.reason)
    if absence.tracked.tool in braked:
        return keep(absence, Observation.HELD, held_reason(*braked[absence.tracked.tool]))
    return close(absence, step)


def _undisturbed(unseen: Iterable[Tracked]) -> tuple[list[Finding], tuple[Diagnostic, ...]]:
    """A run without reports looks at clocks only."""
    return [remember(each, each.sightings, each.observation, _TICK) for each in unseen], ()


def _is_retry(before: RunRef, run: RunRef) -> bool:
    return before.id == run.id and before.attempt != run.attempt
