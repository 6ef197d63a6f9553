"""The cases of docs/lifecycle.md: for each, a finding and what one run knows about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec.structs import replace

from aggregator.lifecycle import Advanced, Dates, advance
from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.finding import Decision, Disposition, Finding, Observation, Transition
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.report import ReadFailure, Report, Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.model.state import RunRef, ScopeRecord, State, Tracked
from aggregator.policy import Policy
from tests.builders import BEFORE, LINE, NOW, RUN, finding, result, scan, sighting, tracked

OLD_RUN = RunRef("4700")
LAST = NOW - timedelta(days=1)
PATH = "app.py"


class Case(NamedTuple):
    """A finding, seen or not, what was remembered of it (nothing in a first run), and what the run knows."""

    current: tuple[Finding, ...] = ()
    remembered: tuple[Tracked, ...] | None = ()
    scans: tuple[Scan, ...] = ()
    failures: tuple[ReadFailure, ...] = ()
    scopes: tuple[ScopeRecord, ...] = ()
    policy: Policy = Policy()
    gone: frozenset[str] = frozenset()
    unfetched: Mapping[str, str] = MappingProxyType({})
    run: RunRef = RUN
    dates: Dates = Dates()
    lapsed: frozenset[str] = frozenset()

    def state(self) -> State | None:
        """The previous state."""
        if self.remembered is None:
            return None
        return State(line=LINE, run=OLD_RUN, at=LAST, findings=self.remembered, scopes=self.scopes)

    def advanced(self) -> Advanced:
        """What the lifecycle makes of it."""
        return advance(
            self.current,
            self.state(),
            scans=self.scans,
            failures=self.failures,
            policy=self.policy,
            run=self.run,
            now=NOW,
            gone=self.gone,
            unfetched=self.unfetched,
            dates=self.dates,
            lapsed=self.lapsed,
        )


def fresh(*sources: Result, **fields: Any) -> Finding:
    """A finding as deduplication hands it on: no dates yet."""
    dates = dict.fromkeys(("first_seen", "last_seen", "clock_start", "baseline"))
    return finding(*sources, **dates | fields)


def known(*sources: Result, **fields: Any) -> Tracked:
    """A finding as the state remembers it from the last run."""
    item = finding(*sources, **{"last_seen": LAST} | fields)
    return tracked(replace(item, sightings=tuple(replace(each, last_seen=LAST) for each in item.sightings)))


def seen(then: Tracked, *sources: Result, **fields: Any) -> Case:
    """A remembered finding that this run reports again, its scope complete."""
    now = fresh(*sources, **fields)
    return Case((now,), (then,), tuple({source.tool: scan(source) for source in now.sources}.values()))


def unseen(*scans: Scan, then: Tracked | None = None, **fields: Any) -> Case:
    """A remembered finding that no scan reports."""
    return Case(remembered=(then or known(),), scans=scans, **fields)


def listed(*paths: str, completeness: Completeness = Completeness.COMPLETE, **fields: Any) -> Scan:
    """A scan that lists the files it read."""
    coverage = Coverage(extent=Extent.LISTED, paths=frozenset(paths), **fields)
    return scan(coverage=coverage, completeness=completeness, reason="Some were not.")


def covering(extent: Extent = Extent.SCOPE, completeness: Completeness = Completeness.COMPLETE, **fields: Any) -> Scan:
    """A scan of the whole scope, or of who knows what."""
    return scan(coverage=Coverage(extent=extent, **fields), completeness=completeness, reason="It ended early.")


def scanning(*unsought: str) -> Scan:
    """A scan of an image that was not told to look for everything."""
    return scan(PACKAGE, coverage=Coverage(unsought=frozenset(unsought)))


def about(path: str) -> Scan:
    """A scan of the whole scope that found something in the file."""
    return scan(results=(result(location=Location(path, 1)),))


def dated(moment: datetime) -> Dates:
    """What the report of the usual result says about its first detection."""
    detected = {"/results/0": moment}
    return Dates([Report(name="semgrep.json", place="s", format="sarif", scans=(scan(),), detected=detected)])


DATED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PARTIAL = Completeness.PARTIAL
PUSHED = result(scope="push", report="push.json")
UNPLACED = replace(PUSHED, location=None)
NO_PLACE = replace(UNPLACED, scope="src", report="semgrep.json")
TRIVY = result(tool="Trivy", scope="image", report="trivy.json", rule_id="DS002")
PACKAGE = result(kind=Kind.CONTAINER, tool="Trivy", scope="image", location=None, component=Component("pkg:apk/a", "a"))
LIBRARY = replace(PACKAGE, component=Component("pkg:npm/a", "a"))
DECLARED = Policy.model_validate({"closing": {"complete": ["semgrep", "Prowler", "Trivy"]}})
ALONE = finding().sightings
BOTH = finding(result(), TRIVY).sightings
GENERATED = known(sightings=(replace(ALONE[0], is_uncommitted=True),))
BACK = known(
    history=(
        Transition(BEFORE, "absent", reason=f"{PATH} is gone from the checkout, and Semgrep ran without it."),
        Transition(BEFORE, "reopened"),
    )
)
LEFT_OUT = {PATH: "lib/", "lib/a.py": "lib/", "b.py": "elsewhere/"}
LONG_AGO = NOW - timedelta(days=91)
RETIRED = replace(sighting(TRIVY), last_seen=LONG_AGO)

BUCKET = Resource("arn:aws:s3:::logs", provider="aws", account="1")
CLOUD = result(kind=Kind.CLOUD, tool="Prowler", scope="aws:1", report="p.json", location=None, resource=BUCKET)
RULE = "python.sql-injection"
QUEUE = Resource("arn:aws:sqs:us-east-1:1:jobs", provider="aws", account="1", region="us-east-1")
QUEUED = replace(CLOUD, resource=QUEUE)
REVISED = "arn:aws:ecs:us-east-1:1:task-definition/web"
DEPLOYED = replace(CLOUD, resource=Resource(f"{REVISED}:41", provider="aws", account="1", region="us-east-1"))
ROW, OTHER_ROW = f"{RULE}\x1f{BUCKET.uid}", f"{RULE}\x1farn:aws:s3:::other"
WEB = result(kind=Kind.DAST, tool="ZAP", scope="shop", report="z.json", location=None, endpoint=Endpoint("shop"))
ZAP_DECLARED = Policy.model_validate({"closing": {"complete": ["zap"]}})
QUIETLY_BACK = (
    Transition(BEFORE, "absent", reason="ZAP looked at shop again and found nothing by attacking it."),
    Transition(BEFORE, "reopened"),
)
EXAMINED = replace(WEB, scope="Pen test » shop", report="pentest/z.json")
MENDED = replace(sighting(EXAMINED), misses=1)
TILL = Belonging(product="till")
SECRET = result(kind=Kind.SECRET, tool="Gitleaks", scope="g.json", report="g.json")
UNKNOWN = scan(SECRET, coverage=Coverage(extent=Extent.UNKNOWN))
ROTATED = Decision(Disposition.MITIGATED, "Rotated.", "kim", "exceptions")
ACCEPTED = Decision(Disposition.RISK_ACCEPTED, "We know.", "kim", "github", BEFORE)
RELAXED = Policy.model_validate({"closing": {"deleted-secrets": True}})
EXPECTING = Policy.model_validate({"expected": [{"tool": "Semgrep", "scope": "src", "report": "b.json"}]})
DOCKERFILE = result(kind=Kind.IAC, location=Location("deploy/Dockerfile", 3))
LIB = Component("pkg:npm/lib", "lib", "1.0", path="package-lock.json")
SYSTEM = Component("pkg:deb/debian/lib", "lib", "1.0", image="shop")
REBUILT_BACK = (
    Transition(BEFORE, "absent", reason="Trivy looked at image again: it is built on alpine now."),
    Transition(BEFORE, "reopened"),
)


def prowler(*rows: str, region: str = "eu-west-1", failed: bool = False) -> Scan:
    """A Prowler scan with these rows, all in one region; they passed."""
    coverage = Coverage(
        extent=Extent.LISTED,
        evaluated=frozenset(rows),
        passed=frozenset(() if failed else (f"{row}\x1f{where}" for row in rows for where in ("", region))),
        regions=frozenset({region}),
    )
    return scan(CLOUD, coverage=coverage)


def missed_once(source: Result) -> Tracked:
    """Remembered, and missed by the last run."""
    return known(source, sightings=(replace(sighting(source), misses=1),))


def attacked(
    place: str, *active: str, rule_id: str = "40018-1", history: tuple[Transition, ...] = (), **fields: Any
) -> Case:
    """A finding of an attack, missed by the last run; this run's report shows what these rules find."""
    source = replace(WEB, rule_id=rule_id)
    then = known(source, sightings=(replace(sighting(source), misses=1),), history=history)
    looked = scan(WEB, coverage=Coverage(active=frozenset(active)), place=place)
    record = ScopeRecord("ZAP", "shop", LAST, 1, active=("api.json\x1f40012", "full-#.json\x1f40018"))
    return unseen(looked, then=then, scopes=(record,), **fields)


