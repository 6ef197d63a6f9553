"""Tests of :mod:`aggregator.disposition.agreement`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.disposition import dispose
from aggregator.disposition.agreement import agreed
from aggregator.model.finding import Baseline, Decision, Disposition, Finding, Transition
from aggregator.model.result import Suppression
from aggregator.model.state import RunRef, State
from aggregator.model.statement import Statement, Statements
from aggregator.policy import ExceptionRule
from aggregator.state import merge_states
from tests.builders import BEFORE, LINE, NOW, finding, result, sighting, tracked

SEMGREP, BANDIT, CODEQL = (result(tool=tool) for tool in ("Semgrep", "Bandit", "CodeQL"))
BOTH = finding(SEMGREP, BANDIT, sightings=(sighting(SEMGREP), sighting(BANDIT)))
VERIFIED = Decision(Disposition.VERIFIED, "Bandit and Semgrep report it.", origin="agreement", decided_at=NOW)
RULE = ExceptionRule.model_validate(
    {"status": "risk_accepted", "reason": "We know.", "owner": "kim", "expires": "2027-06-30", "id": BOTH.id}
)


def after(item: Finding, *rules: ExceptionRule, tools: int | None = 2, said: tuple[Decision, ...] = ()) -> Finding:
    """The finding after one run's decisions."""
    statements = Statements(frozenset({"issues"}), tuple(Statement(item.id, each, "issue #1") for each in said))
    (found,) = dispose((item,), rules, NOW, "4711", statements, tools=tools).findings
    return found


def test_tools_that_agree_verify() -> None:
    """The decision names the tools, its origin and its moment, and enters the history once."""
    found = after(BOTH)
    assert found.decision == VERIFIED
    assert found.is_open
    assert found.history == (Transition(NOW, "verified", "4711", "Bandit and Semgrep report it."),)
    assert after(found) == found


def test_it_is_off_unless_asked_for() -> None:
    """Without the policy's word, or with too few tools, nothing is verified; one tool twice is one tool."""
    assert after(BOTH, tools=None) == BOTH
    assert after(BOTH, tools=3) == BOTH
    twice = replace(BOTH, sightings=(sighting(SEMGREP), sighting(SEMGREP, scope="web")))
    assert after(twice) == twice


def test_only_tools_that_still_see_it_count() -> None:
    """A tool that looked again without seeing it agrees no more; one that did not look still does."""
    gone = replace(BOTH, sightings=(sighting(SEMGREP), sighting(BANDIT, misses=1)))
    assert after(gone) == gone
    assert after(replace(BOTH, sources=(SEMGREP,))).decision == VERIFIED


def test_a_tool_that_marks_it_does_not_agree() -> None:
    """A mark of one of two tools silences nothing and is no agreement either, in runs without that tool neither."""
    marked = replace(BOTH, sources=(SEMGREP, result(tool="Bandit", suppression=Suppression("suppressed", "nosec"))))
    found = after(marked)
    assert found.decision == marked.decision
    assert after(replace(found, sources=(SEMGREP,))).decision == marked.decision
    third = replace(marked, sightings=(*BOTH.sightings, sighting(CODEQL)))
    assert after(third).decision.reason == "CodeQL and Semgrep report it."


def test_three_tools_are_named() -> None:
    """All that agree are named, in order."""
    three = replace(BOTH, sightings=(*BOTH.sightings, sighting(CODEQL)))
    assert after(three, tools=3).decision.reason == "Bandit, CodeQL and Semgrep report it."


@pytest.mark.parametrize("fields", [{"sightings": (sighting(SEMGREP),)}, {}])
def test_it_is_undone(fields: dict[str, object]) -> None:
    """When the tools agree no longer, or the policy asks no longer, the finding is open again and says why."""
    found = after(replace(after(BOTH), **fields), tools=2 if fields else None)
    assert found.decision.disposition is Disposition.OPEN
    assert found.history[-1].reason.startswith("The tools no longer agree on it")
    assert after(found, tools=None) == found
    assert (found.decision.is_spoken, after(BOTH).decision.is_spoken) == (False, False)


def test_what_tools_let_go_of_outweighs_nobody() -> None:
    """Where runs raced, what people said in one holds against tools that no longer agree in the other, and later."""
    over = after(after(BOTH), tools=None)
    said = replace(BOTH, decision=Decision(Disposition.FALSE_POSITIVE, "So we say.", "kim", "issues", BEFORE))
    heads = (
        State(line=LINE, run=RunRef(run), at=NOW, findings=(tracked(each),)) for run, each in (("1", over), ("2", said))
    )
    merged = merge_states(heads)
    assert merged is not None
    assert [each.decision for each in merged.findings] == [said.decision]


@pytest.mark.parametrize("disposition", [*Disposition])
def test_people_come_first(disposition: Disposition) -> None:
    """Whatever people decided holds, now and when it is remembered, also that it is open."""
    decision = Decision(disposition, "So we say.", "kim", "issues", BEFORE)
    for before in (BOTH, after(BOTH)):
        assert after(before, said=(decision,)).decision.disposition is disposition
        (kept,) = dispose((replace(before, decision=decision),), (), NOW, tools=2).findings
        assert kept.decision == decision


def test_an_exception_comes_first_and_gives_way() -> None:
    """An exception takes its place while it holds; afterwards the tools' word counts again."""
    accepted = after(after(BOTH), RULE)
    assert accepted.decision.disposition is Disposition.RISK_ACCEPTED
    (over,) = dispose((accepted,), (RULE,), RULE.expires_at + timedelta(days=1), tools=2).findings
    assert over.decision.origin == "agreement"


def test_closed_findings_are_left_alone() -> None:
    """What was closed in this run is not verified."""
    closed = replace(BOTH, closed_at=NOW, baseline=Baseline.ABSENT)
    assert after(closed) == closed


@given(
    st.lists(
        st.builds(
            lambda tool, misses: sighting(result(tool=tool), misses=misses),
            st.sampled_from(["Bandit", "CodeQL", "Semgrep", "Sonar"]),
            st.integers(0, 1),
        ),
        max_size=6,
    ),
    st.integers(2, 4),
)
def test_agreement_is_monotone_and_blind_to_order(sightings: list[object], tools: int) -> None:
    """More sightings never undo an agreement, asking for more tools never makes one, and order does not matter."""
    item = replace(BOTH, sightings=tuple(sightings))
    decision = agreed(item, tools)
    assert agreed(replace(item, sightings=tuple(reversed(item.sightings))), tools) == decision
    if decision is None:
        assert agreed(item, tools + 1) is None
    else:
        assert agreed(replace(item, sightings=(*item.sightings, sighting(CODEQL))), tools) is not None
        assert all(word in {each.tool for each in item.sightings} for word in _names(decision))


def _names(decision: Decision) -> list[str]:
    return decision.reason.removesuffix(" report it.").replace(" and ", ", ").split(", ")
