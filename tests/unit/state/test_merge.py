"""Tests of :mod:`aggregator.state.merge`: runs that raced lose nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.errors import StateError
from aggregator.model.finding import Decision, Disposition, Transition, UploadIdentity
from aggregator.model.severity import Severity
from aggregator.model.state import Line, RunRecord, RunRef, ScopeRecord, State, Tracked
from aggregator.state import merge_states
from tests.builders import BEFORE, LINE, NOW, finding, result, sighting, tracked

HOUR = timedelta(hours=1)


def head(run: str, *findings: Tracked, **fields: Any) -> State:
    """The state a run left."""
    given: dict[str, Any] = {"line": LINE, "run": RunRef(run), "at": NOW, "findings": findings}
    return State(**given | fields)


def known(**fields: Any) -> Tracked:
    """A remembered finding."""
    return tracked(finding(**fields))


def one(*findings: Tracked) -> Tracked:
    """The one finding that is left of one finding in each of several heads."""
    heads = [head(str(number), item) for number, item in enumerate(findings)]
    merged = merge_states(heads)
    assert merged is not None
    assert merge_states(heads[::-1]) == merged
    (found,) = merged.findings
    return found


def test_no_heads_are_no_state() -> None:
    """Nothing merged is nothing; one head is itself, however often it comes."""
    state = head("1", known())
    assert merge_states(()) is None
    assert merge_states((state, state)) == state


def test_lines_never_meet() -> None:
    """States of different lines are not merged."""
    with pytest.raises(StateError, match="cannot be merged"):
        merge_states((head("1"), head("2", line=Line("other"))))


def test_the_merged_state_continues_all_heads() -> None:
    """The latest run speaks for the state, and all merged runs are its parents."""
    merged = merge_states((head("1", at=NOW + HOUR), head("2"), head("3", parents=(RunRef("0"),))))
    assert merged is not None
    assert (merged.run, merged.at) == (RunRef("1"), NOW + HOUR)
    assert merged.parents == (RunRef("1"), RunRef("2"), RunRef("3"))


def test_two_states_of_one_run_keep_their_parents() -> None:
    """When one run left two states, the lineage is theirs together."""
    merged = merge_states((head("1", known(), parents=(RunRef("0"),)), head("1")))
    assert merged is not None
    assert (merged.parents, len(merged.findings)) == ((RunRef("0"),), 1)


def test_findings_of_both_are_kept() -> None:
    """What only one head has is not lost, and the order is by id."""
    lone = replace(known(id="F-9"), sightings=())
    merged = merge_states((head("1", lone), head("2", known())))
    assert merged is not None
    assert [each.id for each in merged.findings] == ["F-1111111111", "F-9"]


def test_the_same_problem_found_twice_is_one() -> None:
    """Two ids with the same strongest key are one finding: the earlier one survives, the other is its alias."""
    found = one(known(id="F-2", first_seen=BEFORE), known(id="F-1", first_seen=BEFORE + HOUR, aliases=("F-0",)))
    assert (found.id, found.aliases, found.first_seen) == ("F-2", ("F-0", "F-1"), BEFORE)


def test_without_keys_nothing_is_the_same() -> None:
    """Findings whose sources have no key are one only by their ids."""
    bare = sighting(result(), keys=())
    merged = merge_states((head("1", known(sightings=(bare,))), head("2", known(id="F-2", sightings=(bare,)))))
    assert merged is not None
    assert len(merged.findings) == 2


def test_keys_of_different_tools_are_different() -> None:
    """A key counts for its tool only."""
    other = tracked(finding(result(tool="Bandit"), id="F-2"))
    merged = merge_states((head("1", known()), head("2", other)))
    assert merged is not None
    assert len(merged.findings) == 2


def test_the_latest_evidence_describes_the_finding() -> None:
    """Severity and title come from the head that saw it last; at one moment, open outweighs closed."""
    later = known(last_seen=NOW, severity=Severity.LOW)
    earlier = known(last_seen=NOW - HOUR, severity=Severity.HIGH)
    assert one(later, earlier).severity is Severity.LOW
    assert one(known(closed_at=NOW, last_seen=BEFORE), known(last_seen=NOW)).closed_at is None
    assert one(known(closed_at=NOW, last_seen=BEFORE), known(last_seen=NOW - HOUR)).closed_at == NOW


def test_the_latest_decision_holds() -> None:
    """The decision made last wins; of two made at one moment the stricter one; a decision outweighs none."""
    old = Decision(Disposition.FALSE_POSITIVE, "a", decided_at=BEFORE)
    new = Decision(Disposition.RISK_ACCEPTED, "b", decided_at=NOW)
    assert one(known(decision=old), known(decision=new)).decision == new
    assert one(known(decision=old), known(decision=replace(new, decided_at=BEFORE))).decision.reason == "b"
    assert one(known(decision=old), known()).decision == old


def test_the_clock_that_was_reopened_counts() -> None:
    """The earlier clock goes on, unless one head restarted it on reopening."""
    assert one(known(clock_start=NOW), known(clock_start=BEFORE)).clock_start == BEFORE
    restarted = known(clock_start=NOW, reopened_at=NOW)
    assert one(restarted, known(clock_start=BEFORE)).clock_start == NOW


def test_tickets_history_and_upload_add_up() -> None:
    """Tickets and history are united; a frozen upload identity is never lost."""
    upload = UploadIdentity("c/", "d", "r")
    first = known(tickets=("B-1",), history=(Transition(NOW, "updated"),), upload=upload)
    second = known(tickets=("A-1",), history=(Transition(BEFORE, "new"), Transition(NOW, "updated")))
    found = one(first, second)
    assert (found.tickets, found.upload) == (("A-1", "B-1"), upload)
    assert [step.to for step in found.history] == ["new", "updated"]


def test_the_latest_sighting_of_each_source_is_kept() -> None:
    """A source is kept once, as it was last seen; a source with other keys is kept beside it."""
    old = sighting(result(), last_seen=BEFORE, misses=1)
    rekeyed = sighting(result(), keys=("v1:python.sql-injection", "v2:x"))
    found = one(known(sightings=(old,)), known(sightings=(sighting(result()), rekeyed)))
    assert found.sightings == (sighting(result()), rekeyed)


def test_scopes_and_runs_are_united() -> None:
    """The latest record of a scope counts, and the runs of all heads are kept in order of time."""
    early, late = RunRecord(run=RunRef("1"), at=BEFORE, open={}), RunRecord(run=RunRef("2"), at=NOW, open={})
    one_head = head("1", scopes=(ScopeRecord("Semgrep", "src", NOW, 1),), runs=(late, early))
    other = head("2", scopes=(ScopeRecord("Semgrep", "src", BEFORE, 2),), runs=(early,))
    merged = merge_states((one_head, other))
    assert merged is not None
    assert (merged.scopes, merged.runs) == ((ScopeRecord("Semgrep", "src", NOW, 1),), (early, late))