def many(count: int) -> tuple[Tracked, ...]:
    """Remembered findings of one tool."""
    return tuple(known(id=f"F-{number:03}") for number in range(count))


def crowd(count: int, source: Result | None = None) -> tuple[Finding, ...]:
    """So many findings that nobody remembers."""
    return tuple(fresh(source or result(), id=f"F-{number:03}") for number in range(count))


def added(source: Result, *before: str, count: int = 11) -> Case:
    """So many findings in a scope, beside one that the tool looked at before; ``before`` it looked at these instead."""
    elsewhere = scan(source, scope="aws:2")
    scopes = tuple(ScopeRecord(source.tool, name, LAST, 1) for name in before or ("aws:2",))
    return Case(crowd(count, source), (), (scan(source, results=(source,)), elsewhere), scopes=scopes)


def rebuilt(**fields: Any) -> Case:
    """Packages of Debian in an image that is built on Alpine now."""
    packages = [replace(SYSTEM, purl=f"pkg:deb/debian/lib{number}") for number in range(12)]
    gone = [
        known(replace(TRIVY, component=each), id=f"F-{number:03}", **fields) for number, each in enumerate(packages)
    ]
    return unseen(scan(TRIVY, coverage=Coverage(system="alpine")))._replace(remembered=tuple(gone))


