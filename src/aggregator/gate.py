"""The gate: which findings turn the run red."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from aggregator.model.finding import Finding
from aggregator.model.outcome import Verdict
from aggregator.model.severity import Severity


class GateRule(Struct, frozen=True):
    """``new:high``: what is watched (``new``, ``any``, ``breached`` or ``none``) and from which severity on."""

    subject: str
    severity: Severity = Severity.INFO


def parse_rule(text: str) -> GateRule:
    """Read one rule of ``fail-on``. Raises ``UsageError`` that names the nearest right word."""
    raise NotImplementedError


def judge(findings: Iterable[Finding], rules: tuple[str, ...], *, is_baseline: bool) -> Verdict:
    """Hold the findings against the rules: any rule that is met fails the run."""
    raise NotImplementedError
