"""The answer for the person at the terminal: the verdict last, where the eye rests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Level
from aggregator.model.finding import Baseline, Finding, Observation, Standing
from aggregator.model.location import Location
from aggregator.model.outcome import Outcome, Ruling
from aggregator.model.severity import WORST_FIRST, Severity
from aggregator.run.words import cut, harmless

ROWS = 10
"""Findings shown in one section; the documents hold the rest."""
NOTES = 10

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36"}
_OF_SEVERITY = {
    Severity.CRITICAL: "magenta",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_OF_SCAN = {Completeness.COMPLETE: "green", Completeness.PARTIAL: "yellow", Completeness.FAILED: "red"}
_OF_RULING = {Ruling.PASS: "green", Ruling.FAIL: "red", Ruling.INCONCLUSIVE: "yellow"}


class Paint(Struct, frozen=True):
    """Colour, or none: words say everything that colour says."""

    on: bool = False

    def __call__(self, text: str, *names: str) -> str:
        """The text in these colours."""
        if not self.on or not names:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"


def summary(outcome: Outcome, paint: Paint, *, verbose: bool = False, incomplete: bool = False) -> Iterator[str]:
    """The whole answer, line by line; every word that came from a report is harmless for a log."""
    yield _headline(outcome, paint)
    yield from _scans(outcome, paint)
    yield from _numbers(outcome, paint)
    for title, findings in _sections(outcome):
        yield from _section(title, findings, paint, len(findings) if verbose else ROWS)
    yield from _notes(outcome, paint, verbose=verbose)
    yield ""
    if incomplete:
        yield f"{paint('Input: incomplete', 'bold', 'red')}  A report is missing or wholly unusable, see the remarks."
    verdict = outcome.verdict
    yield f"{paint(f'Gate: {verdict.ruling.value}', 'bold', _OF_RULING[verdict.ruling])}  {harmless(verdict.reason)}"


def _headline(outcome: Outcome, paint: Paint) -> str:
    line = outcome.context.line
    place = ", ".join(harmless(part) for part in (line.environment, line.branch) if part)
    return f"{paint('Onefold', 'bold')}  {harmless(line.product)}{f' ({place})' if place else ''}"


def _scans(outcome: Outcome, paint: Paint) -> Iterator[str]:
    yield ""
    if not outcome.scans:
        yield "No reports: only the clocks moved."
        return
    yield paint("Scans", "bold")
    tools = [harmless(f"{scan.tool or 'unknown'} {scan.tool_version}".strip()) for scan in outcome.scans]
    width = max(len(tool) for tool in tools)
    for scan, tool in zip(outcome.scans, tools, strict=True):
        state = paint(f"{scan.completeness.value:<8}", _OF_SCAN[scan.completeness])
        yield f"  {state}  {tool:<{width}}  {harmless(scan.report)}"
        if scan.reason:
            reason = f"{scan.reason[:1].upper()}{scan.reason[1:]} {scan.next_step}"
            yield f"            {harmless(cut(reason, 240))}"


def _numbers(outcome: Outcome, paint: Paint) -> Iterator[str]:
    totals = outcome.totals
    yield ""
    yield paint("Findings", "bold")
    severities = (
        paint(f"{totals.by_severity[severity]} {severity.value.lower()}", _OF_SEVERITY[severity])
        for severity in WORST_FIRST
        if totals.by_severity.get(severity)
    )
    yield f"  {totals.open} open{''.join(f', {text}' for text in severities)}"
    yield (
        f"  {totals.reported} reported = {totals.unique} unique + {totals.merged} merged"
        f" + {totals.suppressed} suppressed + {totals.refused} refused"
    )
    if outcome.is_baseline:
        yield "  First run on this line: everything is the baseline, nothing is called new."
    else:
        yield f"  {_changes(outcome)}"
    if totals.breached or totals.approaching:
        yield f"  SLA: {paint(f'{totals.breached} breached', 'red')}, {totals.approaching} approaching"


def _changes(outcome: Outcome) -> str:
    totals = outcome.totals
    counts = {
        "new": totals.new,
        "fixed": totals.absent,
        "reopened": totals.reopened,
        "updated": totals.updated,
        "unchanged": totals.unchanged,
        "not looked at": totals.not_covered,
        "held": totals.held,
    }
    always = {"new", "fixed", "unchanged"}
    return "Since the last run: " + ", ".join(f"{n} {word}" for word, n in counts.items() if n or word in always)


def _sections(outcome: Outcome) -> Iterator[tuple[str, list[tuple[Finding, str]]]]:
    """What changed, each finding with the reason; then what is late."""
    known = outcome.findings
    if outcome.is_baseline:
        yield "Worst first", [(f, "") for f in known if f.is_open]
    yield "New", [(f, "") for f in known if f.baseline is Baseline.NEW and f.is_open]
    yield "Reopened", [(f, "") for f in known if f.reopened_at == outcome.now and f.is_open]
    yield "Fixed", [(f, f.closed_reason) for f in known if f.baseline is Baseline.ABSENT]
    yield "Updated", [(f, "; ".join(f.changes)) for f in known if f.baseline is Baseline.UPDATED and f.is_open]
    unseen = (f for f in known if f.observation is not Observation.OBSERVED and f.closed_at is None)
    yield "Not seen, and not called fixed", [(f, f.observation_reason) for f in unseen]
    yield "Past their SLA", [(f, _due(f)) for f in known if f.standing is Standing.BREACHED and f.is_open]


def _due(finding: Finding) -> str:
    return f"was due on {finding.due_at:%Y-%m-%d}" if finding.due_at else ""


def _section(title: str, rows: list[tuple[Finding, str]], paint: Paint, limit: int) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield f"{paint(title, 'bold')} ({len(rows)})"
    for finding, why in rows[:limit]:
        severity = paint(f"{finding.severity.value:<8}", _OF_SEVERITY[finding.severity])
        parts = (cut(finding.title, 72), cut(where(finding), 60), ", ".join(_tools(finding)))
        yield f"  {severity}  {finding.id}  {'  '.join(harmless(part) for part in parts if part)}"
        if why:
            yield f"            {harmless(cut(why, 160))}"
    if len(rows) > limit:
        yield f"  and {len(rows) - limit} more, see summary.md"


def _tools(finding: Finding) -> list[str]:
    """Every tool that reported it, now or before."""
    return sorted({finding.tool, *(sighting.tool for sighting in finding.sightings)})


def where(finding: Finding) -> str:
    """The finding's place in one short phrase."""
    if finding.component is not None:
        package = f"{finding.component.name} {finding.component.version}".strip()
        home = finding.component.image or finding.component.path
        return f"{package} in {home}" if home else package
    if finding.resource is not None:
        return finding.resource.name or finding.resource.uid
    if finding.endpoint is not None:
        return f"{finding.endpoint.host}{finding.endpoint.path}"
    return _in_file(finding.location)


