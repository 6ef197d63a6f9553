"""What is remembered after a run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from aggregator.model.finding import Finding, UploadIdentity
from aggregator.model.outcome import Context, Totals
from aggregator.model.state import ScopeRecord, State


class Learned(Struct, frozen=True):
    """What delivering taught us about one finding: its ticket, or what code scanning knows it by."""

    id: str
    ticket: str = ""
    upload: UploadIdentity | None = None


def next_state(
    previous: State | None,
    findings: Iterable[Finding],
    *,
    scopes: tuple[ScopeRecord, ...],
    context: Context,
    now: datetime,
    totals: Totals,
    retention_days: int,
) -> State:
    """The state that the next run starts from."""
    raise NotImplementedError


def settle(state: State, learned: Iterable[Learned]) -> State:
    """The state with what delivering taught us: tickets added, upload identities frozen at their first value."""
    raise NotImplementedError
