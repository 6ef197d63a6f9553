"""Tests of :mod:`aggregator.pipeline.overtaken`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.outcome import Context
from aggregator.model.report import ReadFailure, Report
from aggregator.model.result import Result
from aggregator.model.state import RunRecord, RunRef, ScopeRecord, State
from aggregator.pipeline.overtaken import Newer, overtaken_by
from aggregator.policy import Policy
from aggregator.policy.engagement import EngagementRule
from tests.builders import BEFORE, LINE, NOW, finding, result, scan, sighting, tracked

OLD, NEW = "a" * 40, "b" * 40
WHOLE = ScopeRecord("Semgrep", "src", NOW, 1)


def report(source: Result | None = None) -> Report:
    """The complete report of one scan."""
    return Report(name="semgrep.json", place="semgrep.json", format="semgrep-json", scans=(scan(source),))


def head(*ids: str, **fields: Any) -> State:
    """What the newest of these runs left, at a newer commit; it looked at all of ``src``."""
    last = RunRef(ids[-1])
    runs = (*(record(each, BEFORE) for each in ids[:-1]), record(last.id, NOW))
    given: dict[str, Any] = {"line": LINE, "run": last, "at": NOW, "commit": NEW, "runs": runs, "scopes": (WHOLE,)}
    return State(**given | fields)


def record(number: str, at: datetime, follows: str = "") -> RunRecord:
    return RunRecord(run=RunRef(number), at=at, open={}, follows=follows)


def late(
    *heads: State, run: str = "10", commit: str = OLD, source: Result | None = None, follows: str = ""
) -> Newer | None:
    context = Context(line=LINE, run=RunRef(run), commit=commit, follows=follows)
    return overtaken_by(heads, (report(source),), context, Policy())


def test_a_newer_run_about_another_commit_comes_first() -> None:
    """A run whose scope a newer run has looked at since, at another commit, is late."""
    assert late(head("9", "11")) == Newer(11, NEW)
    assert late() is None


@pytest.mark.parametrize("ids", [("9",), ("10",), ("9", "10"), ("20261122T120000Z",), ("1" * 21,), ("",)])
def test_what_is_older_or_has_no_number_does_not_count(ids: tuple[str, ...]) -> None:
    """Earlier runs, earlier attempts and other jobs of this run are no newer ones, nor is what has no number."""
    assert late(head(*ids)) is None


@pytest.mark.parametrize("run", ["", "local", "20261122T120000Z"])
def test_a_run_outside_a_job_is_never_late(run: str) -> None:
    """Where runs have no numbers, nobody knows their order but by their time."""
    assert late(head("11"), run=run) is None


@pytest.mark.parametrize("commit", [NEW, NEW[:7], ""])
def test_one_commit_is_not_two(commit: str) -> None:
    """A run about the commit that is remembered goes on, and so does one of which nobody says what it is about."""
    assert late(head("11"), commit=commit) is None
    assert late(head("11", commit=commit), commit=NEW) is None


def test_numbers_are_numbers() -> None:
    """They are compared by what they are worth, not by how they are written."""
    assert late(head("100"), run="99") == Newer(100, NEW)
    assert late(head("99"), run="100") is None


@pytest.mark.parametrize(
    ("follows", "remembered", "is_late"),
    [
        ("4", "5", True),  # the scan of the next commit ended first
        ("5", "5", False),  # both read the same scan
        ("6", "5", False),
        ("100", "99", False),
        ("", "9", False),  # this run scanned after the scan that the later one has read
        ("", "11", True),
        ("4", "", True),  # nobody wrote down whether that one followed another: it began later
    ],
)
def test_followed_runs_are_compared(follows: str, remembered: str, *, is_late: bool) -> None:
    """A run that follows another one is as new as that one, whatever number it has itself."""
    newer = head("12", runs=(record("12", NOW, remembered),))
    assert (late(newer, follows=follows) == Newer(12, NEW)) is is_late


def test_an_own_number_is_not_compared_with_a_followed_one() -> None:
    """The run before this one began after the scan that this one reads, and may have read an earlier one."""
    assert late(head("9"), follows="8") is None


def test_what_only_this_run_looked_at_is_news() -> None:
    """Another scope, and another tool, that no newer run looked at, does not come too late."""
    assert late(head("11"), source=result(scope="web")) is None
    assert late(head("11"), source=result(tool="Gitleaks")) is None
    earlier = replace(WHOLE, covered_at=BEFORE)
    assert late(head("9", "11", scopes=(earlier,))) is None


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("semgrep-10.json", "semgrep-11.json"),
        ("semgrep-2026-11-21.json", "semgrep-2026-11-22.json"),
        (f"out/{OLD[:6]}1/semgrep.json", f"out/{NEW[:6]}2/semgrep.json"),
        ("shop:1.4.0", "shop:1.10.0"),
    ],
)
def test_a_name_with_a_number_is_another_each_time(ours: str, theirs: str) -> None:
    """Where names hold a run's id, a date or a commit's, the scope is that of the same words."""
    newer = head("11", scopes=(replace(WHOLE, scope=theirs),))
    assert late(newer, source=result(scope=ours)) == Newer(11, NEW)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("deep.json", "semgrep.json"),
        ("facade.json", "decade.json"),
        ("src", "Pen test » src"),
    ],
)
def test_another_word_is_another_scope(ours: str, theirs: str) -> None:
    """A scan that only the nightly run has is news, also of a tool that every push runs."""
    assert late(head("11", scopes=(replace(WHOLE, scope=theirs),)), source=result(scope=ours)) is None


def test_counted_scopes_are_told_apart_where_they_are_known() -> None:
    """Of parts with numbers for names the one that no newer run looked at does not come too late."""
    parts = (replace(WHOLE, scope="part-1", covered_at=BEFORE), replace(WHOLE, scope="part-2"))
    assert late(head("9", "11", scopes=parts), source=result(scope="part-1")) is None
    assert late(head("9", "11", scopes=parts), source=result(scope="part-2")) == Newer(11, NEW)
    source = replace(sighting(result(scope="part-1")), last_seen=BEFORE)
    item = replace(tracked(finding()), sightings=(source,))
    assert late(head("9", "11", scopes=parts[1:], findings=(item,)), source=result(scope="part-1")) is None


def test_finding_something_is_looking_too() -> None:
    """A newer run that looked at a part of the scope has found out something there."""
    source = sighting(result())
    item = replace(tracked(finding()), sightings=(source,))
    assert late(head("11", scopes=(), findings=(item,))) == Newer(11, NEW)
    older = replace(item, sightings=(replace(source, last_seen=NOW - timedelta(days=1)),))
    assert late(head("11", scopes=(), findings=(older,))) is None


def test_each_of_several_states_counts() -> None:
    """Of states side by side any can be newer; the newest one is named."""
    assert late(head("11", commit=OLD), head("12"), head("13", scopes=())) == Newer(12, NEW)
    assert late(head("12"), head("11", commit="c" * 40)) == Newer(12, NEW)


def test_an_examination_has_scopes_of_its_own() -> None:
    """What was handed in as an examination is compared with what was examined, not with what the pipeline looked at."""
    policy = Policy(engagements=(EngagementRule(name="Pen test", once=True),))
    context = Context(line=LINE, run=RunRef("10"), commit=OLD, examination="Pen test")
    examined = head("11", scopes=(replace(WHOLE, scope="Pen test » src"),))
    assert overtaken_by([examined], (report(),), context, policy) == Newer(11, NEW)
    assert overtaken_by([head("11")], (report(),), context, policy) is None


@pytest.mark.parametrize(
    ("scope", "is_late"), [("Pen test 2 » src-11", True), ("Pen test 1 » src-11", False), ("src-11", False)]
)
def test_an_examination_is_told_by_its_whole_name(scope: str, *, is_late: bool) -> None:
    """Two of them may be counted: what one looked at is nothing that the other has looked at."""
    policy = Policy(engagements=tuple(EngagementRule(name=f"Pen test {each}", once=True) for each in (1, 2)))
    context = Context(line=LINE, run=RunRef("10"), commit=OLD, examination="Pen test 2")
    examined = head("11", scopes=(replace(WHOLE, scope=scope),))
    newer = overtaken_by([examined], (report(result(scope="src-10")),), context, policy)
    assert (newer == Newer(11, NEW)) is is_late


def test_a_report_that_cannot_be_read_looks_at_nothing() -> None:
    """Nothing follows from it that could undo anything."""
    failure = ReadFailure(name="semgrep.json", place="src", reason="it is empty.", next_step="", tool="Semgrep")
    context = Context(line=LINE, run=RunRef("10"), commit=OLD)
    assert overtaken_by([head("11")], (failure,), context, Policy()) is None
