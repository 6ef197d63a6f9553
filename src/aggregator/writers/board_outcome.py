"""The board of one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aggregator.gate import UNSET
from aggregator.model.finding import Finding
from aggregator.model.outcome import Context, Outcome
from aggregator.model.report import Scan
from aggregator.model.result import Rule
from aggregator.model.state import Tracked
from aggregator.writers.board_line import entries_of, looks, points, run_name
from aggregator.writers.board_part import Part, board, board_upgrade
from aggregator.writers.board_row import board_finding
from aggregator.writers.dashboard_data import Board, BoardLine
from aggregator.writers.publish import publish_diagnostics, publish_finding, publish_scan, publish_totals
from aggregator.writers.published_upgrade import publish_upgrade


def board_of(outcome: Outcome) -> Board:
    """Everything the run knows: its findings, and the closed ones that its state still remembers."""
    return board([_part(outcome)])


def _part(outcome: Outcome) -> Part:
    context, rules = outcome.context, rules_of(outcome.scans)
    published = (publish_finding(each, context, outcome.tickets) for each in outcome.findings)
    findings = [
        board_finding(finding, its, rules, context.source_url)
        for finding, its in zip(outcome.findings, published, strict=True)
    ]
    for tracked in _closed_earlier(outcome):
        finding = as_finding(tracked)
        its = publish_finding(finding, context, outcome.tickets)
        findings.append(board_finding(finding, its, rules, context.source_url, tracked.risk_score))
    upgrades = tuple(board_upgrade(publish_upgrade(each)) for each in outcome.upgrades)
    return Part(_line(outcome), tuple(findings), upgrades)


def _closed_earlier(outcome: Outcome) -> Iterator[Tracked]:
    known = {each.id for each in outcome.findings}
    return (each for each in outcome.state.findings if each.closed_at is not None and each.id not in known)


# What is remembered of a finding stands under the same name on it, but for its score.
_REMEMBERED = tuple(name for name in Tracked.__struct_fields__ if name in Finding.__struct_fields__)


def as_finding(tracked: Tracked) -> Finding:
    """A finding as far as it is remembered."""
    return Finding(**{name: getattr(tracked, name) for name in _REMEMBERED})


def rules_of(scans: Sequence[Scan]) -> dict[tuple[str, str], Rule]:
    """What the reports say about their rules; of several descriptions the longest."""
    rules: dict[tuple[str, str], Rule] = {}
    for scan in scans:
        for rule in scan.rules:
            known = rules.get((scan.tool, rule.id))
            if known is None or _fullness(rule) > _fullness(known):
                rules[scan.tool, rule.id] = rule
    return rules


def _fullness(rule: Rule) -> tuple[int, str, str]:
    return len(rule.description) + len(rule.help), rule.description, rule.help


def _line(outcome: Outcome) -> BoardLine:
    context, state, verdict = outcome.context, outcome.state, outcome.verdict
    diagnostics = publish_diagnostics(outcome.diagnostics)
    scans = tuple(map(publish_scan, outcome.scans))
    return BoardLine(
        product=context.line.product,
        at=outcome.now,
        product_type=context.product_type,
        engagement=context.examination or context.engagement,
        environment=context.line.environment,
        branch=context.line.branch,
        state_key=context.line.key,
        commit=context.commit,
        run=run_name(context.run),
        url=_run_url(context),
        is_baseline=outcome.is_baseline,
        totals=publish_totals(outcome.totals),
        ruling="" if verdict == UNSET else verdict.ruling.value,
        ruling_reason="" if verdict == UNSET else verdict.reason,
        trend=points(state.runs),
        scans=looks(scans, entries_of(outcome.findings), state.scopes, diagnostics),
        diagnostics=diagnostics,
    )


def _run_url(context: Context) -> str:
    """The run's page, beside the code that it is about; a run elsewhere than on GitHub has no number."""
    repository, mark, _ = context.source_url.rpartition("/blob/")
    return f"{repository}/actions/runs/{context.run.id}" if mark and context.run.id.isdecimal() else ""
