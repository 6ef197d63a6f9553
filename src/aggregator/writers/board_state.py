"""The part of a board that a state tells; what a state does not remember is left open, and said."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Baseline
from aggregator.model.outcome import Context
from aggregator.model.result import Result
from aggregator.model.state import State, Tracked
from aggregator.writers.board_line import points, remembered, run_name
from aggregator.writers.board_outcome import as_finding
from aggregator.writers.board_part import Part
from aggregator.writers.board_row import board_finding
from aggregator.writers.dashboard_data import BoardLine, Look
from aggregator.writers.publish import publish_diagnostics, publish_finding

NO_CLOCKS = frozenset({"0.1", "0.2"})
"""Schemas of states that remember neither owners and due dates nor the risk of a finding."""

_ARRIVALS = ("new", "reopened")
_CHANGED = "updated"
_FROM_STATE = Diagnostic(
    "from-a-state",
    Level.NOTE,
    "state",
    "A state remembers no messages, merges, upgrades or terms of a risk, and not what its last run read.",
    "Give the findings.json of the same run as well, and they are shown.",
)
_NO_CLOCKS = Diagnostic(
    "state-without-clocks",
    Level.WARNING,
    "state",
    "It was written before owners, due dates and risks were remembered, so none are shown.",
    "The next run on this line remembers them.",
)


def state_part(state: State, source_url: str = "", *, has_clocks: bool = True) -> Part:
    """The line of a state.

    Args:
        state: all heads of the line merged.
        source_url: with ``{product}``, ``{commit}``, ``{path}`` and ``{line}`` to fill in; empty where nobody knows.
        has_clocks: whether it was written by a version that remembers owners and due dates (see ``NO_CLOCKS``).
    """
    context = Context(line=state.line, run=state.run, commit=state.commit)
    links = located(source_url, state.line.product, state.commit)
    tickets = {ticket.url: ticket for ticket in state.tickets}
    findings = []
    for tracked in state.findings:
        finding = replace(as_finding(tracked), baseline=_baseline(tracked, state), sources=_sources(tracked, state.at))
        published = publish_finding(finding, context, tickets)
        findings.append(board_finding(finding, published, {}, links, tracked.risk_score))
    return Part(_line(state, has_clocks=has_clocks), tuple(findings))


def _baseline(tracked: Tracked, state: State) -> Baseline | None:
    """Against the run before, as its history has it; in a first run there is none."""
    if len(state.runs) <= 1:
        return None
    if tracked.closed_at is not None:
        return Baseline.ABSENT if tracked.closed_at == state.at else None
    if any(step.run == state.run.id and step.to in _ARRIVALS for step in tracked.history):
        return Baseline.NEW
    is_changed = any(step.at == state.at and step.to == _CHANGED for step in tracked.history)
    return Baseline.UPDATED if is_changed else Baseline.UNCHANGED


def _sources(tracked: Tracked, at: datetime) -> tuple[Result, ...]:
    """Who reported it in the last run, under which rule and where; a state remembers none of their words."""
    return tuple(
        Result(tracked.kind, each.tool, each.scope, "", "", each.rule_id, "", each.severity, location=each.location)
        for each in tracked.sightings
        if each.last_seen == at
    )


def located(source_url: str, product: str, commit: str) -> str:
    """The pattern of a line's links, with its path and line still to fill in; empty where something is not known."""
    if ("{commit}" in source_url and not commit) or ("{product}" in source_url and product.count("/") != 1):
        return ""
    return source_url.replace("{product}", product).replace("{commit}", commit)


def _line(state: State, *, has_clocks: bool) -> BoardLine:
    said = (_FROM_STATE,) if has_clocks else (_NO_CLOCKS, _FROM_STATE)
    return BoardLine(
        product=state.line.product,
        at=state.at,
        environment=state.line.environment,
        branch=state.line.branch,
        state_key=state.line.key,
        commit=state.commit,
        run=run_name(state.run),
        is_baseline=len(state.runs) <= 1,
        trend=points(state.runs),
        scans=remembered(state.scopes, Look.REMEMBERED),
        diagnostics=publish_diagnostics(said),
    )
