"""``onefold explain ID``: everything known about one finding, in plain words, from the published ``findings.json``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aggregator.model.finding import Baseline, Observation, Standing
from aggregator.writers.places import versioned
from aggregator.writers.published import (
    PublishedFinding,
    PublishedLocation,
    PublishedMerge,
    PublishedSource,
)
from aggregator.writers.published_findings import named, read_findings
from aggregator.writers.published_sighting import PublishedSighting
from aggregator.writers.published_verdict import PublishedVerdict
from aggregator.writers.status_words import status_lines
from aggregator.writers.summary_cells import late_words

_TIERS = {
    "certain": "certain",
    "high": "very likely",
    "medium": "likely",
}
_KINDS = {
    "sast": "flaw in code",
    "secret": "secret",
    "sca": "vulnerable package",
    "container": "vulnerable package in an image",
    "iac": "misconfiguration in code",
    "cloud": "misconfiguration in the cloud",
    "dast": "flaw of a running application",
    "license": "licence",
}
_EVIDENCE = {
    "native": "the tool's own fingerprint",
    "context": "the code around it",
    "text": "the text of its line",
    "snippet": "the flagged code",
    "resource": "its resource",
    "component": "its package",
    "endpoint": "its web address",
    "place": "its rule and its place among the others in the file",
    "another-tool": "the word of another tool, or of another scan, for the same problem",
    "moved-context": "the code around it, which moved",
    "moved-snippet": "the flagged code, which moved",
    "moved-resource": "its resource, which moved",
    "moved-endpoint": "its web address, on another host or port",
    "moved-component": "its package, which moved",
    "renewed": "its address or resource, but for a part that changes with each deployment",
    "moved-image": "its package, in an image of another registry",
    "plain-component": "its package, of which then or now the bare name was told",
    "renamed-file": "its file, which was renamed",
    "history": "its line, which git followed",
    "reformatted": "the line that it flags, but for its quotes, blanks and commas",
    "block": "what encloses it, where as many of its rule are left as before",
    "edited": "the code around its line, which was edited",
    "moved-text": "the text of its line, which moved",
    "moved-block": "the findings next to it, which moved with it",
    "renamed-rule": "its place, under the rule's new name",
}
_HISTORY = {"absent": "closed", "new": "first seen"}


def explain(document: bytes, wanted: str) -> tuple[str, ...]:
    """The lines to print about the finding ``wanted``, an id or an earlier one (alias); details are indented.

    The lines hold a report's text as it is: whoever prints them escapes them for the place they go to.

    Raises:
        UsageError: the document is no ``findings.json`` of this version, or it holds no such finding.
    """
    report = read_findings(document)
    finding = named(report, wanted)
    return (*explain_finding(finding, report.run.at), *_stop(finding, report.verdict))


def explain_finding(finding: PublishedFinding, now: datetime) -> Iterator[str]:
    """One finding in words, as of the run's time."""
    yield f"{finding.id}  {finding.severity.value}  {finding.title or 'Untitled'}"
    yield f"  {_sort(finding)}"
    for alias in finding.aliases:
        yield f"  It was also known as {alias}, which was merged into it."
    yield ""
    yield from _sources(finding)
    for part in (
        _recognition(finding),
        _merges(finding),
        _related(finding),
        (*_home(finding), *_time(finding, now), *_status(finding), *_owners(finding)),
        _risk(finding),
        _history(finding),
    ):
        lines = tuple(part)
        yield from ("", *lines) if lines else ()


def _sort(finding: PublishedFinding) -> str:
    parts = [_KINDS[finding.kind], f"rule {finding.rule_id}"]
    parts += [f"CWE-{number}" for number in finding.weaknesses]
    parts += finding.vulnerability_ids
    parts += [_place(location) for location in finding.locations[:1]]
    if finding.component is not None:
        component = finding.component
        parts.append(versioned(component.name, component.versions))
        parts += [f"fixed in {version}" for version in component.fixed_versions[:1]]
    if finding.resource is not None:
        parts.append(finding.resource.uid)
    if finding.endpoint is not None:
        parts.append(f"{finding.endpoint.method} {finding.endpoint.host}{finding.endpoint.path}".strip())
    return ", ".join(parts)


def _place(location: PublishedLocation) -> str:
    return location.path if location.start_line is None else f"{location.path}:{location.start_line}"


def _sources(finding: PublishedFinding) -> Iterator[str]:
    yield "Reported by" if finding.sources else "No report of this run names it."
    for source in finding.sources:
        yield f"  {_source(source)}"
        if source.message and source.message != finding.title:
            yield f"    {' '.join(source.message.split())}"
    if finding.sightings:
        yield "Reported in earlier runs"
    for sighting in finding.sightings:
        yield f"  {_sighting(sighting)}"


def _source(source: PublishedSource) -> str:
    where = "" if source.location is None else f" at {_place(source.location)}"
    native = f", severity {source.native_severity}" if source.native_severity else ""
    return f"{source.tool} {source.rule_id}{where}{native}, in {source.report} at {source.pointer}"


def _sighting(sighting: PublishedSighting) -> str:
    where = f" at {_place(PublishedLocation(sighting.path, sighting.start_line))}" if sighting.path else ""
    return f"{sighting.tool} {sighting.rule_id}{where}, last on {_day(sighting.last_seen)}"


