"""Tests of :mod:`aggregator.dedupe.scopes`: what is remembered goes on under a scope's new name."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.dedupe.scopes import MOST_NAMES, heard_of, settled, under_new_names
from aggregator.dedupe.tracking.scope_renames import NOTHING_HEARD, Heard
from aggregator.model.state import Line, RunRef, ScopeRecord, State
from tests.builders import BEFORE, NOW, finding, result, scan, tracked

RENAMED = {("Semgrep", "old.json"): "new.json"}


def remembered(*scopes: tuple[str, str]) -> State:
    """A state with one finding whose sources, and whose records, are these."""
    one = tracked(finding(result()))
    (seen,) = one.sightings
    return State(
        line=Line("shop"),
        run=RunRef("1"),
        at=NOW,
        findings=(replace(one, sightings=tuple(replace(seen, tool=tool, scope=scope) for tool, scope in scopes)),),
        scopes=tuple(sorted(ScopeRecord(tool, scope, NOW, 2) for tool, scope in scopes)),
    )


def test_sources_and_records_go_by_the_new_name() -> None:
    """Open or closed: what the scope needs to be whole stays known too."""
    state = under_new_names(remembered(("Semgrep", "old.json"), ("Bandit", "old.json")), RENAMED)
    assert [(each.tool, each.scope) for each in state.findings[0].sightings] == [
        ("Semgrep", "new.json"),
        ("Bandit", "old.json"),
    ]
    assert state.scopes == (
        ScopeRecord("Bandit", "old.json", NOW, 2),
        ScopeRecord("Semgrep", "new.json", NOW, 2, ("old.json",)),
    )


def test_a_name_that_may_be_a_new_one_stands_beside_the_old_one() -> None:
    """What was not reported again stays under the old name, and the number of reports is known under both."""
    before = remembered(("Semgrep", "old.json"))
    state = under_new_names(before, {}, RENAMED)
    assert state.findings == before.findings
    assert state.scopes == (
        ScopeRecord("Semgrep", "new.json", NOW, 2, ("old.json",)),
        ScopeRecord("Semgrep", "old.json", NOW, 2),
    )


def begun(*sightings: tuple[str, str]) -> State:
    """A state after the first run in which a report of another name showed what the old one did."""
    state = remembered(*sightings)
    records = ScopeRecord("Semgrep", "new.json", NOW, 3, ("old.json",)), ScopeRecord("Semgrep", "old.json", NOW, 2)
    return replace(state, scopes=records)


AGAIN = Heard(now=frozenset({("Semgrep", "new.json")}))


def sources(state: State) -> list[tuple[str, str]]:
    return [(each.tool, each.scope) for each in state.findings[0].sightings]


def test_an_old_name_that_does_not_come_back_is_no_other_scope() -> None:
    """What was seen under both names was seen under the new one; other tools' sources stay as they are."""
    both = ("Semgrep", "old.json"), ("Bandit", "old.json"), ("Semgrep", "new.json")
    state = settled(begun(*both), AGAIN)
    assert sources(state) == [("Bandit", "old.json"), ("Semgrep", "new.json")]
    assert state.scopes == (ScopeRecord("Semgrep", "new.json", NOW, 3, ("old.json",)),)
    left = settled(begun(both[0]), AGAIN)
    assert sources(left) == [("Semgrep", "new.json")]


def test_an_old_name_that_comes_back_is_another_scope() -> None:
    """From then on the two have nothing to do with each other."""
    both = ("Semgrep", "old.json"), ("Semgrep", "new.json")
    for now in ({both[0]}, set(both)):
        state = settled(begun(*both), Heard(now=frozenset(now)))
        assert sources(state) == list(both)
        assert [(each.scope, each.names) for each in state.scopes] == [("new.json", ()), ("old.json", ())]


def test_a_run_without_either_name_tells_nothing() -> None:
    """Whether the old name comes back is for a run to tell that has one of the two, whatever else it has."""
    state = begun(("Semgrep", "old.json"))
    assert settled(state, Heard(now=frozenset({("Semgrep", "other.json")}))) == state
    assert settled(state, Heard(now=frozenset({("Bandit", "old.json")}))) == state
    assert settled(state, NOTHING_HEARD) == state


def test_what_was_left_under_several_names() -> None:
    """It is the same as what was seen later, under any of them; the latest record tells all the names."""
    state = remembered(("Semgrep", "a"), ("Semgrep", "b"), ("Bandit", "a"))
    (one,) = state.findings
    seen = tuple(replace(each, last_seen=BEFORE) if each.scope == "a" else each for each in one.sightings)
    records = ScopeRecord("Semgrep", "a", BEFORE, 1), ScopeRecord("Semgrep", "b", NOW, 1, ("a", "z"))
    state = replace(state, findings=(replace(one, sightings=seen),), scopes=records)
    after = under_new_names(state, {("Semgrep", "a"): "c", ("Semgrep", "b"): "c"})
    assert sources(after) == [("Semgrep", "c"), ("Bandit", "a")]
    assert after.findings[0].sightings[0].last_seen == NOW
    assert after.scopes == (ScopeRecord("Semgrep", "c", NOW, 1, ("b", "a", "z")),)


def test_what_a_name_did_not_show_is_looked_for_under_the_one_that_is_back() -> None:
    """A finding that the other scope showed when it was there last stays a matter of that one."""
    state = remembered(("Semgrep", "new.json"), ("Semgrep", "new.json"), ("Bandit", "new.json"))
    (one,) = state.findings
    missed = tuple(replace(each, misses=number % 2) for number, each in enumerate(one.sightings, start=1))
    after = under_new_names(
        replace(state, findings=(replace(one, sightings=missed),)), {}, {}, {("Semgrep", "new.json"): "old.json"}
    )
    assert sources(after) == [("Semgrep", "old.json"), ("Semgrep", "new.json"), ("Bandit", "new.json")]


def test_the_first_name_outlives_those_in_between() -> None:
    """Of too many names the latest are known, and the one that the scope was known by at first."""
    state = remembered(("Semgrep", "0"))
    for number in range(20):
        state = under_new_names(state, {("Semgrep", str(number)): str(number + 1)})
    (record,) = state.scopes
    assert record.scope == "20"
    assert record.names == (*(str(number) for number in range(19, 20 - MOST_NAMES, -1)), "0")
    assert len(record.names) == MOST_NAMES


def test_nothing_else_changes() -> None:
    """A finding without such a source is the same, and so is a state without such a scope."""
    state = remembered(("Bandit", "old.json"))
    assert under_new_names(state, {}) is state
    assert under_new_names(state, RENAMED) == state
    assert under_new_names(state, RENAMED).findings[0] is state.findings[0]


def test_what_was_heard() -> None:
    """Of this run every scan, of earlier ones every record."""
    here = scan(result())
    assert heard_of((), None) == NOTHING_HEARD
    assert heard_of((here,), remembered(("Bandit", "b"))) == Heard(
        now=frozenset({(here.tool, here.scope)}), before=frozenset({("Bandit", "b")})
    )
    assert heard_of((), begun()).earlier == {("Semgrep", "old.json"): "new.json"}
    assert heard_of((here,), None, frozenset({("Bandit", "b")})).now == {(here.tool, here.scope), ("Bandit", "b")}
