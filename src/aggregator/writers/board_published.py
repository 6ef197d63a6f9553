"""The part of a board that a ``findings.json`` tells, and what a state of the same line adds to it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from aggregator.gate import UNSET
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.outcome import Context
from aggregator.model.state import RunRef, State
from aggregator.writers.board_line import entries_of, looks, points, run_name
from aggregator.writers.board_outcome import as_finding
from aggregator.writers.board_part import Part, board_upgrade
from aggregator.writers.board_row import board_finding
from aggregator.writers.board_state import located, state_part
from aggregator.writers.dashboard_data import BoardFinding, BoardLine, BoardPoint
from aggregator.writers.publish import publish_diagnostics, publish_finding
from aggregator.writers.published import PublishedDiagnostic, PublishedReport
from aggregator.writers.published_findings import recalled

_NO_HISTORY = Diagnostic(
    "from-findings",
    Level.NOTE,
    "findings.json",
    "It tells of one run: no history, no scopes of earlier runs, and nothing that was closed before it.",
    "Give the state of the same line as well, and they are shown.",
)
_OLDER = Diagnostic(
    "older-findings",
    Level.WARNING,
    "findings.json",
    "It is of an earlier run than the state of the same line, so the state is shown.",
    "Give the findings.json of the last run.",
)


def published_part(report: PublishedReport, state: State | None = None, source_url: str = "") -> Part:
    """The line of a document.

    Args:
        report: the document.
        state: of the same line, of that run or an earlier one: it adds the history and what was closed before.
        source_url: as in :func:`aggregator.writers.board_state.state_part`.
    """
    links = located(source_url, report.run.product, report.run.commit)
    findings = [board_finding(recalled(each), each, {}, links) for each in report.findings]
    if state is not None:
        findings += _closed_earlier(report, state, links)
    upgrades = tuple(map(board_upgrade, report.upgrades))
    return Part(_line(report, state), tuple(findings), upgrades)


def newest_part(report: PublishedReport, state: State, source_url: str = "", *, has_clocks: bool = True) -> Part:
    """The line of a document and a state, of which the later one says how things stand."""
    if report.run.at >= state.at:
        return published_part(report, state, source_url)
    part = state_part(state, source_url, has_clocks=has_clocks)
    said = publish_diagnostics((_OLDER,))
    return Part(_with(part.line, said), part.findings, part.upgrades)


def _with(line: BoardLine, said: tuple[PublishedDiagnostic, ...]) -> BoardLine:
    return replace(line, diagnostics=(*said, *line.diagnostics))


def _closed_earlier(report: PublishedReport, state: State, links: str) -> Iterator[BoardFinding]:
    """What the state remembers as closed and the document does not know any more."""
    known = {name for each in report.findings for name in (each.id, *each.aliases)}
    context = Context(line=state.line, run=state.run, commit=state.commit)
    for tracked in state.findings:
        if tracked.closed_at is not None and tracked.id not in known:
            finding = as_finding(tracked)
            yield board_finding(finding, publish_finding(finding, context), {}, links, tracked.risk_score)


def _line(report: PublishedReport, state: State | None) -> BoardLine:
    run, verdict = report.run, report.verdict
    is_asked = verdict.reason != UNSET.reason
    said = report.diagnostics if state is not None else (*report.diagnostics, *publish_diagnostics((_NO_HISTORY,)))
    return BoardLine(
        product=run.product,
        at=run.at,
        product_type=run.product_type,
        engagement=run.engagement,
        environment=run.environment,
        branch=run.branch,
        state_key=run.state_key,
        commit=run.commit,
        run=run_name(RunRef(run.id, run.attempt)),
        is_baseline=run.is_baseline,
        totals=report.totals,
        ruling=verdict.ruling.value if is_asked else "",
        ruling_reason=verdict.reason if is_asked else "",
        trend=_trend(report, state),
        scans=looks(report.scans, entries_of(report.findings), () if state is None else state.scopes, said),
        diagnostics=said,
    )


def _trend(report: PublishedReport, state: State | None) -> tuple[BoardPoint, ...]:
    """The state's history, with the document's run as its last point."""
    earlier = () if state is None else points(record for record in state.runs if record.at < report.run.at)
    totals = report.totals
    own = BoardPoint(
        run=run_name(RunRef(report.run.id, report.run.attempt)),
        at=report.run.at,
        open={severity: count for severity, count in sorted(totals.by_severity.items()) if count},
        new=totals.new,
        fixed=totals.absent,
        reopened=totals.reopened,
        approaching=totals.approaching,
        breached=totals.breached,
        suppressed=totals.suppressed,
        mean_days=totals.mean_days_to_remediate,
    )
    return (*earlier, own)
