"""Tests of :mod:`aggregator.state.merge`: runs that raced lose nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.errors import StateError
from aggregator.model.finding import AGREEMENT, Decision, Disposition, Transition, UploadIdentity
from aggregator.model.location import Location
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.model.state import Line, RunRecord, RunRef, ScopeRecord, State, Telling, Tracked
from aggregator.model.ticket import Ticket
from aggregator.state import merge_states
from aggregator.state.history import MOST_RUNS
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


def test_the_commit_is_that_of_the_latest_look() -> None:
    """A tick that ran beside a scan does not hide which commit was scanned last."""
    tick = head("1", at=NOW + 2 * HOUR, commit="a", scanned_at=NOW)
    merged = merge_states((tick, head("2", at=NOW + HOUR, commit="b", scanned_at=NOW + HOUR)))
    assert merged is not None
    assert (merged.at, merged.commit, merged.scanned_at) == (NOW + 2 * HOUR, "b", NOW + HOUR)


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


def test_a_secret_in_one_head_is_one() -> None:
    """The later run may have had no report of the tool that calls it so; elsewhere the later word holds."""
    leak, weakness = known(kind=Kind.SECRET, last_seen=NOW - HOUR), known(kind=Kind.SAST, last_seen=NOW)
    assert one(leak, weakness).kind is Kind.SECRET
    assert one(weakness, known(kind=Kind.IAC, last_seen=NOW - HOUR)).kind is Kind.SAST
    assert one(weakness, known(kind=Kind.IAC, last_seen=NOW)).kind is Kind.SAST, "in any order"


def test_every_name_of_a_flaw_is_kept() -> None:
    """What people decided by any of them holds on; the best known stands first."""
    names = ("PYSEC-1", "GHSA-1"), ("CVE-1", "GHSA-1")
    heads = [known(vulnerability_ids=each, last_seen=NOW - number * HOUR) for number, each in enumerate(names)]
    assert one(*heads).vulnerability_ids == ("CVE-1", "GHSA-1", "PYSEC-1")


def test_the_latest_decision_holds() -> None:
    """The decision made last wins; of two made at one moment the stricter one; a decision outweighs none."""
    old = Decision(Disposition.FALSE_POSITIVE, "a", decided_at=BEFORE)
    new = Decision(Disposition.RISK_ACCEPTED, "b", decided_at=NOW)
    assert one(known(decision=old), known(decision=new)).decision == new
    assert one(known(decision=old), known(decision=replace(new, decided_at=BEFORE))).decision.reason == "b"
    assert one(known(decision=old), known()).decision == old
    agreed = Decision(Disposition.VERIFIED, "c", origin=AGREEMENT, decided_at=NOW)
    assert one(known(decision=old), known(decision=agreed)).decision == old
    assert one(known(decision=agreed), known()).decision == agreed


def test_no_word_is_lost_in_a_race() -> None:
    """What only one of two runs had heard is remembered beside the decision; of one place, what was said there last."""
    false = Decision(Disposition.FALSE_POSITIVE, "a", origin="issues", decided_at=BEFORE)
    written = Decision(Disposition.RISK_ACCEPTED, "b", origin="exceptions", decided_at=NOW)
    verified = Decision(Disposition.VERIFIED, "c", origin="issues", decided_at=NOW)
    dismissed = Decision(Disposition.MITIGATED, "d", origin="alerts")
    for heads, holds, others in (
        ([false, written], written, [false]),
        ([replace(false, overruled=(dismissed,)), written], written, [dismissed, false]),
        ([replace(written, overruled=(false,)), replace(written, overruled=(dismissed,))], written, [dismissed, false]),
        ([false, verified], verified, []),
        ([replace(written, overruled=(verified,)), false], written, [verified]),
    ):
        found = one(*(known(decision=each) for each in heads)).decision
        assert (replace(found, overruled=()), list(found.overruled)) == (holds, others)


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


def test_what_scans_found_by_attacking_is_united() -> None:
    """Two runs that raced read reports of different places: both are known to have attacked."""
    now, before = (
        head(number, scopes=(ScopeRecord("ZAP", "shop", at, 1, active=(entry,)),))
        for number, at, entry in (("1", NOW, "b.json\x1f6"), ("2", BEFORE, "a.json\x1f7"))
    )
    merged = merge_states((now, before))
    assert merged is not None
    assert merged.scopes == (ScopeRecord("ZAP", "shop", NOW, 1, active=("a.json\x1f7", "b.json\x1f6")),)


def test_tickets_and_tellings_are_united() -> None:
    """What was read last of a ticket counts, and what was told last on a channel; forgotten tickets are dropped."""
    early, late = Ticket("u/1", assignees=("kim",), seen_at=BEFORE), Ticket("u/1", is_open=False, seen_at=NOW)
    other = Ticket("u/2")
    one_head = head(
        "1", known(tickets=("u/1",)), tickets=(late,), told=(Telling("slack", BEFORE), Telling("teams", NOW))
    )
    two_head = head("2", known(tickets=("u/2",)), tickets=(early, other), told=(Telling("slack", NOW, "d"),))
    merged = merge_states((one_head, two_head))
    assert merged is not None
    assert merged.tickets == (late, other)
    assert merged.told == (Telling("slack", NOW, "d"), Telling("teams", NOW))
    bare = merge_states((head("1", known(), tickets=(late,)), head("2", known(), at=BEFORE)))
    assert bare is not None
    assert bare.tickets == ()


def at_line(line: int, **fields: Any) -> Tracked:
    """A finding at this line; all of them have one key, as equal flaws in one file have."""
    source = result(location=Location("app.py", line))
    return tracked(finding(source, **fields))


def merged_ids(*heads: State) -> list[tuple[str, tuple[str, ...]]]:
    """Ids and aliases in the merged state, whichever head comes first."""
    state = merge_states(heads)
    assert state is not None
    assert merge_states(heads[::-1]) == state
    return [(each.id, each.aliases) for each in state.findings]


def test_equal_flaws_in_one_file_stay_apart() -> None:
    """Two findings with one key in one head are two after any merge, even when lines have moved onto each other."""
    here = head("1", at_line(10, id="F-1"), at_line(20, id="F-2"))
    moved = head("2", at_line(20, id="F-1"), at_line(30, id="F-2"))
    assert merged_ids(here, moved) == [("F-1", ()), ("F-2", ())]
    assert merged_ids(here, head("2")) == [("F-1", ()), ("F-2", ())]


def test_equal_flaws_with_other_ids_are_told_by_their_lines() -> None:
    """Where a key says nothing the line does; without a line they stay two."""
    here = head("1", at_line(10, id="F-1"), at_line(20, id="F-2"))
    assert merged_ids(here, head("2", at_line(20, id="F-3"))) == [("F-1", ()), ("F-2", ("F-3",))]
    assert merged_ids(here, head("2", at_line(25, id="F-3"))) == [("F-1", ()), ("F-2", ()), ("F-3", ())]
    lineless = tracked(finding(result(location=None), id="F-3"))
    assert merged_ids(here, head("2", lineless)) == [("F-3", ()), ("F-1", ()), ("F-2", ())]


def test_a_chain_of_aliases_is_one_finding() -> None:
    """What one head has united with a second id, and another head that one with a third, is one."""
    bare = known(sightings=())
    heads = [
        head("1", replace(bare, id="F-1", aliases=("F-2",))),
        head("2", replace(bare, id="F-2", aliases=("F-3",))),
        head("3", replace(bare, id="F-3")),
    ]
    assert merged_ids(*heads) == [("F-1", ("F-2", "F-3"))]


def test_the_speaking_source_stays_first() -> None:
    """A finding that two tools report goes on being described by the one that described it."""
    first, second = sighting(result()), sighting(result(tool="Bandit", rule_id="B608"))
    found = one(known(sightings=(first, second)), known(sightings=(first, second), tickets=("A-1",)))
    assert found.sightings == (first, second)


def after(previous: State | None, run: str, *findings: Tracked, days: int = 0) -> State:
    """The state of a run that continues another."""
    at = NOW + timedelta(days=days)
    runs = (*(previous.runs if previous else ()), RunRecord(run=RunRef(run), at=at, open={}))
    parents = (previous.run,) if previous else ()
    return head(run, *findings, at=at, parents=parents, runs=runs)


def test_an_ancestor_changes_nothing() -> None:
    """What was closed and forgotten since, or renamed, does not come back from a state that was continued."""
    old = after(None, "1", known())
    new = after(after(old, "2", known(closed_at=NOW), days=1), "3", days=92)
    assert merge_states((old, new)) == new
    assert merge_states((new, old, replace(old, frontier=("7",)))) == replace(new, frontier=("7",))


def test_a_state_that_only_looks_like_an_ancestor_is_kept() -> None:
    """A finding that nobody can have forgotten yet proves that the runs only have the same numbers."""
    old = after(None, "1", known())
    new = after(old, "2", days=0)
    assert merged_ids(old, new) == [("F-1111111111", ())]


def test_racers_of_one_base_are_both_kept() -> None:
    """Two runs that continue one state are no ancestors of each other, nor are two states of one run."""
    base = after(None, "1", known())
    one_racer, other = after(base, "2", known(), days=2), after(base, "3", known(id="F-2", sightings=()), days=3)
    assert merged_ids(one_racer, other) == [("F-1111111111", ()), ("F-2", ())]
    twice = after(base, "2", known(id="F-2", sightings=()), days=2)
    assert merged_ids(one_racer, twice) == [("F-1111111111", ()), ("F-2", ())]


def test_a_long_lineage_is_recognised_by_what_is_left_of_it() -> None:
    """Runs beyond the bound are forgotten on both sides."""
    runs = [RunRecord(run=RunRef(str(day)), at=BEFORE + timedelta(days=day), open={}) for day in range(MOST_RUNS + 1)]
    old = head("399", known(), at=runs[-2].at, runs=tuple(runs[:-1]))
    new = head("400", at=runs[-1].at, runs=tuple(runs[1:]))
    assert merge_states((old, new)) == new
