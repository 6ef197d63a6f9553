"""What the reports of a run were made for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import normpath
from types import MappingProxyType

from msgspec.structs import replace

from aggregator.model.report import Report, Scan
from aggregator.model.scope import MARK, scope_in
from aggregator.policy.engagement import EngagementRule

Made = Mapping[tuple[str, str], EngagementRule]
"""What a report was made for, by the report's name and the tool; what is missing is of the run's own engagement."""
_NOTHING: Made = MappingProxyType({})


class Engagements:
    """The policy's entries, in the order they are written.

    Args:
        rules: the entries.
        named: the one that the run says its reports are for; empty for none.
    """

    def __init__(self, rules: Iterable[EngagementRule], named: str = "") -> None:
        self._rules = tuple(rules)
        self._named = next((rule for rule in self._rules if rule.name == named), None)

    def of(self, place: str, tool: str, name: str = "") -> EngagementRule | None:
        """The first entry that claims a report, else the one that the run names.

        An entry means its place below the folder that was searched, or the path that the run was given: people write
        ``pentest/**`` whether the run says ``reports``, ``pentest`` or ``pentest/zap.json``.
        """
        paths = (place, normpath(name)) if name else (place,)
        claims = (rule for rule in self._rules if any(rule.claims(path, tool) for path in paths))
        return next(claims, self._named)

    def made(self, reports: Iterable[Report]) -> Made:
        """What each report was made for."""
        if not self._rules:
            return _NOTHING
        found = {
            (scan.report, scan.tool): self.of(report.place, scan.tool, scan.report)
            for report in reports
            for scan in report.scans
        }
        return {key: rule for key, rule in found.items() if rule is not None}

    def parted(self, reports: Iterable[Report]) -> tuple[Report, ...]:
        """The reports, of which those of a single examination look at scopes of their own."""
        return tuple(self._report(report) for report in reports)

    def parted_failures(self, scans: Iterable[Scan]) -> tuple[Scan, ...]:
        """As :meth:`parted`, for scans that stand for unreadable reports: their scope is the report's place."""
        return tuple(_in_scope(scan, self._scope(scan, scan.scope)) for scan in scans)

    def _report(self, report: Report) -> Report:
        scopes = [self._scope(scan, report.place) for scan in report.scans]
        if all(scope == scan.scope for scope, scan in zip(scopes, report.scans, strict=True)):
            return report
        scans = (_in_scope(scan, scope) for scan, scope in zip(report.scans, scopes, strict=True))
        return replace(report, scans=tuple(scans))

    def _scope(self, scan: Scan, place: str) -> str:
        rule = self.of(place, scan.tool, scan.report) if self._rules else None
        if rule is not None and rule.once:
            return scope_in(rule.name, scan.scope)
        return scope_in("", scan.scope) if MARK in scan.scope else scan.scope


def _in_scope(scan: Scan, scope: str) -> Scan:
    if scope == scan.scope:
        return scan
    return replace(scan, scope=scope, results=tuple([replace(result, scope=scope) for result in scan.results]))
