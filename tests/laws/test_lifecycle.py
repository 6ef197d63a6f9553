"""Laws of the lifecycle: whatever was scanned, nothing closes without proof and no finding is lost."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.disposition import dispose
from aggregator.lifecycle import Advanced, advance
from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.finding import Baseline, Finding, Observation, Sighting, Standing
from aggregator.model.location import Location
from aggregator.model.outcome import Context
from aggregator.model.report import Scan
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.model.state import RunRef, State, Tracked
from aggregator.policy import Policy
from aggregator.sla import Clock, assess
from aggregator.state import next_state
from tests.builders import LINE, NOW, finding, result, totals

POLICY = Policy.model_validate({"closing": {"brake-share": 1, "misses": {"dast": 1, "cloud": 1}}})
TOOLS = st.sampled_from(["Semgrep", "Trivy", "ZAP"])
SCOPES = st.sampled_from([".", "lib"])
PATHS = st.sampled_from(["a.py", "b.py", "c.py"])
RULES = st.sampled_from(["r1", "r2"])
SOURCES = st.builds(
    lambda tool, scope, path, rule: result(tool=tool, scope=scope, rule_id=rule, location=Location(path, 1)),
    TOOLS,
    SCOPES,
    PATHS,
    RULES,
)
SETS = st.none() | st.frozensets(PATHS)
SCANS = st.builds(
    Scan,
    tool=TOOLS,
    scope=SCOPES,
    report=st.sampled_from(["1.json", "2.json"]),
    completeness=st.sampled_from(Completeness),
    coverage=st.builds(
        Coverage,
        extent=st.sampled_from(Extent),
        paths=SETS,
        unread=st.frozensets(PATHS, max_size=1),
        rules=st.none() | st.frozensets(RULES),
        unrun_rules=st.frozensets(RULES, max_size=1),
    ),
)
KINDS = st.sampled_from([Kind.SAST, Kind.SECRET, Kind.DAST, Kind.SCA])


@st.composite
def findings(draw: st.DrawFn) -> tuple[Finding, ...]:
    """Findings of one to three sources each, as deduplication hands them on."""
    groups = draw(st.lists(st.lists(SOURCES, min_size=1, max_size=3), max_size=6))
    kind = draw(KINDS)
    return tuple(
        finding(*sources, id=f"F-{number}", kind=kind, baseline=None, first_seen=None, last_seen=None, clock_start=None)
        for number, sources in enumerate(groups)
    )


def step(
    current: tuple[Finding, ...], state: State | None, scans: tuple[Scan, ...], *, days: int = 0
) -> tuple[Advanced, State]:
    """One run, and the state it leaves."""
    now = NOW + timedelta(days=days)
    run = RunRef(str(days))
    advanced = advance(current, state, scans=scans, failures=(), policy=POLICY, run=run, now=now)
    context = Context(line=LINE, run=run)
    after = next_state(
        state,
        advanced.findings,
        scopes=advanced.scopes,
        context=context,
        now=now,
        totals=totals(),
        retention_days=90,
    )
    return advanced, after


def covers(scan: Scan, seen: Sighting) -> bool:
    """The plain reading of docs/lifecycle.md: this report looked at the sighting's place with its rule."""
    path = seen.location.path if seen.location else ""
    told, coverage = scan.completeness, scan.coverage
    ran = seen.rule_id not in coverage.unrun_rules and (coverage.rules is None or seen.rule_id in coverage.rules)
    if told is Completeness.FAILED or not ran or path in coverage.unread:
        return False
    if coverage.extent is Extent.LISTED:
        return coverage.paths is not None and path in coverage.paths
    return coverage.extent is Extent.SCOPE and (told is Completeness.COMPLETE or bool(coverage.unread))


@given(findings(), st.lists(SCANS, max_size=6).map(tuple))
def test_uncovered_is_not_fixed(first: tuple[Finding, ...], scans: tuple[Scan, ...]) -> None:
    """A finding closes only if each of its sources has a report of its tool and scope that covered its place."""
    _, state = step(first, None, ())
    advanced, _ = step((), state, scans, days=1)
    for found in advanced.findings:
        proven = all(
            any(covers(scan, seen) for scan in scans if (scan.tool, scan.scope) == (seen.tool, seen.scope))
            for seen in found.sightings
        )
        assert proven or found.closed_at is None
        assert (found.closed_at is None) is (found.baseline is Baseline.UNCHANGED)
        assert bool(found.closed_reason) is (found.closed_at is not None)
        assert found.closed_at is None or found.kind is not Kind.SECRET


@given(findings(), findings(), st.lists(SCANS, max_size=4).map(tuple))
def test_no_finding_is_lost(first: tuple[Finding, ...], then: tuple[Finding, ...], scans: tuple[Scan, ...]) -> None:
    """Every id that was open or is reported is in the run exactly once, and in the state it leaves."""
    _, state = step(first, None, ())
    advanced, after = step(then, state, scans, days=1)
    ids = sorted(found.id for found in advanced.findings)
    assert ids == sorted({each.id for each in (*first, *then)})
    assert sorted(each.id for each in after.findings) == ids


