"""When reports say that a finding was first detected: what brings a lost ``first_seen`` back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from aggregator.model.finding import Finding
from aggregator.model.report import Report


class Dates:
    """Days by the report's name and pointer, and by the finding's id from what Onefold wrote itself."""

    def __init__(self, reports: Iterable[Report] = ()) -> None:
        self._by_result: dict[tuple[str, str], datetime] = {}
        self._by_finding: dict[str, datetime] = {}
        for report in reports:
            for name, moment in report.detected.items():
                if report.scans:
                    key = (report.name, name)
                    self._by_result[key] = min(moment, self._by_result.get(key, moment))
                else:
                    self._by_finding[name] = min(moment, self._by_finding.get(name, moment))

    def first_seen(self, finding: Finding, now: datetime) -> datetime:
        """The earliest day that a report names for the finding; ``now`` when none does, or only later ones."""
        if not self._by_finding and not self._by_result:
            return now
        moments = [now]
        if self._by_finding and (own := self._by_finding.get(finding.id)) is not None:
            moments.append(own)
        if self._by_result:
            keys = [(source.report, source.pointer) for source in finding.sources]
            moments += [self._by_result[key] for key in keys if key in self._by_result]
        return min(moments)
