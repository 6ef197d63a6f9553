"""The table of a summary that tells products apart, where a run has several."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aggregator.model.finding import Baseline, Finding, Standing
from aggregator.model.outcome import Outcome
from aggregator.model.severity import WORST_FIRST
from aggregator.writers.escape import clip, markdown, plain
from aggregator.writers.summary_cells import many, table

_ROWS = 20
_NAME = 60
_HEADS = ("Product", "Open", "Worst", "New", "Fixed", "Past due")


def products_table(outcome: Outcome, rest: str) -> Iterator[str]:
    """A row for each product with something open, the one with most of it first; nothing where there is but one."""
    totals = outcome.totals.by_product
    if len(totals) < 2:  # noqa: PLR2004 - one is what the rest of the text is about
        return
    findings: dict[str, list[Finding]] = {name: [] for name in totals}
    for finding in outcome.findings:
        if (mine := findings.get(outcome.context.home(finding).product)) is not None:
            mine.append(finding)
    names = sorted(totals, key=lambda name: (-totals[name], name))
    rows = [_row(name, totals[name], findings[name], outcome.now) for name in names[:_ROWS]]
    hidden = len(names) - len(rows)
    more = f"\n\n{many(hidden, 'more product stands', 'more products stand')} {rest}." if hidden else ""
    yield table(_HEADS, rows) + more


def _row(name: str, count: int, findings: list[Finding], now: datetime) -> tuple[str, ...]:
    still = [finding for finding in findings if finding.is_open]
    severities = [sum(each.severity is severity for each in still) for severity in WORST_FIRST]
    worst = next(
        f"{number} {word.value.lower()}" for number, word in zip(severities, WORST_FIRST, strict=True) if number
    )
    numbers = (
        sum(each.baseline is Baseline.NEW and each.reopened_at != now for each in still),
        sum(each.baseline is Baseline.ABSENT for each in findings),
        sum(each.standing is Standing.BREACHED for each in still),
    )
    return (markdown(clip(plain(name), _NAME)), str(count), worst, *map(str, numbers))