def _in_file(location: Location | None) -> str:
    if location is None:
        return ""
    return f"{location.path}:{location.start_line}" if location.start_line else location.path


def _notes(outcome: Outcome, paint: Paint, *, verbose: bool) -> Iterator[str]:
    """What went wrong or deserves a word; notes only when asked for."""
    shown = [item for item in outcome.diagnostics if verbose or item.level is not Level.NOTE]
    if not shown:
        return
    yield ""
    yield paint("Remarks", "bold")
    for item in shown if verbose else shown[:NOTES]:
        yield f"  {item.level.value}: {harmless(cut(item.sentence(), 300))}"
    if not verbose and len(shown) > NOTES:
        yield f"  and {len(shown) - NOTES} more, see findings.json or --verbose"


def complaints(outcome: Outcome) -> Iterator[str]:
    """Only what is wrong: errors, and a gate that failed."""
    for item in outcome.diagnostics:
        if item.level is Level.ERROR:
            yield f"error: {harmless(cut(item.sentence(), 300))}"
    if outcome.verdict.ruling is Ruling.FAIL:
        yield f"Gate: fail  {harmless(outcome.verdict.reason)}"


def planned(sentences: Iterable[str]) -> Iterator[str]:
    """The plan in words, for a dry run."""
    yield ""
    yield "Dry run: nothing was written. The plan:"
    yield from (f"  {harmless(sentence)}" for sentence in sentences)
