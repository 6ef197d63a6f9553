"""Tests of :mod:`aggregator.state.verify`: all that is wrong with a state is told at once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator.model.finding import Decision, Transition
from aggregator.model.overruled import MOST_OVERRULED
from aggregator.model.state import RunRecord, RunRef, ScopeRecord, State, Tracked
from aggregator.state import encode
from aggregator.state.history import MOST_FRONTIER, MOST_RUNS, MOST_SIGHTINGS, MOST_TICKETS, MOST_TRANSITIONS
from aggregator.state.verify import MANY, mistakes
from tests.builders import BEFORE, LINE, NOW, finding, result, sighting, tracked

LATER = NOW + timedelta(days=1)


def record(at: datetime, run: str = "1") -> RunRecord:
    return RunRecord(run=RunRef(run), at=at, open={})


def told(*findings: Tracked, **fields: Any) -> tuple[str, ...]:
    given: dict[str, Any] = {"line": LINE, "run": RunRef("1"), "at": NOW, "findings": findings}
    return mistakes(encode(State(**given | fields)), "s.json")


def known(**fields: Any) -> Tracked:
    return tracked(finding(**fields))


def test_a_sound_state_has_no_mistakes() -> None:
    """What Onefold writes is sound."""
    assert told(known(history=(Transition(BEFORE, "new"), Transition(NOW, "updated")))) == ()


def test_what_cannot_be_read_is_one_mistake() -> None:
    """An unreadable state is told in the words of its reader."""
    (said,) = mistakes(b"{", "s.json")
    assert said.startswith("s.json is no state that Onefold can read.")


def test_bytes_are_deterministic() -> None:
    """A state that was formatted by somebody is not as it was written."""
    data = json.dumps(json.loads(encode(State(line=LINE, run=RunRef("1"), at=NOW)))).encode()
    assert mistakes(data, "s.json") == ("It is not as Onefold wrote it: somebody has changed or formatted it.",)


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ([known(), known()], "The id F-1111111111 stands 2 times."),
        ([known(aliases=("F-0",)), known(id="F-2", aliases=("F-0",))], "The alias F-0 stands 2 times."),
        ([known(aliases=("F-2",)), known(id="F-2")], "The alias F-2 is a finding's own id as well."),
        ([known(first_seen=NOW, last_seen=BEFORE)], "F-1111111111 was last seen before it was first seen."),
        ([known(last_seen=LATER)], "F-1111111111 was last seen after the state was made."),
        ([known(closed_at=LATER)], "F-1111111111 was closed after the state was made."),
        ([known(reopened_at=LATER)], "F-1111111111 came back after the state was made."),
        ([known(decision=Decision(decided_at=LATER))], "F-1111111111 was decided after the state was made."),
        ([known(history=(Transition(LATER, "new"),))], "F-1111111111 changed after the state was made."),
        (
            [known(history=(Transition(NOW, "a"), Transition(BEFORE, "b")))],
            "The history of F-1111111111 is not in the order of time.",
        ),
        ([known(id="F-2"), known()], "Its findings are not in order."),
        (
            [known(history=(Transition(NOW, "a"),) * (MOST_TRANSITIONS + 1))],
            "F-1111111111 has 21 lines of history, and 20 are the most.",
        ),
        (
            [known(sightings=(sighting(result()),) * (MOST_SIGHTINGS + 1))],
            "F-1111111111 has 65 sources, and 64 are the most.",
        ),
        (
            [known(tickets=tuple("ab" * (MOST_TICKETS // 2) + "c"))],
            "F-1111111111 has 65 tickets, and 64 are the most.",
        ),
        (
            [known(decision=Decision(overruled=(Decision(),) * (MOST_OVERRULED + 1)))],
            "F-1111111111 has 9 overruled decisions, and 8 are the most.",
        ),
    ],
)
def test_mistakes_of_findings(findings: list[Tracked], said: str) -> None:
    """Each rule that findings have to keep is told when they break it."""
    assert told(*findings) == (said,)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"runs": (record(LATER),)}, "It has numbers of a run that came after it."),
        ({"runs": (record(NOW), record(BEFORE))}, "Its runs are not in order."),
        ({"scopes": (ScopeRecord("a", "b", LATER, 1),)}, "It has a scope that was looked at after it was made."),
        ({"scopes": (ScopeRecord("b", "b", NOW, 1), ScopeRecord("a", "b", NOW, 1))}, "Its scopes are not in order."),
        ({"runs": (record(NOW),) * (MOST_RUNS + 1)}, "It has 401 runs, and 400 are the most."),
        ({"frontier": ("1",) * (MOST_FRONTIER + 1)}, "It has 257 states in its frontier, and 256 are the most."),
    ],
)
def test_mistakes_of_the_state(fields: dict[str, Any], said: str) -> None:
    """Each rule that the state has to keep is told when it breaks it."""
    assert told(**fields) == (said,)


def test_findings_are_small_on_average() -> None:
    """Many findings that take more than their share are a mistake, few are not."""
    large = [known(id=f"F-{number:04}", title="x" * 1500) for number in range(MANY)]
    assert told(*large[1:]) == ()
    (said,) = told(*large)
    assert said.endswith("bytes on average, and 1536 are the most.")


def test_all_mistakes_are_told_at_once() -> None:
    """One mistake hides no other."""
    assert len(told(known(last_seen=LATER), known(last_seen=LATER, closed_at=LATER))) == 4
