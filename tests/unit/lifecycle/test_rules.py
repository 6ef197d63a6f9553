"""Tests generated from the tables of docs/lifecycle.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.model.finding import Baseline
from tests.builders import BEFORE, NOW
from tests.unit.lifecycle.cases import DATED, SEEN, UNSEEN
from tests.unit.lifecycle.vanished import VANISHED

DOCS = Path(__file__).parents[3] / "docs" / "lifecycle.md"


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading."""
    section = DOCS.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


SEEN_ROWS = rows("Seen in this run")
UNSEEN_ROWS = rows("Not seen in this run")
VANISHED_ROWS = rows("Vanished together")


def test_every_case_is_documented() -> None:
    """The tables and the cases name each other, one to one."""
    assert [row[0] for row in SEEN_ROWS] == list(SEEN)
    assert [row[0] for row in UNSEEN_ROWS] == list(UNSEEN)
    assert [row[0] for row in VANISHED_ROWS] == list(VANISHED)


@pytest.mark.parametrize("row", SEEN_ROWS, ids=lambda row: row[0])
def test_seen(row: list[str]) -> None:
    """A finding seen in this run gets the baseline, dates, clock and history that the table promises."""
    name, _, baseline, first_seen, clock, history = row
    case = SEEN[name]()
    findings = case.advanced().findings
    earliest = min((each.first_seen for each in case.remembered or ()), default=NOW)
    starts = {"starts": NOW, "goes on": BEFORE, "from that day": DATED}
    assert findings
    for found in findings:
        assert found.baseline == (None if baseline == "none" else Baseline(baseline))
        assert found.first_seen == {"now": NOW, "kept": BEFORE, "earliest": earliest, "that day": DATED}[first_seen]
        assert found.clock_start == starts[clock]
        assert [step.to for step in found.history] == ([] if history == "nothing" else [history])
        assert (found.last_seen, found.closed_at) == (NOW, None)
        assert bool(found.changes) == (baseline == "updated")
        assert found.reopened_at == (NOW if history == "reopened" else None)


@pytest.mark.parametrize("row", [*UNSEEN_ROWS, *VANISHED_ROWS], ids=lambda row: row[0])
def test_unseen(row: list[str]) -> None:
    """A finding not seen in this run is closed, kept or held as the table promises, and says why."""
    name, _, observation, baseline = row
    case = (UNSEEN | VANISHED)[name]()
    unseen = [each for each in case.advanced().findings if not each.sources]
    is_closed = baseline == "absent"
    before = {each.id: len(each.history) for each in case.remembered or ()}
    assert unseen
    for found in unseen:
        assert (found.observation.value, found.baseline) == (observation, Baseline(baseline))
        assert found.closed_at == (NOW if is_closed else None)
        assert bool(found.closed_reason) is is_closed
        assert bool(found.observation_reason) is not is_closed
        assert [step.to for step in found.history[before[found.id] :]] == (["absent"] if is_closed else [])
        assert (found.first_seen, found.clock_start) == (BEFORE, BEFORE)