@given(findings(), st.lists(SCANS, max_size=4).map(tuple))
def test_the_same_run_twice_changes_nothing(first: tuple[Finding, ...], scans: tuple[Scan, ...]) -> None:
    """The same findings and the same scans again: nothing is new, updated, reopened or closed."""
    _, state = step(first, None, scans)
    advanced, once = step(first, state, scans, days=1)
    assert {found.baseline for found in advanced.findings} <= {Baseline.UNCHANGED}
    again, twice = step(first, once, scans, days=2)
    assert {found.baseline for found in again.findings} <= {Baseline.UNCHANGED}
    assert [_story(each) for each in twice.findings] == [_story(each) for each in once.findings]


def _story(known: Tracked) -> Tracked:
    """A remembered finding apart from when it was last seen."""
    return replace(known, last_seen=NOW, sightings=())


@given(findings(), findings(), st.lists(SCANS, max_size=4, unique_by=lambda scan: (scan.tool, scan.scope, scan.report)))
def test_order_does_not_matter(first: tuple[Finding, ...], then: tuple[Finding, ...], scans: list[Scan]) -> None:
    """Findings, scans and remembered findings may come in any order."""
    _, state = step(first, None, ())
    straight, _ = step(then, state, tuple(scans), days=1)
    turned, _ = step(then[::-1], replace(state, findings=state.findings[::-1]), tuple(scans[::-1]), days=1)
    assert {found.id: found for found in straight.findings} == {found.id: found for found in turned.findings}
    assert (straight.diagnostics, straight.scopes) == (turned.diagnostics, turned.scopes)


@given(st.lists(st.tuples(PATHS, RULES, st.sampled_from(Severity), st.booleans()), max_size=12), st.randoms())
def test_doubt_depends_on_no_order(flaws: list[tuple[str, str, Severity, bool]], random: Random) -> None:
    """Of one complete scan, what stays is seen, what went is closed or held with a reason, in any order of anything."""
    sources = [
        result(rule_id=rule, severity=severity, location=Location(path, number + 1), pointer=f"/{number}")
        for number, (path, rule, severity, _) in enumerate(flaws)
    ]
    items = [
        finding(each, id=f"F-{number}", baseline=None, first_seen=None, last_seen=None, clock_start=None)
        for number, each in enumerate(sources)
    ]
    _, state = step(tuple(items), None, ())
    stays = [number for number, (_, _, _, is_left) in enumerate(flaws) if is_left]
    turned = random.sample(stays, len(stays))
    outcomes = []
    for numbers, known in ((stays, state), (turned, replace(state, findings=state.findings[::-1]))):
        scan = Scan(tool="Semgrep", scope="src", report="1.json", results=tuple(sources[number] for number in numbers))
        advanced, _ = step(tuple(items[number] for number in numbers), known, (scan,), days=1)
        outcomes.append(({found.id: found for found in advanced.findings}, advanced.diagnostics))
    assert outcomes[0] == outcomes[1]
    for number, is_left in enumerate(each[3] for each in flaws):
        found = outcomes[0][0][f"F-{number}"]
        assert (found.baseline is Baseline.ABSENT or found.observation is Observation.HELD) is not is_left
        assert is_left or bool(found.closed_reason or found.observation_reason)


@given(findings(), st.lists(SCANS, min_size=1, max_size=4).map(tuple))
def test_a_tick_changes_no_observation(first: tuple[Finding, ...], scans: tuple[Scan, ...]) -> None:
    """A run without reports leaves every finding, date and history as it was."""
    _, state = step(first, None, ())
    _, looked = step((), state, scans, days=1)
    _, ticked = step((), looked, (), days=2)
    assert ticked.findings == looked.findings
    assert ticked.scopes == looked.scopes


@given(findings(), st.integers(0, 400), st.integers(0, 400))
def test_time_only_presses(first: tuple[Finding, ...], one: int, other: int) -> None:
    """Later is never better: within, approaching, breached, in this order; a due date does not move with time."""
    order = [Standing.NONE, Standing.WITHIN, Standing.APPROACHING, Standing.BREACHED]
    dated, _ = step(first, None, ())
    early, late = (assess(dated.findings, Clock(POLICY, NOW + timedelta(days=days))) for days in sorted((one, other)))
    for before, after in zip(early, late, strict=True):
        assert order.index(before.standing) <= order.index(after.standing)
        assert before.due_at == after.due_at


@given(st.sampled_from(Severity), st.sampled_from(Severity))
def test_worse_is_never_due_later(one: Severity, other: Severity) -> None:
    """From the same start, a worse severity is due earlier or at the same time."""
    mild, bad = sorted((one, other), key=lambda severity: severity.rank)
    clock = Clock(POLICY, NOW)
    (due_mild, _), (due_bad, _) = clock.of(finding(severity=mild)), clock.of(finding(severity=bad))
    assert due_mild is None or (due_bad is not None and due_bad <= due_mild)


@given(findings())
def test_without_words_nothing_is_decided(first: tuple[Finding, ...]) -> None:
    """No exception and no mark: the findings pass as they are."""
    assert dispose(first, (), NOW).findings == first
