from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from aggregator.model.outcome import Outcome, Ruling, Verdict
from aggregator.model.severity import Severity
from aggregator.model.state import RunRecord, RunRef, ScopeRecord, State
from aggregator.model.upgrade import Upgrade
from aggregator.writers.board_outcome import board_of
from aggregator.writers.board_part import board
from aggregator.writers.board_published import newest_part, published_part
from aggregator.writers.findings_json import render_findings
from aggregator.writers.published import PublishedReport
from aggregator.writers.published_findings import read_findings
from tests.builders import LINE, NOW, RUN, finding, note, outcome, tracked

EARLIER = NOW - timedelta(9)


def document(of: Outcome) -> PublishedReport:
    return read_findings(b"".join(render_findings(of)))


def a_run(**fields: Any) -> Outcome:
    closed = finding(id="F-9", closed_at=EARLIER)
    runs = (RunRecord(run=RunRef("1"), at=EARLIER, open={"HIGH": 2}), RunRecord(run=RUN, at=NOW, open={"HIGH": 1}))
    state = State(
        line=LINE,
        run=RUN,
        at=NOW,
        findings=(tracked(finding()), tracked(closed)),
        scopes=(ScopeRecord("Trivy", ".", EARLIER, 1),),
        runs=runs,
    )
    upgrade = Upgrade("pkg:npm/x", "x", "package-lock.json", "", ("1",), "2", ("F-1111111111",), Severity.HIGH)
    given: dict[str, Any] = {"state": state, "upgrades": (upgrade,), "diagnostics": (note(),)}
    return outcome(finding(), **given | fields)


def test_a_document_and_its_state_are_the_run() -> None:
    """The documents of a run and its state together give the board that the run itself gives."""
    of = a_run(verdict=Verdict(Ruling.FAIL, "1 is new."))
    made, own = board([newest_part(document(of), of.state)]), board_of(of)
    assert made == own
    assert [each.row.id for each in made.findings] == ["F-1111111111", "F-9"]


def test_a_document_alone_has_no_history() -> None:
    """Without a state there is one point and no earlier scope, and the line says so."""
    part = published_part(document(a_run(verdict=Verdict(Ruling.PASS, "No gate rule is set."))))
    assert len(part.line.trend) == 1
    assert [each.tool for each in part.line.scans] == ["Semgrep"]
    assert [said.code for said in part.line.diagnostics] == ["report-odd", "from-findings"]
    assert (part.line.ruling, [each.name for each in part.upgrades]) == ("", ["x"])
    assert len(part.findings) == 1


def test_a_later_state_outweighs_an_older_document() -> None:
    """Where the state has gone on without the document, the state is shown and the line says so."""
    of = a_run()
    later = replace(of.state, at=NOW + timedelta(1), run=RunRef("4712"))
    part = newest_part(document(of), later)
    assert (part.line.run, part.line.totals, part.upgrades) == ("4712", None, ())
    assert [said.code for said in part.line.diagnostics] == ["older-findings", "from-a-state"]


def test_what_a_document_absorbed_is_not_told_twice() -> None:
    """A closed finding of the state that the document knows under another name is not a second one."""
    of = a_run()
    merged = replace(of, findings=(finding(aliases=("F-9",)),))
    assert [each.row.id for each in published_part(document(merged), of.state).findings] == ["F-1111111111"]
