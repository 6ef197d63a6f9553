"""What this run's scans prove about a source that did not report a finding again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from aggregator.knowledge.rule_names import todays_name
from aggregator.lifecycle.attacks import shown_in, silence, unproven
from aggregator.lifecycle.expected import unanswered
from aggregator.lifecycle.missing_files import doubt_of_deletion, gone, parts_named
from aggregator.lifecycle.rebuilt import proof_of_rebuilding
from aggregator.lifecycle.scopes import ScopeKey, reports_of
from aggregator.lifecycle.successors import Successors
from aggregator.lifecycle.unsought import is_passed_over, unsought
from aggregator.model.coverage import Completeness, Extent
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Sighting
from aggregator.model.location import Resource
from aggregator.model.report import ReadFailure, Scan
from aggregator.model.scope import engagement_in, scope_alone
from aggregator.model.state import ScopeRecord, Tracked
from aggregator.normalize.resources import lies_in_no_region
from aggregator.policy import Policy

_ROW = "\x1f"


class Answer(Struct, frozen=True, gc=False):
    """Whether the source's place was looked at again.

    Attributes:
        covered: it was, so silence means something.
        reason: the proof, or why there is none; one sentence.
        is_proof: the report says outright that the problem is gone; once is enough.
        is_silent: the scope's reports are complete and do not mention it, and do not say what was looked at.
        is_retired: the source no longer looks: its tool has not run there for long, or runs without the rule.
        is_listed: the report names the file among those that were read.
        is_certain: the report says of this very problem that it is gone, so that there is nothing to doubt.
    """

    covered: bool
    reason: str
    is_proof: bool = False
    is_silent: bool = False
    is_retired: bool = False
    is_listed: bool = False
    is_certain: bool = False


class _View(Struct, frozen=True):
    """What a run knows about one scope: its scans, or why they prove nothing.

    Attributes:
        doubt: why what they seem to prove is not believed.
    """

    scans: tuple[Scan, ...]
    obstacle: str = ""
    doubt: str = ""


class Looked(Struct, frozen=True):
    """What a run looked at, and what is known about earlier ones.

    Attributes:
        records: scopes that still count, each with its last whole run.
        narrow: scopes that were looked at in part: how many files were passed over, and of how many.
        gone: files that are not in the checkout.
        unfetched: files in parts of the repository that the checkout leaves out, each with the name of its part.
        oldest: what was last seen before has been silent for too long.
    """

    scans: dict[ScopeKey, tuple[Scan, ...]]
    failures: tuple[ReadFailure, ...]
    records: tuple[ScopeRecord, ...]
    policy: Policy
    oldest: datetime
    gone: frozenset[str] = frozenset()
    unfetched: Mapping[str, str] = {}
    narrow: Mapping[ScopeKey, tuple[int, int]] = {}


class Evidence:
    """Answers, for any source of any finding, whether this run looked at its place again."""

    def __init__(self, looked: Looked) -> None:
        self._looked = looked
        self._tools = {tool for tool, _ in looked.scans}
        # A pin names a tool as people write it.
        self._unusable = {each.tool.casefold(): each.name for each in looked.failures if not each.ignored}
        self._reports = {(record.tool, record.scope): record.reports for record in looked.records}
        self._shown = {(record.tool, record.scope): shown_in(record) for record in looked.records if record.active}
        self._policy = looked.policy
        self._views: dict[ScopeKey, _View] = {}
        self._parts: dict[int, frozenset[str]] = {}
        self._successors = Successors()

    def ask(self, tracked: Tracked, sighting: Sighting) -> Answer:
        """Whether every report of the source's scope that could have shown the finding covered its place."""
        key = (sighting.tool, sighting.scope)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = self._view(*key)
        if view.obstacle:
            return Answer(covered=False, reason=view.obstacle, is_retired=self._is_retired(view, key, sighting))
        answer, scans = self._asked(view, tracked, sighting)
        for scan in scans:
            answer = self._look(scan, tracked, sighting)
            if not answer.covered:
                break
        if answer.covered and not answer.is_proof and view.doubt:
            return Answer(covered=False, reason=view.doubt)
        if answer.covered and engagement_in(sighting.scope):  # nobody examines twice in a row what is mended
            return replace(answer, is_proof=True)
        return answer

    def _asked(self, view: _View, tracked: Tracked, sighting: Sighting) -> tuple[Answer, list[Scan]]:
        """The reports that could have shown the finding, and the answer where there are none."""
        ran = [scan for scan in view.scans if _ran(scan, sighting.rule_id)]
        if not ran:
            reason = f"{sighting.tool} ran without the rule {sighting.rule_id}."
            return Answer(covered=False, reason=reason, is_retired=True), ran
        if self._policy.closing.declares_complete(sighting.tool):
            return Answer(covered=False, reason=""), ran
        shown = self._shown.get((sighting.tool, sighting.scope), {})
        doubts = [unsought(scan, tracked) or unproven(scan, tracked, sighting, shown) for scan in ran]
        sought = [scan for scan, doubt in zip(ran, doubts, strict=True) if not doubt]
        return Answer(covered=False, reason=next(filter(None, doubts), "")), sought

    def _is_retired(self, view: _View, key: ScopeKey, sighting: Sighting) -> bool:
        """Whether the tool has not looked at the scope for so long that it is not waited for.

        What was examined once is waited for until it is examined again.
        """
        return (
            not view.scans
            and key not in self._reports
            and sighting.last_seen < self._looked.oldest
            and not engagement_in(sighting.scope)
        )

    def diagnostics(self, unanswered: Iterable[Tracked]) -> tuple[Diagnostic, ...]:
        """One warning for each scope that, as a whole, left some of these findings without an answer."""
        counts = Counter[ScopeKey]()
        for tracked in unanswered:
            counts.update({(sighting.tool, sighting.scope) for sighting in tracked.sightings})
        # That a single examination is not repeated is no trouble of this run.
        awaited = [key for key in counts if not engagement_in(key[1]) or self._views[key].scans]
        return tuple(
            Diagnostic(
                "scope-not-covered",
                Level.WARNING,
                f"{tool} ({scope})",
                f"{self._views[tool, scope].obstacle} {_stay(count)}",
                "Give its complete report to the next run; not seen is not fixed.",
            )
            for (tool, scope), count in sorted((key, counts[key]) for key in awaited)
            if self._views[tool, scope].obstacle
        )

    def _view(self, tool: str, scope: str) -> _View:
        scans = self._looked.scans.get((tool, scope), ())
        failed = [scan for scan in scans if scan.completeness is Completeness.FAILED]
        there, before = reports_of(scans), self._reports.get((tool, scope), 0)
        if failed:
            obstacle = f"The report {failed[0].report} is no evidence: {failed[0].reason}"
        elif not scans:
            obstacle = self._nothing(tool, scope)
        elif there < before:
            obstacle = f"Only {there} of {before} reports that {tool} gives for {scope} are there."
        else:
            obstacle = self._not_as_expected(tool, scope, scans)
        return _View(scans, obstacle, self._doubt(tool, scope))

    def _not_as_expected(self, tool: str, scope: str, scans: tuple[Scan, ...]) -> str:
        missing = unanswered(self._policy.expected, scans, tool, scope)
        return f"{tool}'s report {missing}, which the policy expects for {scope}, is not there." if missing else ""

    def _doubt(self, tool: str, scope: str) -> str:
        if (tool, scope) not in self._looked.narrow or self._policy.closing.declares_complete(tool):
            return ""
        left, known = self._looked.narrow[tool, scope]
        return f"{tool} passed over {left} of {known} files with findings: it may have reported only what changed."

    def _nothing(self, tool: str, scope: str) -> str:
        if once := engagement_in(scope):
            if any(ran == tool and engagement_in(where) == once for ran, where in self._looked.scans):
                return f"{once} found it in {scope_alone(scope)}, which no report of this run is about."
            return f"{once} found it: only its own reports, given again, or a decision close it."
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
        if is_passed_over(scan, tracked, path):
            return Answer(covered=False, reason=f"{scan.tool} did not look at {path} in this run ({scan.report}).")
        if scan.coverage.extent is Extent.LISTED:
            return self._listed(scan, tracked, sighting, path)
        answer = self._whole(scan, sighting, path)
        if answer.covered and (proof := proof_of_rebuilding(scan, tracked)):
            return replace(answer, reason=proof, is_certain=True)
        return answer

    def _whole(self, scan: Scan, sighting: Sighting, path: str) -> Answer:
        """A report that means its whole scope, or does not say what it means."""
        if self._is_left_out(scan, path):
            reason = f"The checkout leaves out the part that {path} is in, and {scan.report} names no file there."
            return Answer(covered=False, reason=reason)
        complete = scan.completeness is Completeness.COMPLETE
        if scan.coverage.extent is Extent.UNKNOWN and not self._policy.closing.declares_complete(scan.tool):
            reason = f"{scan.report} does not say what {scan.tool} looked at."
            return Answer(covered=False, reason=reason, is_silent=complete)
        if not complete and not (path and scan.coverage.unread):
            return Answer(covered=False, reason=f"{scan.report} is partial: {scan.reason}")
        return Answer(covered=True, reason=silence(scan, sighting, path))

    def _is_left_out(self, scan: Scan, path: str) -> bool:
        """Whether this checkout does without the file, and nothing tells that the scanner had more than it."""
        part = self._looked.unfetched.get(path)
        if part is None or self._policy.closing.declares_complete(scan.tool):
            return False
        if id(scan) not in self._parts:
            self._parts[id(scan)] = parts_named(scan, self._looked.unfetched)
        return part not in self._parts[id(scan)]

    def _listed(self, scan: Scan, tracked: Tracked, sighting: Sighting, path: str) -> Answer:
        """A report that lists the rows it evaluated or the files it read: nothing else was looked at."""
        coverage = scan.coverage
        if coverage.evaluated is not None and tracked.resource is not None:
            return self._checked(scan, sighting, tracked.resource)
        if coverage.paths is not None and path in coverage.paths:
            reason = f"{scan.tool} looked at {path} again and no longer found it."
            return Answer(covered=True, reason=reason, is_listed=True)
        is_declared, doubt = self._policy.closing.declares_complete(scan.tool), ""
        if path in self._looked.gone and (is_declared or scan.completeness is Completeness.COMPLETE):
            doubt = "" if is_declared else doubt_of_deletion(tracked, sighting)
            if not doubt:
                return Answer(covered=True, reason=gone(path, scan.tool))
        return Answer(covered=False, reason=f"{scan.tool} did not read {path or 'its place'} in this run{doubt}.")

    def _checked(self, scan: Scan, sighting: Sighting, resource: Resource) -> Answer:
        """A report of the checks it made: a row that passed is proof; without a row the resource may be gone."""
        uid, region, evaluated = resource.uid, resource.region, scan.coverage.evaluated or frozenset()
        row = sighting.rule_id + _ROW + uid
        if row + _ROW + ("" if lies_in_no_region(sighting.rule_id, uid) else region) in scan.coverage.passed:
            reason = f"{scan.tool} checked {uid} again and it passed."
            return Answer(covered=True, reason=reason, is_proof=True, is_certain=True)
        if row in evaluated:
            return Answer(covered=False, reason=f"{scan.tool} checked {uid} again, but {_not_passed(region)}.")
        if replaced := self._successors.proof(scan, sighting.rule_id, resource):
            return Answer(covered=True, reason=replaced)
        if scan.completeness is not Completeness.COMPLETE or not self._policy.closing.declares_complete(scan.tool):
            return Answer(covered=False, reason=f"{scan.tool} did not check {uid} in this run.")
        if region and scan.coverage.regions is not None and region not in scan.coverage.regions:
            return Answer(covered=False, reason=f"{scan.tool} did not look at the region {region} in this run.")
        if not any(row.startswith(sighting.rule_id + _ROW) for row in evaluated):
            return Answer(
                covered=False, reason=f"{scan.tool}'s check {sighting.rule_id} looked at nothing in this run."
            )
        return Answer(covered=True, reason=f"{scan.tool}'s complete scan no longer knows {uid}.")


def _ran(scan: Scan, rule_id: str) -> bool:
    """Whether the rule ran, be it under its tool's name of today; where nobody says which ran, all did."""
    rules = scan.coverage.rules
    return rules is None or rule_id in rules or todays_name(scan.tool, rule_id) in rules


def _not_passed(region: str) -> str:
    return f"no row of the region {region} passed" if region else "not every row passed"


def _path(tracked: Tracked, sighting: Sighting) -> str:
    if sighting.location is not None:
        return sighting.location.path
    return tracked.component.path if tracked.component is not None else ""


def _stay(count: int) -> str:
    return "1 finding stays as it was." if count == 1 else f"{count} findings stay as they were."