def closed(days: int) -> Tracked:
    """Remembered as closed so many days ago."""
    silent = known()
    sources = tuple(replace(each, misses=1) for each in silent.sightings)
    return replace(silent, sightings=sources, closed_at=NOW - timedelta(days=days), closed_reason="It was gone.")


SEEN: dict[str, Callable[[], Case]] = {
    "first-run": lambda: Case((fresh(),), None, (scan(),)),
    "unknown": lambda: Case((fresh(),), (), (scan(),)),
    "tool-first-heard": lambda: Case(crowd(11), (), (scan(),)),
    "tool-first-heard-with-few": lambda: Case(crowd(10), (), (scan(),)),
    "tool-first-heard-again": lambda: Case(crowd(11), (), (scan(),), scopes=(ScopeRecord("Semgrep", "lib", LAST, 1),)),
    "tool-first-heard-in-examination": lambda: Case(crowd(11, EXAMINED), (), (scan(EXAMINED),)),
    "scope-first-heard": lambda: added(CLOUD),
    "scope-first-heard-with-few": lambda: added(CLOUD, count=10),
    "scope-first-heard-in-place": lambda: added(CLOUD, "another"),
    "scope-first-heard-again": lambda: added(CLOUD, CLOUD.scope, "aws:2"),
    "scope-first-heard-in-examination": lambda: added(EXAMINED),
    "image-first-heard": lambda: added(replace(TRIVY, kind=Kind.CONTAINER, component=LIB, location=None)),
    "same": lambda: seen(known()),
    "moved-lines": lambda: seen(known(), result(location=Location(PATH, 99, 5, 99, 40))),
    "renamed-file": lambda: seen(known(), result(location=Location("lib/app.py", 12, 5, 12, 40))),
    "rescored": lambda: seen(known(), result(severity=Severity.CRITICAL)),
    "reworded": lambda: seen(known(), result(title="SQL injection")),
    "other-version": lambda: seen(
        known(result(kind=Kind.SCA, component=LIB)),
        result(kind=Kind.SCA, component=replace(LIB, version="1.1")),
    ),
    "tool-joined": lambda: seen(known(), result(), TRIVY),
    "tool-took-over": lambda: seen(known(), TRIVY, sightings=BOTH),
    "tool-fell-silent": lambda: seen(known(result(), TRIVY), sightings=BOTH)._replace(scans=(scan(), scan(TRIVY))),
    "tool-not-run": lambda: seen(known(result(), TRIVY), sightings=BOTH),
    "seen-after-gap": lambda: seen(known(observation=Observation.NOT_COVERED)),
    "fix-published": lambda: seen(
        known(result(kind=Kind.SCA, component=LIB)),
        result(kind=Kind.SCA, component=replace(LIB, fixed_versions=("1.2",))),
    ),
    "dated-by-report": lambda: Case((fresh(),), (), (scan(),), dates=dated(DATED)),
    "dated-in-future": lambda: Case((fresh(),), (), (scan(),), dates=dated(NOW + timedelta(days=1))),
    "dated-but-known": lambda: seen(known())._replace(dates=dated(DATED)),
    "back-soon": lambda: seen(closed(30)),
    "back-late": lambda: seen(closed(31)),
    "two-became-one": lambda: seen(known(), aliases=("F-2",))._replace(
        remembered=(known(), known(id="F-2", first_seen=BEFORE - timedelta(days=9)))
    ),
    "two-became-one-decided": lambda: seen(known(), aliases=("F-2",))._replace(
        remembered=(known(), known(id="F-2", first_seen=BEFORE - timedelta(days=9), decision=ACCEPTED))
    ),
}

