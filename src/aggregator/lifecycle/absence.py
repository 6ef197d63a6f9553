"""Findings nobody reported in this run: fixed, not looked at, or to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from aggregator.lifecycle.evidence import Answer
from aggregator.lifecycle.step import Step
from aggregator.model.finding import Baseline, Disposition, Finding, Observation, Sighting
from aggregator.model.result import Kind
from aggregator.model.state import Tracked

_AWAITING = (
    "Awaiting rotation. No longer in the files, but it stays in the history: "
    "revoke it and mark it mitigated to close it."
)
_REVOKED = (Disposition.MITIGATED, Disposition.FALSE_POSITIVE, Disposition.NOT_AFFECTED)


class Fate(StrEnum):
    """What an unseen finding has come to."""

    GONE = "gone"
    HELD = "held"
    NOT_COVERED = "not_covered"


class Absence(Struct, frozen=True, gc=False):
    """An unseen finding's fate, its proof or reason, and its sightings after this run.

    Attributes:
        is_certain: every report that was asked says of this very problem that it is gone.
    """

    tracked: Tracked
    fate: Fate
    reason: str
    sightings: tuple[Sighting, ...]
    is_certain: bool = False


def examine(tracked: Tracked, step: Step) -> Absence:
    """Ask about every source of the finding: it is gone when none that still looks speaks, and none went unasked."""
    needed = step.needed(tracked.kind)
    answers = [_heard(tracked, step.evidence.ask(tracked, sighting), step) for sighting in tracked.sightings]
    if len(answers) > 1:
        answers = [_answered_by_another(number, tracked, answers) for number in range(len(answers))]
    after = tuple(
        step.missed(sighting, answer, needed) for sighting, answer in zip(tracked.sightings, answers, strict=True)
    )
    looking = [pair for pair in zip(after, answers, strict=True) if not pair[1].is_retired]
    unasked = [answer.reason for sighting, answer in looking if not answer.covered and sighting.misses < needed]
    if unasked or not any(answer.covered for answer in answers):
        reason = unasked[0] if unasked else _unproven([answer.reason for answer in answers])
        return Absence(tracked, Fate.NOT_COVERED, reason, after)
    fewest = min(sighting.misses for sighting, _ in looking)
    if fewest < needed:
        return Absence(
            tracked,
            Fate.HELD,
            f"Looked for and not found; {fewest} of the {needed} runs in a row that it takes to close it.",
            after,
        )
    if tracked.kind is Kind.SECRET and not _may_close(tracked, step):
        return Absence(tracked, Fate.HELD, _AWAITING, after)
    proof = _proof(tracked, answers)
    if tracked.kind is Kind.SECRET and _is_revoked(tracked, step):
        proof = f"{proof} It is marked {tracked.decision.disposition.value}."
    return Absence(tracked, Fate.GONE, proof, after, all(answer.is_certain for answer in answers if answer.covered))


def _heard(tracked: Tracked, answer: Answer, step: Step) -> Answer:
    """The answer as it counts: a secret closes because it was revoked, so the tool's silence is enough beside that."""
    if not answer.is_silent or tracked.kind is not Kind.SECRET or step.policy.closing.deleted_secrets:
        return answer
    return replace(answer, covered=True, reason=f"{answer.reason.removesuffix('.')}, and no longer reports it.")


def _answered_by_another(number: int, tracked: Tracked, answers: list[Answer]) -> Answer:
    """The answer about a source; another report of its tool that once showed the same and read the file speaks for it.

    So a nightly scan need not confirm what that of a push sees mended, and a leg that was taken out of a matrix keeps
    nothing open.
    """
    source, answer = tracked.sightings[number], answers[number]
    if answer.covered:
        return answer
    others = zip(tracked.sightings, answers, strict=True)
    return next((each for other, each in others if each.is_listed and _is_same_row(source, other)), answer)


def _is_same_row(one: Sighting, two: Sighting) -> bool:
    path, other = (each.location.path if each.location is not None else "" for each in (one, two))
    return bool(path) and (one.tool, one.rule_id, path) == (two.tool, two.rule_id, other)


def close(absence: Absence, step: Step) -> Finding:
    """The finding, closed by proof in this run: its place was looked at, and it is not there."""
    # A source that was excused counts as silent too: one that is not was unknown to this run (`lifecycle/unasked.py`).
    silent = tuple(each if each.misses else replace(each, misses=1) for each in absence.sightings)
    finding = remember(absence.tracked, silent, Observation.OBSERVED)
    return replace(
        finding,
        baseline=Baseline.ABSENT,
        closed_at=step.now,
        closed_reason=absence.reason,
        history=(*finding.history, step.transition("absent", absence.reason)),
    )


def keep(absence: Absence, observation: Observation, reason: str) -> Finding:
    """The finding, neither seen nor closed."""
    return remember(absence.tracked, absence.sightings, observation, reason)


def hold(absence: Absence, reason: str) -> Finding:
    """The finding whose closing nobody believes: what its sources seemed to prove is not remembered either."""
    return remember(absence.tracked, absence.tracked.sightings, Observation.HELD, reason)


def remember(tracked: Tracked, sightings: tuple[Sighting, ...], observation: Observation, reason: str = "") -> Finding:
    """The finding as the state knows it, without a source of this run."""
    return Finding(
        id=tracked.id,
        kind=tracked.kind,
        title=tracked.title,
        severity=tracked.severity,
        rule_id=tracked.rule_id,
        tool=tracked.tool,
        aliases=tracked.aliases,
        weaknesses=tracked.weaknesses,
        vulnerability_ids=tracked.vulnerability_ids,
        location=tracked.location,
        component=tracked.component,
        resource=tracked.resource,
        endpoint=tracked.endpoint,
        sightings=sightings,
        observation=observation,
        observation_reason=reason,
        baseline=Baseline.UNCHANGED,
        decision=tracked.decision,
        first_seen=tracked.first_seen,
        last_seen=tracked.last_seen,
        clock_start=tracked.clock_start,
        reopened_at=tracked.reopened_at,
        history=tracked.history,
        upload=tracked.upload,
        tickets=tracked.tickets,
        cvss=tracked.cvss,
        is_live=tracked.is_live,
    )


def revoked(remembered: Iterable[Tracked]) -> tuple[Finding, ...]:
    """The secrets that close when they are gone, because people said that they are of no use to anybody."""
    said = (each for each in remembered if each.kind is Kind.SECRET and each.decision.disposition in _REVOKED)
    return tuple(remember(each, each.sightings, each.observation) for each in said)


def _proof(tracked: Tracked, answers: list[Answer]) -> str:
    """What the tools found; those that say the same say it together."""
    speakers: dict[str, list[str]] = {}
    for sighting, answer in zip(tracked.sightings, answers, strict=True):
        if answer.covered:
            ours = answer.reason.startswith(f"{sighting.tool} ")
            rest = answer.reason[len(sighting.tool) :] if ours else answer.reason
            names = speakers.setdefault(rest, [])
            if ours and sighting.tool not in names:
                names.append(sighting.tool)
    return " ".join(f"{_listed(names)}{rest}" for rest, names in speakers.items())


def _listed(names: list[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    *others, last = names or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _unproven(reasons: list[str]) -> str:
    return reasons[0] if reasons else "Nothing is remembered about who reported it."


def _may_close(tracked: Tracked, step: Step) -> bool:
    return step.policy.closing.deleted_secrets or _is_revoked(tracked, step)


def _is_revoked(tracked: Tracked, step: Step) -> bool:
    return tracked.decision.disposition in _REVOKED and tracked.id not in step.lapsed
