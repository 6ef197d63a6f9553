"""A finding's status in words: the same word everywhere, with who said so, where, when and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.writers.escape import clip, plain
from aggregator.writers.published import PublishedDecision

_NAME = 60


Told = Decision | PublishedDecision
"""A decision, of a run or as it was published."""


def status_lines(disposition: Disposition, decision: Told | None, *, is_closed: bool) -> Iterator[str]:
    """``Status: risk accepted, by kim, from exceptions, on 2026-10-01: Internal.``, in one line or two.

    What is closed says so first; what had been decided about it is still told.
    """
    word = "active" if disposition is Disposition.OPEN else disposition.value.replace("_", " ")
    if decision is None:
        yield f"Status: {'closed' if is_closed else word}. No decision about it is recorded."
        return
    if is_closed:
        yield "Status: closed."
    because = f" ({decision.justification.replace('_', ' ')})" if decision.justification else ""
    parts = [f"{'Decision' if is_closed else 'Status'}: {word}{because}"]
    parts += [f"by {decision.author}"] if decision.author else []
    parts += [f"from {decision.origin}"] if decision.origin else []
    parts += [f"on {decision.decided_at:%Y-%m-%d}"] if decision.decided_at else []
    parts += [f"until {last_moment(decision.expires_at):%Y-%m-%d}"] if decision.expires_at else []
    yield f"{', '.join(parts)}: {decision.reason or 'no reason is recorded.'}"


def last_moment(expires_at: datetime) -> datetime:
    """When a decision last holds: people write the last day, and its end is the first moment of the next one."""
    return expires_at - timedelta(seconds=1)


def verified_words(finding: Finding) -> str:
    """``verified by kim``, as plain text; empty for a finding of another status."""
    decision = finding.decision
    if finding.closed_at is not None or decision.disposition is not Disposition.VERIFIED:
        return ""
    who = clip(plain(decision.author or decision.origin), _NAME)
    return f"verified by {who}" if who else "verified"
