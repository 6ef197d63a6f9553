"""Findings seen in this run, with what the state remembers of them."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from aggregator.lifecycle.step import Step
from aggregator.lifecycle.waiting import with_what_was_said
from aggregator.model.finding import Baseline, Decision, Finding, Sighting
from aggregator.model.result import Kind
from aggregator.model.state import Tracked
from aggregator.normalize.rating import higher, highest_rating, is_accepted

# On Python 3.11 an enum's member costs 150 ns to reach through its class.
_SECRET = Kind.SECRET


def rated(finding: Finding) -> Finding:
    """The finding with what this run's reports say about how bad it is, unless it is known to be worse.

    One that they do not name stays as it was.
    """
    sources = finding.sources
    if not sources or (len(sources) == 1 and sources[0].cvss is None and finding.kind is not _SECRET):
        return finding  # the second is by far the most
    cvss, is_live = higher(finding.cvss, highest_rating(sources)), finding.is_live or is_accepted(sources)
    return finding if cvss is None and not is_live else replace(finding, cvss=cvss, is_live=is_live)


def first_sight(finding: Finding, step: Step, *, is_baseline: bool) -> Finding:
    """A finding nobody remembers. It is called new only where there is a base.

    Its clock starts now, or on the earlier day on which a report says that it was first detected.
    """
    since = step.dates.first_seen(finding, step.now)
    if is_baseline:
        return replace(finding, first_seen=since, last_seen=step.now, clock_start=since)
    return replace(
        finding,
        baseline=Baseline.NEW,
        first_seen=since,
        last_seen=step.now,
        clock_start=since,
        history=(step.transition("new"),),
    )


def carry(finding: Finding, tracked: Tracked, step: Step) -> Finding:
    """A finding that is remembered: its clock, decision, tickets and history go on."""
    if tracked.closed_at is not None:
        return _reopen(finding, tracked, step)
    history, moves = tracked.history, list[str]()
    if len(finding.sightings) > 1 or len(tracked.sightings) > 1 or finding.tool != tracked.tool:
        sightings, moves, waiting = _sources(finding, tracked, step)
        finding = replace(finding, sightings=sightings)
        finding = with_what_was_said(finding, tracked, waiting) if waiting else finding
    changes = _changes(finding, tracked) + moves
    baseline = Baseline.UNCHANGED
    if changes:
        baseline = Baseline.UPDATED
        history = (*history, step.transition("updated", "; ".join(changes)))
    if step.came_with(tracked.history):
        baseline = Baseline.NEW
    return replace(
        finding,
        baseline=baseline,
        changes=tuple(changes),
        first_seen=tracked.first_seen,
        last_seen=step.now,
        clock_start=tracked.clock_start,
        reopened_at=tracked.reopened_at,
        decision=tracked.decision,
        history=history,
        upload=tracked.upload,
        tickets=tracked.tickets,
    )


def part(finding: Finding, whole: Tracked, step: Step) -> Finding:
    """A finding that was a part of another one until this run: it is as old, and its clock goes on.

    Tickets and alerts stay with the other one, and so does what people decided, unless it was about this one before
    the two became one: what is a problem of its own again wants a word of its own.
    """
    what = f"was a part of {whole.id}"
    since = carry(finding, whole, step) if whole.closed_at is not None else _as_old(finding, whole, step, what)
    decision = whole.decision if finding.id in whole.aliases else Decision()
    return replace(since, decision=decision, upload=None, tickets=())


def _as_old(finding: Finding, whole: Tracked, step: Step, what: str) -> Finding:
    return replace(
        finding,
        baseline=Baseline.NEW if step.came_with(whole.history) else Baseline.UPDATED,
        changes=(what,),
        first_seen=whole.first_seen,
        last_seen=step.now,
        clock_start=whole.clock_start,
        reopened_at=whole.reopened_at,
        history=(*whole.history, step.transition("updated", what)),
    )


def _reopen(finding: Finding, tracked: Tracked, step: Step) -> Finding:
    """A finding that was closed and is back: new against the last run, old in everything else.

    Soon after the closing its clock goes on as if nothing had been; later it starts again.
    """
    closed_at = tracked.closed_at or step.now
    away = max(step.now - closed_at, timedelta())
    resumes = away <= timedelta(days=step.policy.sla.resume_days)
    what = "its clock goes on" if resumes else "its clock starts again"
    return replace(
        finding,
        baseline=Baseline.NEW,
        first_seen=tracked.first_seen,
        last_seen=step.now,
        clock_start=tracked.clock_start if resumes else step.now,
        reopened_at=step.now,
        decision=tracked.decision,
        history=(*tracked.history, step.transition("reopened", f"Seen again {away.days} days after closing; {what}.")),
        upload=tracked.upload,
        tickets=tracked.tickets,
    )


def _changes(finding: Finding, tracked: Tracked) -> list[str]:
    """What is different about the finding itself, in words; lines may move without a word."""
    changes: list[str] = []
    if finding.severity is not tracked.severity:
        changes.append(f"severity {tracked.severity.value} -> {finding.severity.value}")
    if finding.title != tracked.title:
        changes.append("title reworded")
    here, there = finding.location, tracked.location
    if here is not None and there is not None and here.path != there.path:
        changes.append(f"moved from {there.path} to {here.path}")
    now_in, was_in = finding.component, tracked.component
    if now_in is not None and was_in is not None and {*now_in.versions} != {*was_in.versions}:
        was, now = (", ".join(each.versions) or "unknown" for each in (was_in, now_in))
        changes.append(f"version {was} -> {now}")
    if now_in is not None and was_in is not None and now_in.fixed_versions and not was_in.fixed_versions:
        changes.append(f"fixed in {', '.join(now_in.fixed_versions)}")
    return changes


def _sources(
    finding: Finding, tracked: Tracked, step: Step
) -> tuple[tuple[Sighting, ...], list[str], tuple[Sighting, ...]]:
    """The sightings after this run, which tools joined or fell silent, and which sightings wait to be asked again."""
    needed = step.needed(finding.kind)
    reporting = {(source.tool, source.scope, source.rule_id) for source in finding.sources}
    spoke = {sighting.tool for sighting in tracked.sightings if sighting.misses < needed}
    speak = {source.tool for source in finding.sources}
    sightings: list[Sighting] = []
    waiting: list[Sighting] = []
    for sighting in finding.sightings:
        if (sighting.tool, sighting.scope, sighting.rule_id) in reporting:
            sightings.append(sighting)
            continue
        answer = step.evidence.ask(tracked, sighting)
        after = step.missed(sighting, answer, needed)
        sightings.append(after)
        if after.misses < needed:
            speak.add(sighting.tool)
            waiting += [after] * (not answer.is_retired)
    moves = [f"now also reported by {tool}" for tool in sorted(speak - spoke)]
    moves += [f"no longer reported by {tool}" for tool in sorted(spoke - speak)]
    return tuple(sightings), moves, tuple(waiting)
