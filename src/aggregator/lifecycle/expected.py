"""Reports that the policy says must be there."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.report import ReadFailure, Scan
from aggregator.policy import Expected


def missing_reports(
    expected: tuple[Expected, ...], scans: Iterable[Scan], failures: Iterable[ReadFailure]
) -> tuple[Diagnostic, ...]:
    """One error (code ``expected-report-missing``) for each expected report that no usable scan answers."""
    raise NotImplementedError
