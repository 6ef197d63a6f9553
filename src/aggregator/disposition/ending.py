"""Decisions made elsewhere than in the exceptions file whose end is near; the exceptions announce their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Finding


def of_words(findings: Iterable[Finding], now: datetime, warn_days: int, exceptions: str) -> tuple[Diagnostic, ...]:
    """One warning for each place and end: what people said there, and what holds until then."""
    soon = now + timedelta(days=warn_days)
    ending: defaultdict[tuple[str, datetime], list[str]] = defaultdict(list)
    for finding in findings:
        ends, origin = finding.decision.expires_at, finding.decision.origin
        if ends is not None and ends <= soon and origin != exceptions and finding.closed_at is None:
            ending[origin, ends].append(finding.id)
    return tuple(_said(*place, sorted(ids)) for place, ids in sorted(ending.items()))


def _said(origin: str, ends: datetime, ids: list[str]) -> Diagnostic:
    many = ids[0] if len(ids) == 1 else f"{len(ids)} findings, {ids[0]} among them,"
    reason = f"What was decided about {many} ends on {ends:%Y-%m-%d %H:%M} UTC."
    return Diagnostic("decision-expires-soon", Level.WARNING, origin, reason, "Fix it, or decide again.")
