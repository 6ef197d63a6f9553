"""Tests of :mod:`aggregator.disposition.marks`: a mark of one tool against what another one reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.disposition import dispose
from aggregator.model.finding import Decision, Disposition, Finding, Observation
from aggregator.model.result import Result, Suppression
from aggregator.model.state import RunRef, State
from aggregator.state import merge_states
from tests.builders import LINE, NOW, finding, result, sighting, tracked

NOSEM = Suppression("suppressed", "nosem: constant")
IGNORED = Suppression("suppressed", "codeql: constant")


def semgrep(mark: Suppression | None = None, **fields: Any) -> Result:
    """Semgrep's report of the flaw."""
    return result(suppression=mark, **fields)


def codeql(mark: Suppression | None = None) -> Result:
    """CodeQL's report of the same flaw."""
    return result(tool="CodeQL", rule_id="py/sql-injection", suppression=mark)


def run(item: Finding | None, *sources: Result, now: datetime = NOW) -> Finding:
    """The finding after a run with these sources; those that are not there are as they were."""
    fresh = [sighting(source) for source in sources]
    known = {(each.tool, each.scope) for each in fresh}
    others = [each for each in item.sightings if (each.tool, each.scope) not in known] if item else []
    seen = replace(item or finding(*sources), sources=sources, sightings=(*fresh, *others))
    (decided,) = dispose((seen,), (), now, "4711").findings
    return decided


def word(item: Finding) -> str:
    """What people see of it."""
    return item.status


def test_a_mark_of_one_tool_silences_nothing_that_another_one_reports() -> None:
    """Not in a run of both, not in one of the tool that marks it alone, and nothing is said in either."""
    item = run(None, semgrep(NOSEM), codeql())
    for sources in ((codeql(),), (semgrep(NOSEM),), (codeql(),), (semgrep(NOSEM), codeql())):
        item = run(item, *sources)
        assert (word(item), item.history) == ("active", ())


def test_marks_of_all_tools_count_whenever_they_run() -> None:
    """Tools that never run together both mark it: it is silenced with the second mark, once, and stays so."""
    item = run(run(None, semgrep(), codeql()), semgrep(NOSEM))
    assert word(item) == "active"
    for number in range(4):
        item = run(item, codeql(IGNORED) if number % 2 == 0 else semgrep(NOSEM), now=NOW + timedelta(days=number))
        assert word(item) == "suppressed"
    assert [(line.to, line.reason) for line in item.history] == [("suppressed", IGNORED.reason)]
    assert item.decision.author == "CodeQL"


def test_a_mark_that_one_of_two_tools_takes_off_is_undone() -> None:
    """The reason names the tool that reports it plainly; the other one's mark alone silences nothing afterwards."""
    both = run(None, semgrep(NOSEM), codeql(IGNORED))
    assert (word(both), both.decision.author) == ("suppressed", "CodeQL")
    for source, why in (
        (codeql(), "The tool no longer marks it."),
        (semgrep(), "Reported without a mark by Semgrep."),
    ):
        plain = run(both, source)
        assert (word(plain), plain.decision.reason) == ("active", why)
    assert word(run(run(both, codeql()), semgrep(NOSEM))) == "active"


def test_a_tool_that_joins_without_a_mark_opens_it() -> None:
    """It is not the first tool that no longer marks it."""
    marked = run(None, semgrep(NOSEM))
    joined = run(marked, codeql())
    assert (word(joined), joined.decision.reason) == ("active", "Reported without a mark by CodeQL.")
    assert word(run(joined, semgrep(NOSEM))) == "active"


def test_a_tool_that_looked_and_saw_nothing_is_no_obstacle() -> None:
    """What it reported once, and no longer does, speaks against no mark."""
    item = run(None, semgrep(), codeql())
    silent = replace(item, sightings=tuple(replace(each, misses=each.tool == "CodeQL") for each in item.sightings))
    assert word(run(silent, semgrep(NOSEM))) == "suppressed"


def test_of_one_tool_the_latest_report_counts() -> None:
    """A mark that the scan of a push sees waits for no nightly one; where both are in a run, both must bear it."""
    night = semgrep(scope="nightly")
    item = run(None, semgrep(), night)
    assert word(run(item, semgrep(NOSEM))) == "suppressed"
    assert word(run(item, semgrep(NOSEM), night)) == "active"


@pytest.mark.parametrize("sources", [(semgrep(NOSEM),), (codeql(IGNORED),), ()])
def test_a_state_that_tells_no_marks_is_believed(sources: tuple[Result, ...]) -> None:
    """What an earlier Onefold silenced by marks stays so in a run of one of the tools, and in one of none."""
    old = finding(
        semgrep(),
        codeql(),
        sightings=(sighting(semgrep()), sighting(codeql())),
        decision=Decision(Disposition.SUPPRESSED, NOSEM.reason, "Semgrep", "tool", NOW),
    )
    assert word(run(old, *sources)) == "suppressed"


def test_what_is_known_of_marks_survives_a_race() -> None:
    """Where two runs raced, each source is remembered as it was seen last."""
    one, two = run(None, semgrep(NOSEM)), run(None, codeql())
    heads = (
        State(line=LINE, run=RunRef(run), at=NOW, findings=(tracked(each),)) for run, each in (("1", one), ("2", two))
    )
    merged = merge_states(heads)
    assert merged is not None
    known = {each.tool: each.is_marked for each in merged.findings[0].sightings}
    assert known == {"Semgrep": True, "CodeQL": False}


def test_an_unseen_finding_keeps_its_mark() -> None:
    """A run without reports takes no mark off."""
    marked = run(None, semgrep(NOSEM))
    unseen = replace(marked, sources=(), observation=Observation.NOT_COVERED)
    assert dispose((unseen,), (), NOW).findings == (unseen,)