UNSEEN: dict[str, Callable[[], Case]] = {
    "whole-scope": lambda: unseen(covering()),
    "file-read": lambda: unseen(listed(PATH)),
    "file-read-partial": lambda: unseen(listed(PATH, completeness=PARTIAL)),
    "file-not-read": lambda: unseen(listed("other.py")),
    "file-half-read": lambda: unseen(listed(PATH, completeness=PARTIAL, unread=frozenset({PATH}))),
    "file-gone": lambda: unseen(listed("other.py"), gone=frozenset({PATH})),
    "file-gone-partial": lambda: unseen(listed("other.py", completeness=PARTIAL), gone=frozenset({PATH})),
    "file-never-committed": lambda: unseen(listed("other.py"), then=GENERATED, gone=frozenset({PATH})),
    "file-never-committed-declared": lambda: unseen(
        listed("other.py"), then=GENERATED, gone=frozenset({PATH}), policy=DECLARED
    ),
    "file-gone-again": lambda: unseen(listed("other.py"), then=BACK, gone=frozenset({PATH})),
    "part-left-out": lambda: unseen(covering(), unfetched=LEFT_OUT),
    "part-left-out-and-scanned": lambda: unseen(about("lib/a.py"), unfetched=LEFT_OUT),
    "part-left-out-declared": lambda: unseen(covering(), unfetched=LEFT_OUT, policy=DECLARED),
    "no-report": lambda: unseen(scan(TRIVY)),
    "other-scope": lambda: unseen(scan(scope="elsewhere")),
    "other-report-listed": lambda: unseen(replace(listed(PATH), scope="push"), then=known(result(), PUSHED)),
    "other-report-whole": lambda: unseen(replace(covering(), scope="push"), then=known(result(), PUSHED)),
    "other-report-unasked": lambda: unseen(replace(listed(PATH), scope="push"), then=known(result())),
    "other-report-no-place": lambda: unseen(replace(listed(""), scope="push"), then=known(NO_PLACE, UNPLACED)),
    "unreadable-report": lambda: unseen(
        failures=(ReadFailure(name="s.json", place="s.json", reason="It ends early.", next_step="", tool="Semgrep"),)
    ),
    "failed-scan": lambda: unseen(covering(completeness=Completeness.FAILED)),
    "partial-scope": lambda: unseen(covering(completeness=PARTIAL)),
    "partial-scope-named": lambda: unseen(covering(completeness=PARTIAL, unread=frozenset({"other.py"}))),
    "fewer-reports": lambda: unseen(covering(), scopes=(ScopeRecord("Semgrep", "src", LAST, 2),)),
    "expected-report-missing": lambda: unseen(covering(), policy=EXPECTING),
    "target-not-listed": lambda: unseen(covering(targets=frozenset({"iac\x1fmain.tf"})), then=known(DOCKERFILE)),
    "target-listed": lambda: unseen(covering(targets=frozenset({"iac\x1fdeploy"})), then=known(DOCKERFILE)),
    "target-of-one-tool": lambda: unseen(
        replace(covering(targets=frozenset({"iac\x1fmain.tf"})), tool="Trivy", scope="image", report="trivy.json"),
        replace(covering(), tool="Semgrep"),
        then=known(
            replace(result(), location=Location("deploy/Dockerfile", 3)),
            replace(TRIVY, location=Location("deploy/Dockerfile", 3)),
        ),
    ),
    "targets-of-another-kind": lambda: unseen(covering(targets=frozenset({"sca\x1f."})), then=known(DOCKERFILE)),
    "kind-unsought": lambda: unseen(scanning("container"), then=known(PACKAGE)),
    "kind-unsought-beside": lambda: unseen(scanning("container"), scanning(), then=known(PACKAGE)),
    "kind-unsought-declared": lambda: unseen(scanning("container"), then=known(PACKAGE), policy=DECLARED),
    "system-unsought": lambda: unseen(scanning("container\x1fsystem"), then=known(PACKAGE)),
    "system-unsought-language": lambda: unseen(scanning("container\x1fsystem"), then=known(LIBRARY)),
    "changed-files-only": lambda: unseen(listed(PATH))._replace(
        remembered=(known(), known(result(location=Location("b.py", 1)), id="F-2")),
    ),
    "rule-not-listed": lambda: unseen(covering(rules=frozenset({"another"}))),
    "rule-did-not-run": lambda: unseen(covering(unrun_rules=frozenset({"python.sql-injection"}))),
    "unknown-extent": lambda: unseen(covering(Extent.UNKNOWN)),
    "declared-complete": lambda: unseen(covering(Extent.UNKNOWN), policy=DECLARED),
    "second-source-unasked": lambda: unseen(covering(), then=known(result(), TRIVY)),
    "carried-on-source-unasked": lambda: unseen(
        scan(TRIVY), then=known(sightings=(replace(ALONE[0], last_seen=BEFORE), sighting(TRIVY)))
    ),
    "second-source-silent-before": lambda: unseen(
        covering(), then=known(sightings=(*ALONE, replace(sighting(TRIVY), misses=1)))
    ),
    "second-source-rule-gone": lambda: unseen(
        covering(), scan(TRIVY, coverage=Coverage(rules=frozenset({"another"}))), then=known(result(), TRIVY)
    ),
    "second-source-retired": lambda: unseen(covering(), then=replace(known(), sightings=(*ALONE, RETIRED))),
    "only-source-retired": lambda: unseen(covering(), then=replace(known(), sightings=(RETIRED,))),
    "resource-passed": lambda: unseen(prowler(ROW), then=known(CLOUD)),
    "resource-failed": lambda: unseen(prowler(ROW, failed=True), then=known(CLOUD)),
    "resource-failed-declared": lambda: unseen(prowler(ROW, failed=True), then=missed_once(CLOUD), policy=DECLARED),
    "resource-passed-elsewhere": lambda: unseen(prowler(f"{RULE}\x1f{QUEUE.uid}"), then=known(QUEUED)),
    "resource-passed-of-no-region": lambda: unseen(
        prowler(ROW), then=known(replace(CLOUD, resource=replace(BUCKET, region="us-east-1")))
    ),
    "resource-unknown": lambda: unseen(prowler("another\x1fthing"), then=known(CLOUD)),
    "resource-replaced": lambda: unseen(prowler(f"{RULE}\x1f{REVISED}:42", failed=True), then=known(DEPLOYED)),
    "resource-replaced-again": lambda: unseen(prowler(f"{RULE}\x1f{REVISED}:42"), then=missed_once(DEPLOYED)),
    "resource-replaced-in-part": lambda: unseen(
        replace(prowler(f"{RULE}\x1f{REVISED}:42"), completeness=PARTIAL), then=missed_once(DEPLOYED)
    ),
    "resource-not-replaced": lambda: unseen(prowler(f"{RULE}\x1f{REVISED}-api:42"), then=missed_once(DEPLOYED)),
    "resource-unknown-declared": lambda: unseen(prowler(OTHER_ROW), then=known(CLOUD), policy=DECLARED),
    "resource-in-another-region": lambda: unseen(
        prowler(OTHER_ROW),
        then=known(replace(CLOUD, resource=replace(BUCKET, region="us-east-1"))),
        policy=DECLARED,
    ),
    "resource-check-not-run": lambda: unseen(prowler("another\x1fthing"), then=known(CLOUD), policy=DECLARED),
    "web-first-miss": lambda: unseen(scan(WEB), then=known(WEB)),
    "web-second-miss": lambda: unseen(scan(WEB), then=missed_once(WEB)),
    "web-retry": lambda: unseen(scan(WEB), then=missed_once(WEB), run=RunRef(OLD_RUN.id, 2)),
    "web-only-watched": lambda: attacked("baseline.json"),
    "web-only-watched-declared": lambda: attacked("baseline.json", policy=ZAP_DECLARED),
    "web-attack-all-mended": lambda: attacked("full-2.json"),
    "web-attack-back": lambda: attacked("full-2.json", history=QUIETLY_BACK),
    "web-attack-back-attacked": lambda: attacked("full-2.json", "40012", history=QUIETLY_BACK),
    "web-attack-without-rule": lambda: attacked("api.json", "40012"),
    "web-attack-first-heard": lambda: attacked("new.json", "40012"),
    "web-rule-unknown": lambda: attacked("baseline.json", rule_id="100001"),
    "secret-deleted": lambda: unseen(scan(SECRET), then=known(SECRET)),
    "secret-revoked": lambda: unseen(scan(SECRET), then=known(SECRET, decision=ROTATED)),
    "secret-no-longer-revoked": lambda: unseen(
        scan(SECRET), then=known(SECRET, decision=ROTATED), lapsed=frozenset({known(SECRET).id})
    ),
    "secret-deleted-extent-unknown": lambda: unseen(UNKNOWN, then=known(SECRET)),
    "secret-revoked-extent-unknown": lambda: unseen(UNKNOWN, then=known(SECRET, decision=ROTATED)),
    "secret-relaxed": lambda: unseen(scan(SECRET), then=known(SECRET), policy=RELAXED),
    "secret-relaxed-extent-unknown": lambda: unseen(UNKNOWN, then=known(SECRET), policy=RELAXED),
    "mass-close": lambda: unseen(covering())._replace(
        remembered=many(10),
        current=tuple(fresh(id=f"F-{number:03}") for number in range(4, 10)),
    ),
    "mass-close-passed": lambda: unseen(prowler(ROW))._replace(
        remembered=tuple(known(CLOUD, id=f"F-{number:03}") for number in range(20)),
    ),
    "mass-close-rebuilt": rebuilt,
    "mass-close-rebuilt-again": lambda: rebuilt(observation=Observation.HELD),
    "mass-close-rebuilt-and-back": lambda: rebuilt(observation=Observation.HELD, history=REBUILT_BACK),
    "mass-close-elsewhere": lambda: unseen(covering())._replace(
        remembered=(*many(10), *(replace(each, id=f"T-{each.id}", belonging=TILL) for each in many(4))),
        current=tuple(fresh(id=f"F-{number:03}") for number in range(10)),
    ),
    "mass-close-everywhere": lambda: unseen(covering())._replace(
        remembered=tuple(replace(each, belonging=Belonging(product=each.id)) for each in many(10)),
    ),
    "mass-close-beside": lambda: unseen(covering())._replace(
        remembered=(*many(10), *(replace(each, id=f"T-{each.id}", belonging=TILL) for each in many(2))),
    ),
    "mass-close-after-examination": lambda: unseen(covering())._replace(
        remembered=tuple(replace(each, sightings=(*each.sightings, MENDED)) for each in many(10)),
    ),
    "examined-once": lambda: unseen(scan(WEB), then=known(EXAMINED)),
    "examined-long-ago": lambda: unseen(
        scan(WEB), then=replace(known(EXAMINED), sightings=(replace(sighting(EXAMINED), last_seen=LONG_AGO),))
    ),
    "examined-by-the-way": lambda: unseen(scan(WEB), then=known(WEB, sightings=finding(WEB, EXAMINED).sightings)),
    "examined-in-part": lambda: unseen(scan(EXAMINED, completeness=PARTIAL, reason="Broken."), then=known(EXAMINED)),
    "examined-again": lambda: unseen(scan(EXAMINED), then=known(EXAMINED)),
    "examined-again-and-all-mended": lambda: unseen(scan(EXAMINED))._replace(
        remembered=tuple(replace(known(EXAMINED), id=f"F-{number}") for number in range(20)),
    ),
    "tick": unseen,
}
