"""Tests of closes that nobody believes, of sources that retired, and of days that reports name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.lifecycle import Dates
from aggregator.model.coverage import Coverage, Extent
from aggregator.model.finding import Baseline, Observation, Sighting
from aggregator.model.location import Location
from aggregator.model.moment import EARLIEST
from aggregator.model.report import Report
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.model.state import RunRef, ScopeRecord
from aggregator.policy import Policy
from tests.builders import NOW, result, scan, sighting
from tests.unit.lifecycle.cases import (
    BOTH,
    BUCKET,
    DATED,
    DECLARED,
    LAST,
    PATH,
    RETIRED,
    ROTATED,
    TRIVY,
    WEB,
    Case,
    covering,
    dated,
    fresh,
    known,
    listed,
    unseen,
)
from tests.unit.lifecycle.vanished import STAYS, flawed, mild, of_rules, together

NARROW = "Semgrep passed over 1 of 2 files with findings: it may have reported only what changed."


def at(path: str) -> Result:
    """A result in a file."""
    return result(location=Location(path, 1))


def changed_files(**fields: Any) -> Case:
    """Two files had findings; the scan read the first one only and reports nothing."""
    remembered = (known(id="F-1"), known(at("b.py"), id="F-2"))
    return unseen(listed(PATH))._replace(remembered=remembered)._replace(**fields)


def reasons(case: Case) -> dict[str, str]:
    """Why each finding is as it is."""
    return {each.id: each.closed_reason or each.observation_reason for each in case.advanced().findings}


def test_a_comparison_with_a_baseline_closes_nothing() -> None:
    """In the changed files too, what was there before is left out: silence about it is no proof, however often."""
    once = changed_files(scopes=(ScopeRecord("Semgrep", "src", LAST, 1),)).advanced()
    assert {each.closed_at for each in once.findings} == {None}
    assert reasons(changed_files())["F-1"] == NARROW
    assert once.scopes == (ScopeRecord("Semgrep", "src", LAST, 1),)
    again = changed_files(scopes=once.scopes).advanced()
    assert {each.closed_at for each in again.findings} == {None}


def test_what_is_new_does_not_make_a_scan_whole() -> None:
    """A comparison reports what is new; nor does what other tools report make it believable."""
    came = (fresh(result(rule_id="new"), id="F-new"), fresh(TRIVY, id="F-3"))
    assert reasons(changed_files(current=came))["F-1"] == NARROW


def test_a_file_left_out_for_good_is_waited_for_only_so_long() -> None:
    """Files that were passed over in the last whole scan already say nothing about this one."""
    old = known(at("b.py"), id="F-2")
    old = replace(old, sightings=tuple(replace(each, last_seen=LAST - timedelta(days=1)) for each in old.sightings))
    case = changed_files(remembered=(known(id="F-1"), old), scopes=(ScopeRecord("Semgrep", "src", LAST, 1),))
    assert {each.id: each.closed_at for each in case.advanced().findings} == {"F-1": NOW, "F-2": None}


def test_one_file_passed_over_is_no_narrow_scan() -> None:
    """A scan that reports what was known is a whole one, though it leaves out one file; the rest closes."""
    stays, fixed, left_out = (at(f"{name}.py") for name in "abc")
    remembered = tuple(known(each, id=f"F-{number}") for number, each in enumerate((stays, fixed, left_out)))
    case = Case((fresh(stays, id="F-0"),), remembered, (listed("a.py", "b.py"),))
    assert {each.id: each.closed_at for each in case.advanced().findings} == {"F-0": None, "F-1": NOW, "F-2": None}


def test_a_comparison_may_report_what_is_known() -> None:
    """A baseline older than the last run reports some known findings again: the many that are missing give it away."""
    known_ones = (
        at("a.py"),
        at("b.py"),
        *(result(rule_id=f"r{number}", location=Location("b.py", 9)) for number in "12"),
    )
    left_out = at("c.py")
    remembered = tuple(known(each, id=f"F-{number}") for number, each in enumerate((*known_ones, left_out)))
    case = Case((fresh(at("b.py"), id="F-1"),), remembered, (listed("a.py", "b.py"),))
    assert {each.closed_at for each in case.advanced().findings} == {None}


def test_most_files_passed_over_are_a_narrow_scan() -> None:
    """A scan that leaves out more files than it reports on closes nothing, even where it reports what was known."""
    sources = tuple(at(f"{name}.py") for name in "abcde")
    remembered = tuple(known(each, id=f"F-{number}") for number, each in enumerate(sources))
    case = Case((fresh(sources[0], id="F-0"),), remembered, (listed("a.py", "b.py"),))
    assert {each.closed_at for each in case.advanced().findings} == {None}


@pytest.mark.parametrize("case", [changed_files(gone=frozenset({"b.py"})), changed_files(policy=DECLARED)])
def test_what_explains_a_narrow_scan(case: Case) -> None:
    """A file that was deleted was not passed over, and a tool that people call complete is believed."""
    assert next(each for each in case.advanced().findings if each.id == "F-1").closed_at == NOW


def test_scopes_that_list_no_files_are_never_narrow() -> None:
    """Of two scans of a scope, both must list their files; a web finding has none to be passed over."""
    case = changed_files(scans=(listed(PATH), replace(covering(), report="b.json")))
    assert reasons(case)["F-1"] == "Semgrep looked at app.py again and no longer found it."
    place = replace(known(WEB), sightings=(Sighting("Semgrep", "src", "r", Severity.LOW, ("v1:r",), LAST),))
    assert unseen(listed(PATH), then=place).advanced().scopes[0].covered_at == NOW


def test_what_is_doubted_is_not_remembered_as_silence() -> None:
    """A source whose silence was doubted still speaks: another tool alone does not close the finding later."""
    both = tuple(known(each, TRIVY, id=f"F-{number}") for number, each in enumerate(mild(3)))
    doubted = Case(
        (fresh(STAYS[0], id="S-0"),),
        (*both, known(STAYS[0], id="S-0")),
        (scan(results=STAYS), scan(TRIVY)),
    ).advanced()
    held = [each for each in doubted.findings if each.observation is Observation.HELD]
    assert len(held) == 3
    assert {each.misses for finding in held for each in finding.sightings} == {0}


def test_what_vanished_together_is_said_once() -> None:
    """One warning names the scope, the number, the reason and the way out."""
    (said,) = together(*mild(3), stays=STAYS).advanced().diagnostics
    assert (said.code, said.subject) == ("closes-held", "Semgrep (src)")
    assert said.reason.startswith("All 3 findings below HIGH vanished")
    assert "closing.complete" in said.next_step


def test_what_vanished_closes_when_its_sort_is_back() -> None:
    """As soon as one as mild is reported again, the filter is gone and the others close."""
    case = together(*mild(3), stays=(*STAYS, *mild(1)))
    assert sum(each.closed_at == NOW for each in case.advanced().findings) == 3


def test_each_kind_is_counted_by_itself() -> None:
    """Two findings of one kind and two of another are not four of a kind."""
    kinds = (Kind.IAC, Kind.IAC, Kind.LICENSE, Kind.LICENSE)
    mixed = tuple(result(rule_id=f"r{number}", kind=kind) for number, kind in enumerate(kinds))
    assert sum(each.closed_at == NOW for each in together(*mixed, stays=STAYS).advanced().findings) == 4


def test_a_kind_that_another_tool_misses_as_well_was_mended() -> None:
    """No filter of one tool hides it from two: three leaks, revoked, that Bandit had called a weakness."""
    leaks = [result(tool="Gitleaks", scope="leaks", kind=Kind.SECRET, rule_id=f"r{number}") for number in range(3)]
    both = [
        known(leak, replace(leak, tool="Semgrep", scope="src"), id=leak.rule_id, decision=ROTATED) for leak in leaks
    ]
    case = together(stays=STAYS)
    silent = (*case.scans, scan(leaks[0]))
    found = case._replace(remembered=(*(case.remembered or ()), *both), scans=silent).advanced().findings
    assert sum(each.closed_at == NOW for each in found) == 3


def test_the_worst_may_vanish() -> None:
    """People fix the worst first: that all critical findings go at once is no reason to doubt it."""
    worst = tuple(replace(each, severity=Severity.CRITICAL) for each in mild(4))
    assert sum(each.closed_at == NOW for each in together(*worst, stays=STAYS).advanced().findings) == 4


def test_one_header_mends_a_whole_site() -> None:
    """All places of one rule of a web scan close together."""
    policy = Policy.model_validate({"closing": {"misses": {"dast": 1}}})
    pages = tuple(replace(WEB, tool="Semgrep", scope="src", rule_id="header") for _ in range(6))
    case = together(*pages, stays=tuple(replace(each, kind=Kind.DAST) for each in STAYS))._replace(policy=policy)
    assert sum(each.closed_at == NOW for each in case.advanced().findings) == 6


def test_a_scope_that_reports_nothing_is_clean() -> None:
    """Where nothing at all is left, nothing tells a filter from a clean scan; the brake watches over that."""
    assert all(each.closed_at for each in together(*mild(4)).advanced().findings)


def test_new_findings_and_fixes_may_meet() -> None:
    """Four fixed and one new in one run is work, not another rule set."""
    case = together(*of_rules("a", "b", "c", "d"))
    came = result(rule_id="new")
    case = case._replace(current=(fresh(came, id="F-new"),), scans=(scan(results=(came,)),))
    assert sum(each.closed_at == NOW for each in case.advanced().findings) == 4


def test_what_passed_may_vanish_together() -> None:
    """All that is mild was mended, and a row of each says so."""
    passed = [replace(each, kind=Kind.CLOUD, location=None, resource=BUCKET) for each in mild(3)]
    rows = frozenset(f"{each.rule_id}\x1f{BUCKET.uid}" for each in passed)
    case = together(
        *passed, stays=STAYS, extent=Extent.LISTED, evaluated=rows, passed=frozenset(f"{row}\x1f" for row in rows)
    )
    assert sum(each.closed_at == NOW for each in case.advanced().findings) == 3


def test_fixable_ones_may_vanish() -> None:
    """With flaws left that no update mends, nothing is odd about the end of others."""
    left = flawed(1, name="left")
    assert sum(each.closed_at == NOW for each in together(*flawed(3), stays=left).advanced().findings) == 3


def test_a_retired_source_in_a_seen_finding_says_nothing() -> None:
    """A finding that one tool still reports goes on, whatever became of the other tool."""
    then = replace(known(result(), TRIVY), sightings=(sighting(result()), RETIRED))
    (found,) = Case((fresh(sightings=BOTH),), (then,), (scan(),)).advanced().findings
    assert (found.baseline, found.closed_at) == (Baseline.UNCHANGED, None)


def test_a_failed_scan_is_not_retired() -> None:
    """A tool whose report cannot be used is still waited for, however long ago it last saw the finding."""
    failed = scan(TRIVY, completeness="failed", coverage=Coverage(extent=Extent.UNKNOWN))
    then = replace(known(), sightings=(sighting(result()), RETIRED))
    (found,) = unseen(covering(), failed, then=then).advanced().findings
    assert found.closed_at is None


def test_a_scope_that_was_whole_lately_is_waited_for() -> None:
    """A tool that looked at the scope last week and did not find it then is not retired."""
    then = replace(known(), sightings=(sighting(result()), RETIRED))
    records = (ScopeRecord("Trivy", "image", LAST, 1),)
    (found,) = unseen(covering(), then=then, scopes=records).advanced().findings
    assert found.closed_at is None


def test_an_expected_report_that_came_is_no_obstacle() -> None:
    """With the second report there, the scope is as the policy wants it; of other tools and scopes it says nothing."""
    wanted = [
        {"tool": "Semgrep", "scope": "src", "report": "b.json"},
        {"tool": "Semgrep", "scope": "lib", "report": "c.json"},
        {"tool": "Trivy", "scope": "src", "report": "d.json"},
        {"tool": "Semgrep", "scope": "src"},
        {"tool": "Semgrep", "report": "semgrep.json"},
    ]
    policy = Policy.model_validate({"expected": wanted})
    (found,) = unseen(covering(), replace(covering(), report="b.json"), policy=policy).advanced().findings
    assert found.closed_at == NOW


def test_the_earliest_day_counts() -> None:
    """Of several results and logs, the earliest day; one of ours names it by the finding's id."""
    reports = [
        Report(name="semgrep.json", place="s", format="sarif", scans=(scan(),), detected={"/results/0": moment})
        for moment in (DATED + timedelta(days=1), DATED)
    ]
    own = [
        Report(name=name, place=name, format="sarif", scans=(), detected={"F-1111111111": moment})
        for name, moment in (("a", DATED - timedelta(days=1)), ("b", DATED))
    ]
    item = fresh(result(), TRIVY)
    assert Dates(reports).first_seen(item, NOW) == DATED
    assert Dates(own).first_seen(item, NOW) == DATED - timedelta(days=1)
    assert Dates([*reports, *own]).first_seen(item, NOW) == DATED - timedelta(days=1)
    assert Dates([*reports, *own]).first_seen(fresh(TRIVY, id="F-2"), NOW) == NOW


@pytest.mark.parametrize(("moment", "since"), [(DATED, DATED), (NOW + timedelta(days=9), NOW), (EARLIEST, EARLIEST)])
def test_a_first_run_believes_the_days_too(moment: datetime, since: datetime) -> None:
    """Without a state the days of the reports give the clocks back; none starts in the future."""
    (found,) = Case((fresh(),), None, (scan(),), dates=dated(moment)).advanced().findings
    assert (found.baseline, found.first_seen, found.clock_start, found.last_seen) == (None, since, since, NOW)


def test_another_attempt_holds_what_the_first_held() -> None:
    """Asking twice turns no doubt into a proof."""
    case = together(*mild(3), stays=STAYS)
    retried = case._replace(run=RunRef("4700", 2))
    assert [each.closed_at for each in retried.advanced().findings] == [None] * 4
