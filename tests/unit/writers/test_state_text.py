"""Tests of :mod:`aggregator.writers.state_text`: a state in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Observation, Transition
from aggregator.model.hierarchy import Belonging
from aggregator.model.state import Line, RunRecord, RunRef, ScopeRecord, State, Tracked
from aggregator.writers.state_text import state_finding_text, state_text
from tests.builders import BEFORE, NOW, finding, result, sighting, tracked


def shown(*findings: Tracked, width: int = 100, **fields: Any) -> list[str]:
    given: dict[str, Any] = {"line": Line("shop"), "run": RunRef("7"), "at": NOW, "findings": findings}
    return list(state_text(State(**given | fields), "0.2", 3000, width))


def story(**fields: Any) -> str:
    state = State(line=Line("shop"), run=RunRef("7"), at=NOW, findings=(tracked(finding(**fields)),))
    return "\n".join(state_finding_text(state, "F-1111111111"))


def test_an_empty_state_is_short() -> None:
    """Of nothing there is little to say."""
    assert shown() == [
        "shop",
        "  schema 0.2, 3000 bytes, no findings",
        "  of run 7 at 2026-11-22 12:00Z",
        "",
        "Open 0, set aside 0, closed 0; breached 0",
    ]


def test_a_state_says_where_it_stands() -> None:
    """Line, commit and lineage are told first."""
    lines = shown(
        line=Line("shop", "production", "main"),
        commit="abc",
        run=RunRef("7", 2, 3),
        parents=(RunRef("5"), RunRef("6", 2)),
        frontier=("8", "9"),
    )
    assert lines[0] == "shop, environment production, branch main"
    assert lines[2:5] == [
        "  of run 7 attempt 2 state 3 at 2026-11-22 12:00Z, commit abc",
        "  continues runs 5, 6 attempt 2",
        "  contains 2 earlier states, the latest one 9",
    ]
    assert "  continues run 5" in shown(parents=(RunRef("5"),))


def test_findings_are_counted() -> None:
    """Open, silenced and closed ones are told apart, and the oldest open one is named."""
    silent = Decision(Disposition.RISK_ACCEPTED)
    lines = shown(
        tracked(finding()),
        tracked(finding(id="F-2", first_seen=NOW, title="t" * 300)),
        tracked(finding(id="F-3", decision=silent)),
        tracked(finding(id="F-4", closed_at=NOW)),
    )
    assert "Open 2, set aside 1, closed 1; breached 0" in lines
    assert "  HIGH 2" in lines
    assert "  Semgrep 2" in lines
    assert lines[-2:] == [
        "The oldest open finding, first seen 2026-10-01",
        "  F-1111111111  HIGH  SQL query built from user input",
    ]
    assert lines[1] == "  schema 0.2, 3000 bytes, 750 for each of 4 findings"


def test_scopes_and_runs_are_listed_in_part() -> None:
    """The first scopes and the last runs are shown, within the width of the screen."""
    scopes = tuple(ScopeRecord("Trivy", f"{number:02}" + "x" * 200, NOW, number + 1) for number in range(21))
    runs = tuple(
        RunRecord(run=RunRef(str(day)), at=BEFORE + timedelta(days=day), open={"HIGH": 2, "LOW": 1}, breached=4)
        for day in range(12)
    )
    lines = shown(scopes=scopes, runs=runs, width=70)
    assert "  and 1 more" in lines
    assert "The last 10 of 12 runs" in lines
    assert "Open 0, set aside 0, closed 0; breached 4" in lines
    assert max(map(len, lines)) <= 72
    assert lines[-1] == "  2026-10-12 08:30Z       3      0       0      0         4  11"
    assert any("1 report " in line for line in lines)


def test_a_story_is_whole() -> None:
    """Everything that is remembered about a finding is told."""
    text = story(
        aliases=("F-2",),
        vulnerability_ids=("CVE-2026-1",),
        sightings=(sighting(result(), keys=("a", "b"), misses=1), sighting(result(location=None))),
        decision=Decision(Disposition.RISK_ACCEPTED, "Known.", "ann", "github", NOW, NOW),
        history=(Transition(BEFORE, "new", "6"), Transition(NOW, "absent", reason="Gone.")),
        tickets=("SHOP-1",),
        reopened_at=NOW,
        closed_at=NOW,
    )
    for said in (
        "sast, Semgrep rule python.sql-injection, app.py:12",
        "CWE-89, CVE-2026-1",
        "It was also known as F-2.",
        "It came back on 2026-11-22",
        "Closed on 2026-11-22: no reason is recorded.",
        "Status: closed.\nDecision: risk accepted, by ann, from github, on 2026-11-22, until 2026-11-22: Known.",
        "at app.py:12 in src, severity HIGH, 2 keys, last seen 2026-11-22, missed 1 times since",
        "Semgrep python.sql-injection in src, severity HIGH, 1 key, last seen 2026-11-22",
        "  2026-10-01 08:30Z  first seen in run 6\n  2026-11-22 12:00Z  closed: Gone.",
        "Tickets\n  SHOP-1",
    ):
        assert said in text


@dataclass
class Case:
    fields: dict[str, Any]
    said: str


@pytest.mark.parametrize(
    "case",
    [
        Case({"observation": Observation.HELD, "sources": ()}, "held it open"),
        Case({"observation": Observation.NOT_COVERED, "sources": ()}, "did not look at its place"),
        Case({"decision": Decision(reason="Undone.")}, "Status: active: Undone."),
        Case({"decision": Decision(Disposition.VERIFIED)}, "Status: verified: no reason is recorded."),
    ],
)
def test_a_story_of_few_words(case: Case) -> None:
    """Where little is known, little is said."""
    assert case.said in story(**case.fields)


def test_a_finding_without_a_place() -> None:
    """What has neither place, weakness nor source is told all the same."""
    each = finding(result(location=None, weaknesses=()), sightings=())
    state = State(line=Line("shop"), run=RunRef("7"), at=NOW, findings=(tracked(each),))
    lines = list(state_finding_text(state, each.id))
    assert lines[1] == "  sast, Semgrep rule python.sql-injection"
    assert lines[2] == ""
    assert not any(line.startswith("Reported by") for line in lines)
    assert list(state_finding_text(state, "F-9")) == []


def test_products_are_told_apart() -> None:
    """A state with findings of several products counts them, and each finding says where it belongs."""
    mine = tracked(finding())
    other = replace(mine, id="F-2", belonging=Belonging("", "till", "Pen test", "staging"))
    assert "  shop 1, till 1" in shown(mine, other)
    assert not [line for line in shown(mine) if "shop 1" in line]
    assert "\n  till, staging, Pen test\n" in story(belonging=other.belonging)