def _recognition(finding: PublishedFinding) -> Iterator[str]:
    if finding.carried:
        yield "Recognised from the run before"
        for carried in finding.carried:
            yield f"  {carried.tool} {carried.rule_id}: by {_evidence(carried.key)} ({_tier(carried.tier)})"
            yield from (f"    {given}" for given in carried.inputs)
    elif finding.baseline is Baseline.NEW:
        yield "New: no finding of the run before matched it."
    elif finding.baseline is None:
        yield "Part of a baseline: nobody had looked for it before, so it is not called new."
    elif finding.sources:
        yield "Known from an earlier run."
    for change in finding.changes:
        yield f"  changed: {change}"


def _evidence(key: str) -> str:
    """The key in plain words; one that is new here still reads."""
    return _EVIDENCE.get(key, key.replace("-", " "))


def _tier(tier: str) -> str:
    return _TIERS.get(tier, tier)


def _merges(finding: PublishedFinding) -> Iterator[str]:
    if finding.merges:
        yield "Why these results are one finding"
        for merge in finding.merges:
            yield from _merge(merge)
    elif len(finding.sources) == 1:
        yield "Nothing else was folded into it."
    if finding.runners_up:
        yield "Compared, and kept apart"
        for other in finding.runners_up:
            yield f"  {other.tool} {other.rule_id} at {other.where}: {other.veto}"


def _related(finding: PublishedFinding) -> Iterator[str]:
    if finding.related:
        yield "Related, and repaired apart"
        for other in finding.related:
            yield f"  {other.id}: {other.reason}"


def _merge(merge: PublishedMerge) -> Iterator[str]:
    yield f"  {merge.tool} {merge.rule_id}: {merge.key.replace('-', ' ')} ({_tier(merge.tier)})"
    for given in merge.inputs:
        yield f"    {given}"


def _home(finding: PublishedFinding) -> Iterator[str]:
    team = f" of {finding.product_type}" if finding.product_type else ""
    place = f", {finding.environment}" if finding.environment else ""
    made = f"; found in the engagement {finding.engagement}" if finding.engagement else ""
    if finding.product:
        yield f"In the product {finding.product}{team}{place}{made}."


def _time(finding: PublishedFinding, now: datetime) -> Iterator[str]:
    yield f"First seen {_day(finding.first_seen)}, last seen {_day(finding.last_seen)}."
    if finding.reopened_at is not None:
        yield f"It came back on {_day(finding.reopened_at)} after it had been closed."
    if finding.closed_at is not None:
        yield f"Closed on {_day(finding.closed_at)}: {finding.closed_reason or 'no reason is recorded.'}"
    elif finding.observation is not Observation.OBSERVED:
        word = "held open" if finding.observation is Observation.HELD else "not looked at this time, so still open"
        yield f"It was {word}: {finding.observation_reason or 'no reason is recorded.'}"
    if finding.closed_at is None:
        yield _clock(finding, now)


def _clock(finding: PublishedFinding, now: datetime) -> str:
    if finding.standing is Standing.PAUSED:
        due = "" if finding.due_at is None else f" Without it, it would be due {_day(finding.due_at)}."
        return f"The SLA clock is paused while the decision holds.{due}"
    if finding.due_at is None:
        return f"No SLA clock runs for severity {finding.severity.value}."
    days = (finding.due_at.date() - now.date()).days
    word = "day" if abs(days) == 1 else "days"
    away = f"{days} {word} left" if days >= 0 else f"{-days} {word} over"
    since = _day(finding.clock_start)
    late = late_words(finding.clock_start, finding.due_at, now) if finding.standing is Standing.BREACHED else ""
    return f"{late} Due {_day(finding.due_at)} ({away}); the clock has been running since {since}.".lstrip()


def _risk(finding: PublishedFinding) -> Iterator[str]:
    if finding.risk is not None:
        yield f"Risk {finding.risk.score} of 100"
        for term in finding.risk.terms:
            points = "unknown" if term.points is None else f"{term.points:+.1f}"
            known = ", ".join(filter(None, (term.source, "" if term.as_of is None else f"as of {term.as_of}")))
            yield f"  {points:>7}  {term.name}: {term.why}{f' ({known})' if known else ''}"


def _status(finding: PublishedFinding) -> Iterator[str]:
    return status_lines(finding.disposition, finding.decision, is_closed=finding.closed_at is not None)


def _owners(finding: PublishedFinding) -> Iterator[str]:
    if finding.owners:
        yield f"It belongs to {', '.join(finding.owners)}."
    for ticket in finding.tickets:
        state = {True: "open", False: "closed", None: "not read yet"}[ticket.is_open]
        whom = f", assigned to {', '.join(ticket.assignees)}" if ticket.assignees else ""
        yield f"Ticket {ticket.url} ({state}{whom})."


def _stop(finding: PublishedFinding, verdict: PublishedVerdict) -> Iterator[str]:
    """Why the gate stands on it, and what would make it pass."""
    for stop in verdict.reasons:
        if finding.id in stop.findings:
            yield from ("", "Why it stops the gate", f"  {stop.why}", f"  {stop.remedy}")


def _history(finding: PublishedFinding) -> Iterator[str]:
    if finding.history:
        yield "History"
    for step in finding.history:
        run = f" in run {step.run}" if step.run else ""
        reason = f": {step.reason}" if step.reason else ""
        yield f"  {_day(step.at)}  {_HISTORY.get(step.to, step.to).replace('_', ' ')}{run}{reason}"


def _day(moment: datetime | None) -> str:
    return "unknown" if moment is None else moment.date().isoformat()
