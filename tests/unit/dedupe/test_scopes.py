"""Tests of :mod:`aggregator.dedupe.scopes`: what is remembered goes on under a scope's new name."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.dedupe.scopes import heard_of, under_new_names
from aggregator.dedupe.tracking.scope_renames import NOTHING_HEARD, Heard
from aggregator.model.state import Line, RunRef, ScopeRecord, State
from tests.builders import NOW, finding, result, scan, tracked

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
        ScopeRecord("Semgrep", "new.json", NOW, 2),
    )


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
    assert heard_of((here,), None, frozenset({("Bandit", "b")})).now == {(here.tool, here.scope), ("Bandit", "b")}
