"""The answer for the person at the terminal: the verdict last, where the eye rests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from aggregator.gate import UNSET
from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Level
from aggregator.model.finding import Baseline, Finding, Observation, Standing
from aggregator.model.outcome import Outcome, Ruling, Verdict
from aggregator.model.report import Scan
from aggregator.model.severity import WORST_FIRST, Severity
from aggregator.pipeline.intake import IGNORED, UNOPENED
from aggregator.run.rows import SEVERITY, Row, cut_start, fit, paragraph, row_of
from aggregator.run.words import cut, harmless
from aggregator.writers.summary_cells import late_words, many
from aggregator.writers.summary_head import counts

ROWS = 10
"""Findings shown in one section; the documents hold the rest."""
SCANS = 20
REASONS = 10
SAMPLES = 3
"""Findings shown for one reason."""
NOTES = 10
_ALL = "findings.csv or --verbose"
"""Where all findings of a list that is cut can be seen."""

_INDENT = " " * 12
_WORRIES = (Completeness.FAILED, Completeness.PARTIAL, Completeness.COMPLETE)

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


class Sheet(Struct, frozen=True):
    """What there is to write on: colours, columns, and whether everything is to be shown."""

    paint: Paint
    width: int
    verbose: bool = False

    def narrower(self) -> Sheet:
        """The sheet inside an indented part."""
        return Sheet(self.paint, self.width - 2, self.verbose)


def summary(
    outcome: Outcome, paint: Paint, *, width: int = 140, verbose: bool = False, incomplete: bool = False
) -> Iterator[str]:
    """The whole answer, line by line; every word that came from a report is harmless for a log."""
    sheet = Sheet(paint, width, verbose)
    yield _headline(outcome, paint)
    yield from _scans(outcome, sheet, incomplete=incomplete)
    yield from _numbers(outcome, paint)
    yield from _sums(outcome, paint)
    for title, rows in _sections(outcome):
        yield from _section(title, rows, sheet)
    yield from _unseen(outcome, sheet)
    yield from _notes(outcome, sheet)
    yield ""
    if incomplete:
        yield f"{paint('Input: incomplete', 'bold', 'red')}  A report is missing or wholly unusable, see the remarks."
    yield _gate(outcome.verdict, paint)


def _gate(verdict: Verdict, paint: Paint) -> str:
    if verdict == UNSET:
        return f"{paint('Gate: not set', 'bold')}  A rule such as new:high (fail-on) would judge this run."
    ruling = paint(f"Gate: {verdict.ruling.value}", "bold", _OF_RULING[verdict.ruling])
    return f"{ruling}  {harmless(verdict.reason)}{_advisory(verdict)}"


def _advisory(verdict: Verdict) -> str:
    return " The gate is advisory: it does not fail the run." if verdict.is_advisory else ""


def _headline(outcome: Outcome, paint: Paint) -> str:
    line = outcome.context.line
    place = ", ".join(harmless(part) for part in (line.environment, line.branch, line.key) if part)
    return f"{paint('Onefold', 'bold')}  {harmless(line.product)}{f' ({place})' if place else ''}"


def _scans(outcome: Outcome, sheet: Sheet, *, incomplete: bool) -> Iterator[str]:
    """What was read; what did not work first, because a long list is cut; what was no report last."""
    yield ""
    if outcome.scans:
        yield sheet.paint("Scans", "bold")
        yield from _scan_lines(outcome, sheet)
    elif incomplete:
        yield "No report could be used, see the remarks."
    elif outcome.is_blank:
        yield "No report was given."
    else:
        yield "No reports: only the clocks moved."
    if not sheet.verbose:
        yield from _passed_over(Counter(item.code for item in outcome.diagnostics))


def _passed_over(codes: Counter[str]) -> Iterator[str]:
    if files := codes[IGNORED]:
        yield f"  passed over {many(files, 'file')} in which no report was recognised, see --verbose"
    if links := codes[UNOPENED]:
        them = "it" if links == 1 else "them"
        yield f"  passed over {many(links, 'link')} or the like; name {them} to have {them} read, see --verbose"


def _scan_lines(outcome: Outcome, sheet: Sheet) -> Iterator[str]:
    """A line a scan; scans of one report that ended alike share one, because their scopes stand in the documents."""
    alike = Counter(map(_scan_words, sorted(outcome.scans, key=lambda scan: _WORRIES.index(scan.completeness))))
    rows = list(alike.items())
    shown = rows if sheet.verbose else rows[:SCANS]
    width = max(len(tool) for (_, tool, _, _), _ in shown)
    for (completeness, tool, report, reason), scopes in shown:
        state = sheet.paint(f"{completeness.value:<8}", _OF_SCAN[completeness])
        rest = f" ({scopes} scopes)" if scopes > 1 else ""
        place = harmless(cut_start(report, max(20, sheet.width - width - len(rest) - 14)))
        yield f"  {state}  {tool:<{width}}  {place}{rest}"
        if reason:
            yield from paragraph(reason, sheet.width, _INDENT)
    left = rows[len(shown) :]
    well = all(completeness is Completeness.COMPLETE for (completeness, *_), _ in left)
    yield from _more(sum(scopes for _, scopes in left), "complete scans" if well else "scans")


def _scan_words(scan: Scan) -> tuple[Completeness, str, str, str]:
    tool = harmless(cut(f"{scan.tool or 'unknown'} {scan.tool_version}", 30))
    return scan.completeness, tool, scan.report, sentence(f"{scan.reason} {scan.next_step}") if scan.reason else ""


def _more(count: int, what: str = "", where: str = "--verbose") -> Iterator[str]:
    if count > 0:
        yield f"  and {count} more{f' {what}' if what else ''}, see {where}"


def sentence(text: str) -> str:
    """The text with a capital letter at its start."""
    return text[:1].upper() + text[1:]


def _numbers(outcome: Outcome, paint: Paint) -> Iterator[str]:
    """What is open, and against what it is held."""
    totals = outcome.totals
    yield ""
    yield paint("Findings", "bold")
    severities = [
        paint(f"{totals.by_severity[severity]} {severity.value.lower()}", _OF_SEVERITY[severity])
        for severity in WORST_FIRST
        if totals.by_severity.get(severity)
    ]
    yield f"  {totals.open} open{': ' if severities else ''}{', '.join(severities)}"
    if outcome.context.is_past_unread:
        yield "  The earlier state could not be read: nothing is compared."
    elif outcome.is_left_behind:
        yield "  The earlier runs are of commits that this change does not contain: nothing is compared."
    elif outcome.is_blank:
        yield "  There is no earlier run and nothing was read: the next run that reads a report is the first."
    elif outcome.is_baseline:
        yield "  First run on this line: everything is the baseline, nothing is called new."
    else:
        yield f"  Since the last run: {counts(outcome)}"


def _sums(outcome: Outcome, paint: Paint) -> Iterator[str]:
    """What of it was not seen, is late or was decided, and how the entries of the reports add up."""
    totals = outcome.totals
    unseen = {"not looked at": totals.not_covered, "kept until there is proof": totals.held}
    if any(unseen.values()):
        parts = ", ".join(f"{n} {word}" for word, n in unseen.items() if n)
        yield f"  Open, though not seen this time: {parts}"
    if totals.breached or totals.approaching:
        yield f"  SLA: {paint(f'{totals.breached} breached', 'red')}, {totals.approaching} approaching"
    if aside := Counter(f.status.replace("_", " ") for f in outcome.findings if not f.is_open and f.closed_at is None):
        yield f"  Set aside: {', '.join(f'{count} {word}' for word, count in sorted(aside.items()))}"
    yield (
        f"  {totals.reported} reported = {totals.unique} unique + {totals.merged} merged"
        f" + {totals.suppressed} suppressed + {totals.refused} refused"
    )


def _sections(outcome: Outcome) -> Iterator[tuple[str, list[tuple[Finding, str]]]]:
    """What stops the run, what changed, each finding with the reason; then what is late."""
    known = outcome.findings
    why = {id_: f"{stop.why} {stop.remedy}" for stop in outcome.verdict.reasons for id_ in stop.findings}
    failing = frozenset(outcome.verdict.failing)
    title = "Would stop the gate" if outcome.verdict.is_advisory else "Stops the gate"
    yield title, [(f, why.get(f.id, "")) for f in known if f.id in failing]
    if outcome.is_baseline:
        yield "Worst first", [(f, "") for f in known if f.is_open]
    yield "New", [(f, "") for f in known if f.baseline is Baseline.NEW and not f.is_back and f.is_open]
    yield "Reopened", [(f, "") for f in known if f.is_back and f.is_open]
    yield "Fixed", [(f, f.closed_reason) for f in known if f.baseline is Baseline.ABSENT]
    yield "Updated", [(f, "; ".join(f.changes)) for f in known if f.baseline is Baseline.UPDATED and f.is_open]
    yield "Past their SLA", [(f, _late(f, outcome)) for f in known if f.standing is Standing.BREACHED and f.is_open]


def _late(finding: Finding, outcome: Outcome) -> str:
    return late_words(finding.clock_start, finding.due_at, outcome.now)


def _section(title: str, found: list[tuple[Finding, str]], sheet: Sheet) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield f"{sheet.paint(title, 'bold')} ({len(found)})"
    rows = [row_of(finding, why) for finding, why in (found if sheet.verbose else found[:ROWS])]
    yield from _lines(rows, sheet)
    yield from _more(len(found) - len(rows), where=_ALL)


def _lines(rows: list[Row], sheet: Sheet) -> Iterator[str]:
    columns = fit(rows, sheet.width)
    for row in rows:
        severity = row.finding.severity
        yield f"  {sheet.paint(f'{severity.value:<{SEVERITY}}', _OF_SEVERITY[severity])}  {columns.line(row)}"
        if row.why:
            yield from paragraph(row.why, sheet.width, _INDENT)


def _unseen(outcome: Outcome, sheet: Sheet) -> Iterator[str]:
    """Open findings that nobody reported this time, below the reason that kept them from being called fixed."""
    reasons: dict[str, list[Finding]] = {}
    for finding in outcome.findings:
        if finding.observation is not Observation.OBSERVED and finding.is_open:
            reasons.setdefault(finding.observation_reason, []).append(finding)
    if not reasons:
        return
    yield ""
    yield f"{sheet.paint('Not seen, and not called fixed', 'bold')} ({sum(map(len, reasons.values()))})"
    shown = list(reasons.items()) if sheet.verbose else list(reasons.items())[:REASONS]
    for reason, findings in shown:
        yield from paragraph(f"{sentence(reason) or 'No reason is recorded.'} ({len(findings)})", sheet.width, "  ")
        rows = [row_of(finding) for finding in (findings if sheet.verbose else findings[:SAMPLES])]
        yield from (f"  {line}" for line in _lines(rows, sheet.narrower()))
        yield from (f"  {line}" for line in _more(len(findings) - len(rows), where=_ALL))
    yield from _more(len(reasons) - len(shown), "reasons")


def _notes(outcome: Outcome, sheet: Sheet) -> Iterator[str]:
    """What went wrong or deserves a word; notes only when asked for."""
    shown = [item for item in outcome.diagnostics if sheet.verbose or item.level is not Level.NOTE]
    if not shown:
        return
    yield ""
    yield sheet.paint("Remarks", "bold")
    for item in shown if sheet.verbose else shown[:NOTES]:
        first, *rest = paragraph(f"{item.level.value}: {item.sentence()}", sheet.width - 2, "  ")
        yield first
        yield from (f"  {line}" for line in rest)
    if not sheet.verbose and len(shown) > NOTES:
        yield f"  and {len(shown) - NOTES} more, see findings.json or --verbose"


def complaints(outcome: Outcome) -> Iterator[str]:
    """Only what is wrong: errors, and a gate that failed."""
    for item in outcome.diagnostics:
        if item.level is Level.ERROR:
            yield f"error: {harmless(cut(item.sentence(), 300))}"
    if outcome.verdict.ruling is Ruling.FAIL:
        yield f"Gate: fail  {harmless(outcome.verdict.reason)}{_advisory(outcome.verdict)}"
