from datetime import timedelta
from typing import Any

import pytest

from aggregator.model.outcome import Context
from aggregator.model.state import Line, RunRecord, RunRef, State
from aggregator.writers.board_sources import Remembered, board_from
from aggregator.writers.findings_json import render_findings
from aggregator.writers.published import PublishedReport
from aggregator.writers.published_findings import read_findings
from tests.builders import LINE, NOW, finding, outcome, tracked


def state(run: str, *ids: str, version: str = "0.3", **fields: Any) -> Remembered:
    at = NOW + timedelta(int(run))
    findings = tuple(tracked(finding(id=id_, rule_id=id_, sightings=())) for id_ in ids)
    runs = (RunRecord(run=RunRef(run), at=at, open={"HIGH": len(ids)}),)
    given: dict[str, Any] = {"line": LINE, "run": RunRef(run), "at": at, "findings": findings, "runs": runs}
    return Remembered(State(**given | fields), version)


def report(run: str, *ids: str, line: Line = LINE) -> PublishedReport:
    of = outcome(*(finding(id=id_) for id_ in ids), context=Context(line=line, run=RunRef(run)))
    return read_findings(b"".join(render_findings(of)))


def test_heads_of_a_line_become_one() -> None:
    """States of one line are merged, whatever their order; each other line stands for itself."""
    heads = [state("1", "F-1"), state("2", "F-2"), state("3", "F-9", line=Line("web"))]
    made = board_from(heads, [])
    assert made == board_from(reversed(heads), [])
    assert [line.product for line in made.lines] == ["shop", "web"]
    assert {each.row.id for each in made.findings} == {"F-1", "F-2", "F-9"}
    assert len(made.lines[0].trend) == 2


def test_documents_and_states_meet_on_their_line() -> None:
    """A document stands with the state of its line, the latest of several, and alone where there is none."""
    made = board_from([state("0", "F-1")], [report("5", "F-1"), report("4"), report("1", "F-7", line=Line("web"))])
    assert [(line.product, line.run, line.totals is None) for line in made.lines] == [
        ("shop", "5", False),
        ("web", "1", False),
    ]
    assert board_from([state("9", "F-1")], [report("5", "F-1")]).lines[0].run == "9"


def test_memories_of_one_branch_stay_apart() -> None:
    """Two jobs of a matrix that keep a memory each are two lines, as states and as documents."""
    web, api = (Line("shop", "", "main", key) for key in ("web", "api"))
    made = board_from([state("0", "F-1", line=web), state("2", line=api)], [report("3", "F-1", line=web)])
    assert [(line.state_key, line.run) for line in made.lines] == [("api", "2"), ("web", "3")]
    assert [each.row.id for each in made.findings] == ["F-1"]


def test_a_head_of_an_old_schema_is_told() -> None:
    """Where one head does not remember clocks, the line says so."""
    made = board_from([state("1", "F-1"), state("2", "F-2", version="0.2")], [])
    assert [said.code for said in made.lines[0].diagnostics] == ["state-without-clocks", "from-a-state"]
    with pytest.raises(ValueError, match="needs a line"):
        board_from([], [])
