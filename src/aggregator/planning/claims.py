"""Whether a scan speaks against somebody who says that a finding is fixed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from aggregator.model.finding import Finding

_LONGEST_JOB = timedelta(hours=6)
"""So old may a scan be when its run reports it: a merge closes an issue while an earlier commit is still scanned."""


def seen_since(findings: Iterable[Finding], claimed_at: datetime) -> list[Finding]:
    """Those that a run still reported so long after the claim that its scans must be later than that."""
    return [each for each in findings if each.last_seen is not None and each.last_seen > claimed_at + _LONGEST_JOB]
