"""What this run's scans prove about a source that did not report a finding again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from aggregator.lifecycle.scopes import ScopeKey, reports_of
from aggregator.model.coverage import Completeness, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Sighting
from aggregator.model.report import ReadFailure, Scan
from aggregator.model.state import ScopeRecord, Tracked
from aggregator.policy import Policy

_ROW = "\x1f"


class Answer(Struct, frozen=True, gc=False):
    """Whether the source's place was looked at again.

    Attributes:
        covered: it was, so silence means something.
        reason: the proof, or why there is none; one sentence.
        is_proof: the report says outright that the problem is gone; once is enough.
    """

    covered: bool
    reason: str
    is_proof: bool = False


class _View(Struct, frozen=True):
    """What a run knows about one scope: its scans, or why they prove nothing."""

    scans: tuple[Scan, ...]
    obstacle: str = ""


class Evidence:
    """Answers, for any source of any finding, whether this run looked at its place again."""

    def __init__(
        self,
        scans: Iterable[Scan],
        failures: Iterable[ReadFailure],
        records: Iterable[ScopeRecord],
        policy: Policy,
        gone: frozenset[str],
    ) -> None:
        self._scans: defaultdict[ScopeKey, list[Scan]] = defaultdict(list)
        for scan in sorted(scans, key=lambda scan: (scan.tool, scan.scope, scan.report)):
            self._scans[scan.tool, scan.scope].append(scan)
        self._tools = {tool for tool, _ in self._scans}
        # A pin names a tool as people write it.
        self._unusable = {failure.tool.casefold(): failure.name for failure in failures if not failure.ignored}
        self._reports = {(record.tool, record.scope): record.reports for record in records}
        self._policy = policy
        self._gone = gone
        self._views: dict[ScopeKey, _View] = {}

    def ask(self, tracked: Tracked, sighting: Sighting) -> Answer:
        """Whether every report of the source's scope that could have shown the finding covered its place."""
        key = (sighting.tool, sighting.scope)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = self._view(*key)
        if view.obstacle:
            return Answer(covered=False, reason=view.obstacle)
        answer = Answer(covered=False, reason=f"{sighting.tool} ran without the rule {sighting.rule_id}.")
        for scan in view.scans:
            if scan.coverage.rules is not None and sighting.rule_id not in scan.coverage.rules:
                continue  # this report could not have shown it
            answer = self._look(scan, tracked, sighting)
            if not answer.covered:
                break
        return answer

    def diagnostics(self, unanswered: Iterable[Tracked]) -> tuple[Diagnostic, ...]:
        """One warning for each scope that, as a whole, left some of these findings without an answer."""
        counts = Counter[ScopeKey]()
        for tracked in unanswered:
            counts.update({(sighting.tool, sighting.scope) for sighting in tracked.sightings})
        return tuple(
            Diagnostic(
                "scope-not-covered",
                Level.WARNING,
                f"{tool} ({scope})",
                f"{self._views[tool, scope].obstacle} {_stay(count)}",
                "Give its complete report to the next run; not seen is not fixed.",
            )
            for (tool, scope), count in sorted(counts.items())
            if self._views[tool, scope].obstacle
        )

    def _view(self, tool: str, scope: str) -> _View:
        scans = tuple(self._scans.get((tool, scope), ()))
        failed = [scan for scan in scans if scan.completeness is Completeness.FAILED]
        there, before = reports_of(scans), self._reports.get((tool, scope), 0)
        if failed:
            obstacle = f"The report {failed[0].report} is no evidence: {failed[0].reason}"
        elif not scans:
            obstacle = self._nothing(tool, scope)
        elif there < before:
            obstacle = f"Only {there} of {before} reports that {tool} gives for {scope} are there."
        else:
            obstacle = ""
        return _View(scans, obstacle)

    def _nothing(self, tool: str, scope: str) -> str:
        unusable = self._unusable.get(tool.casefold())
        if unusable is not None:
            return f"{tool}'s report {unusable} could not be used."
        if tool in self._tools:
            return f"No report of this run says that {tool} looked at {scope}."
        return f"No report of {tool} is in this run."

    def _look(self, scan: Scan, tracked: Tracked, sighting: Sighting) -> Answer:
        path = _path(tracked, sighting)
        if sighting.rule_id in scan.coverage.unrun_rules:
            return Answer(covered=False, reason=f"{scan.tool}'s rule {sighting.rule_id} did not run ({scan.report}).")
        if path in scan.coverage.unread:
            return Answer(covered=False, reason=f"{scan.tool} did not read all of {path} ({scan.report}).")
        if scan.coverage.extent is Extent.LISTED:
            return self._listed(scan, tracked, sighting, path)
        return self._whole(scan, path)

    def _whole(self, scan: Scan, path: str) -> Answer:
        """A report that means its whole scope, or does not say what it means."""
        complete = scan.completeness is Completeness.COMPLETE
        if scan.coverage.extent is Extent.UNKNOWN and not self._policy.closing.declares_complete(scan.tool):
            return Answer(covered=False, reason=f"{scan.report} does not say what {scan.tool} looked at.")
        if not complete and not (path and scan.coverage.unread):
            return Answer(covered=False, reason=f"{scan.report} is partial: {scan.reason}")
        return Answer(covered=True, reason=f"{scan.tool} looked at {path or scan.scope} again and no longer found it.")

    def _listed(self, scan: Scan, tracked: Tracked, sighting: Sighting, path: str) -> Answer:
        """A report that lists the rows it evaluated or the files it read: nothing else was looked at."""
        coverage = scan.coverage
        sure = scan.completeness is Completeness.COMPLETE or self._policy.closing.declares_complete(scan.tool)
        if coverage.evaluated is not None and tracked.resource is not None:
            uid = tracked.resource.uid
            if sighting.rule_id + _ROW + uid in coverage.evaluated:
                return Answer(covered=True, reason=f"{scan.tool} checked {uid} again and it passed.", is_proof=True)
            if scan.completeness is Completeness.COMPLETE and self._policy.closing.declares_complete(scan.tool):
                return Answer(covered=True, reason=f"{scan.tool}'s complete scan no longer knows {uid}.")
            return Answer(covered=False, reason=f"{scan.tool} did not check {uid} in this run.")
        if coverage.paths is not None and path in coverage.paths:
            return Answer(covered=True, reason=f"{scan.tool} looked at {path} again and no longer found it.")
        if path in self._gone and sure:
            return Answer(covered=True, reason=f"{path} is gone from the checkout, and {scan.tool} ran without it.")
        return Answer(covered=False, reason=f"{scan.tool} did not read {path or 'its place'} in this run.")


def _path(tracked: Tracked, sighting: Sighting) -> str:
    if sighting.location is not None:
        return sighting.location.path
    return tracked.component.path if tracked.component is not None else ""


def _stay(count: int) -> str:
    return "1 finding stays as it was." if count == 1 else f"{count} findings stay as they were."
