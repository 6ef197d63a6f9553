"""What people say about a finding."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import Finding
from aggregator.policy import ExceptionRule


class Disposed(Struct, frozen=True):
    """The findings with their decisions, in the order they came, and what is to be said about the exceptions."""

    findings: tuple[Finding, ...]
    diagnostics: tuple[Diagnostic, ...]


def dispose(findings: tuple[Finding, ...], rules: tuple[ExceptionRule, ...], now: datetime, run: str = "") -> Disposed:
    """Decide each finding's disposition."""
    raise NotImplementedError
