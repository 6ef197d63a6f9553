"""A state in plain words, for ``onefold state show``.

The lines hold a report's text as it is: whoever prints them escapes them for the place they go to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from aggregator.model.finding import Decision, Observation, Sighting
from aggregator.model.hierarchy import OWN
from aggregator.model.severity import WORST_FIRST
from aggregator.model.state import Line, RunRecord, RunRef, State, Tracked
from aggregator.writers.board_line import run_name
from aggregator.writers.escape import clip, plain
from aggregator.writers.places import location_words, where
from aggregator.writers.status_words import status_lines

_TREND = 10
_SCOPES = 20
_HISTORY = {"absent": "closed", "new": "first seen"}


def state_text(state: State, version: str, size: int, width: int) -> Iterator[str]:
    """What is remembered of a line; ``version`` and ``size`` (bytes of JSON) are those of the file that was read."""
    yield _line(state.line)
    yield f"  schema {version}, {size} bytes{_each(size, len(state.findings))}"
    about = f", commit {state.commit}" if state.commit else ""
    yield f"  of run {run_name(state.run)} at {_moment(state.at)}{about}"
    if state.parents:
        yield f"  continues {_runs(state.parents)}"
    if state.frontier:
        yield f"  contains {len(state.frontier)} earlier states, the latest one {state.frontier[-1]}"
    for part in (_counts(state), _scopes(state, width), _trend(state), _oldest(state, width)):
        lines = tuple(part)
        yield from ("", *lines) if lines else ()


def state_finding_text(state: State, wanted: str) -> Iterator[str]:
    """Everything remembered about the finding ``wanted``, an id or an earlier one; nothing when there is none."""
    for each in state.findings:
        if wanted == each.id or wanted in each.aliases:
            yield from _finding(each)


def _line(line: Line) -> str:
    named = (("environment", line.environment), ("branch", line.branch), ("key", line.key))
    return ", ".join([line.product, *(f"{name} {value}" for name, value in named if value)])


def _each(size: int, count: int) -> str:
    return f", {size // count} for each of {count} findings" if count else ", no findings"


def _counts(state: State) -> Iterator[str]:
    alive = [each for each in state.findings if each.closed_at is None]
    silent = [each for each in alive if each.decision.disposition.silences]
    still = [each for each in alive if not each.decision.disposition.silences]
    breached = state.runs[-1].breached if state.runs else 0
    yield f"Open {len(still)}, set aside {len(silent)}, closed {len(state.findings) - len(alive)}; breached {breached}"
    by_severity = Counter(each.severity for each in still)
    if still:
        yield "  " + ", ".join(f"{word} {by_severity[word]}" for word in WORST_FIRST if by_severity[word])
        by_tool = Counter(tool for each in still for tool in {sighting.tool for sighting in each.sightings})
        yield "  " + ", ".join(f"{plain(tool)} {count}" for tool, count in sorted(by_tool.items()))
        by_product = Counter(each.belonging.product or state.line.product for each in still)
        if len(by_product) > 1:
            yield "  " + ", ".join(f"{plain(name)} {count}" for name, count in sorted(by_product.items()))


def _scopes(state: State, width: int) -> Iterator[str]:
    if state.scopes:
        yield "Scopes, and when they were last looked at with all their reports"
    for record in state.scopes[:_SCOPES]:
        reports = "1 report" if record.reports == 1 else f"{record.reports} reports"
        told = f"  {_moment(record.covered_at)}  {reports:<10}"
        yield f"{told}  {clip(plain(f'{record.tool} {record.scope}'), max(width - len(told) - 2, 20))}"
    if len(state.scopes) > _SCOPES:
        yield f"  and {len(state.scopes) - _SCOPES} more"


def _trend(state: State) -> Iterator[str]:
    if state.runs:
        yield f"The last {min(len(state.runs), _TREND)} of {len(state.runs)} runs"
        yield f"  {'when':<17}  {'open':>6}  {'new':>5}  {'closed':>6}  {'back':>5}  {'breached':>8}  run"
    yield from map(_record, state.runs[-_TREND:])


def _record(record: RunRecord) -> str:
    count = sum(record.open.values())
    return (
        f"  {_moment(record.at):<17}  {count:>6}  {record.new:>5}  {record.absent:>6}  {record.reopened:>5}"
        f"  {record.breached:>8}  {run_name(record.run)}"
    )


def _oldest(state: State, width: int) -> Iterator[str]:
    still = [each for each in state.findings if each.closed_at is None and not each.decision.disposition.silences]
    if still:
        each = min(still, key=lambda each: (each.first_seen, each.id))
        yield f"The oldest open finding, first seen {_day(each.first_seen)}"
        yield f"  {each.id}  {each.severity.value}  {clip(plain(each.title), max(width - len(each.id) - 14, 20))}"


def _finding(each: Tracked) -> Iterator[str]:
    yield f"{each.id}  {each.severity.value}  {clip(plain(each.title), 400)}"
    place = where(each)
    yield f"  {each.kind.value}, {each.tool} rule {each.rule_id}" + (f", {place}" if place else "")
    numbers = [*(f"CWE-{number}" for number in each.weaknesses), *each.vulnerability_ids]
    if numbers:
        yield f"  {', '.join(numbers)}"
    home = each.belonging
    if home != OWN:
        yield f"  {', '.join(plain(name) for name in (home.product, home.environment, home.engagement) if name)}"
    if each.aliases:
        yield f"  It was also known as {', '.join(each.aliases)}."
    for part in (_time(each), _status(each), _sources(each), _history(each), _tickets(each)):
        lines = tuple(part)
        yield from ("", *lines) if lines else ()


def _time(each: Tracked) -> Iterator[str]:
    clock = f"its clock started {_day(each.clock_start)}"
    yield f"First seen {_day(each.first_seen)}, last seen {_day(each.last_seen)}; {clock}."
    if each.reopened_at is not None:
        yield f"It came back on {_day(each.reopened_at)} after it had been closed."
    if each.closed_at is not None:
        yield f"Closed on {_day(each.closed_at)}: {each.closed_reason or 'no reason is recorded.'}"
    elif each.observation is Observation.HELD:
        yield "The last run did not report it and held it open."
    elif each.observation is Observation.NOT_COVERED:
        yield "The last run did not look at its place, so it is still open."


def _status(each: Tracked) -> Iterator[str]:
    told = None if each.decision == Decision() else each.decision
    return status_lines(each.decision.disposition, told, is_closed=each.closed_at is not None)


def _sources(each: Tracked) -> Iterator[str]:
    if each.sightings:
        yield "Reported by"
    yield from map(_source, each.sightings)


def _source(sighting: Sighting) -> str:
    at = "" if sighting.location is None else f" at {location_words(sighting.location)}"
    keys = "1 key" if len(sighting.keys) == 1 else f"{len(sighting.keys)} keys"
    missed = f", missed {sighting.misses} times since" if sighting.misses else ""
    return (
        f"  {sighting.tool} {sighting.rule_id}{at} in {sighting.scope}, severity {sighting.severity.value},"
        f" {keys}, last seen {_day(sighting.last_seen)}{missed}"
    )


def _history(each: Tracked) -> Iterator[str]:
    if each.history:
        yield "History"
    for step in each.history:
        run = f" in run {step.run}" if step.run else ""
        reason = f": {step.reason}" if step.reason else ""
        yield f"  {_moment(step.at)}  {_HISTORY.get(step.to, step.to).replace('_', ' ')}{run}{reason}"


def _tickets(each: Tracked) -> Iterator[str]:
    if each.tickets:
        yield "Tickets"
    yield from (f"  {ticket}" for ticket in each.tickets)


def _runs(runs: tuple[RunRef, ...]) -> str:
    return ("run " if len(runs) == 1 else "runs ") + ", ".join(map(run_name, runs))


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%MZ}"


def _day(moment: datetime | None) -> str:
    return "unknown" if moment is None else moment.date().isoformat()
