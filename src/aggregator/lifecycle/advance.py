"""One step in time: this run's findings against what the state remembers."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import Finding
from aggregator.model.report import ReadFailure, Scan
from aggregator.model.state import RunRef, ScopeRecord, State
from aggregator.policy import Policy


class Advanced(Struct, frozen=True):
    """What :func:`advance` decided.

    Attributes:
        findings: this run's, those not seen, and those closed now; by id.
        diagnostics: held closes, decisions that met on a merge.
        scopes: what the next state knows about each scope.
    """

    findings: tuple[Finding, ...]
    diagnostics: tuple[Diagnostic, ...]
    scopes: tuple[ScopeRecord, ...]


def advance(  # noqa: PLR0913 - the whole evidence, each part named
    current: tuple[Finding, ...],
    previous: State | None,
    *,
    scans: tuple[Scan, ...],
    failures: tuple[ReadFailure, ...],
    policy: Policy,
    run: RunRef,
    now: datetime,
    gone: frozenset[str] = frozenset(),
) -> Advanced:
    """Carry clocks and decisions, and say of each finding whether it is new, unchanged, updated, reopened or closed.

    ``gone`` holds paths that the caller checked to be absent from the checkout.
    """
    raise NotImplementedError
