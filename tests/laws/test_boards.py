"""Laws of boards: whatever happened in a run, its page counts what its documents count, whichever way it was made."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.location import Location
from aggregator.model.outcome import Context, Outcome
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result, Suppression
from aggregator.model.severity import Severity
from aggregator.model.state import RunRef, State
from aggregator.pipeline import evaluate
from aggregator.state import decode, encode
from aggregator.writers.board_outcome import board_of
from aggregator.writers.board_part import board
from aggregator.writers.board_published import newest_part
from aggregator.writers.board_state import state_part
from aggregator.writers.dashboard_data import Board, BoardRow
from aggregator.writers.findings_json import render_findings
from aggregator.writers.published_findings import read_findings
from tests.builders import LINE, NOW, result
from tests.unit.writers.boards import expected, numbers

ENTRIES = st.builds(
    lambda tool, path, rule, severity, kind, quiet: result(
        tool=tool,
        rule_id=rule,
        title=f"{rule} in {tool}",
        severity=severity,
        kind=kind,
        location=Location(path, 3),
        snippet=f"{rule}({path})",
        suppression=Suppression("false_positive", "# nosec") if quiet else None,
    ),
    st.sampled_from(["Semgrep", "Bandit"]),
    st.sampled_from(["a.py", "b.py", "web/c.py"]),
    st.sampled_from(["r1", "r2"]),
    st.sampled_from(Severity),
    st.sampled_from([Kind.SAST, Kind.IAC]),
    st.booleans(),
)
# Together less than the state's retention: what it forgets on the way is in the run's numbers one last time.
RUNS = st.lists(
    st.tuples(
        st.lists(ENTRIES, max_size=6),
        st.integers(0, 25),
        st.sampled_from([Completeness.COMPLETE, Completeness.COMPLETE, Completeness.PARTIAL]),
    ),
    min_size=1,
    max_size=4,
)


def _reports(entries: list[Result], completeness: Completeness) -> list[Report]:
    scans = [
        Scan(
            tool=tool,
            scope=".",
            report=f"{tool}.json",
            completeness=completeness,
            results=tuple(
                replace(each, scope=".", report=f"{tool}.json", pointer=f"/{number}")
                for number, each in enumerate(entries)
                if each.tool == tool
            ),
        )
        for tool in ("Semgrep", "Bandit")
    ]
    return [Report(name=scan.report, place=scan.report, format="x", scans=(scan,)) for scan in scans]


def _history(runs: list[tuple[list[Result], int, Completeness]]) -> Outcome:
    """The last of these runs, each so many days after the one before."""
    state: State | None = None
    now, outcome = NOW, None
    for number, (entries, days, completeness) in enumerate(runs):
        now += timedelta(days=days, minutes=1)
        context = Context(line=LINE, run=RunRef(str(number)))
        outcome = evaluate(_reports(entries, completeness), now=now, context=context, state=state)
        state = decode(encode(outcome.state), "state")
    assert outcome is not None
    return outcome


def _rows(of: Board) -> dict[str, BoardRow]:
    return {each.row.id: each.row for each in of.findings}


@given(RUNS)
def test_a_page_counts_what_the_documents_count(runs: list[tuple[list[Result], int, Completeness]]) -> None:
    """Made from the run, from its state alone, or from its documents, the rows add up to the run's own totals."""
    outcome = _history(runs)
    report = read_findings(b"".join(render_findings(outcome)))
    ours = board_of(outcome)
    of_state = board([state_part(outcome.state)])
    of_documents = board([newest_part(report, outcome.state)])
    assert numbers(ours) == numbers(of_state) == expected(outcome.totals)
    assert _rows(of_state) == _rows(ours)
    assert _rows(of_documents) == _rows(ours)
    assert of_documents.lines == ours.lines
    read = sum(scan.results + scan.refused for scan in ours.lines[0].scans)
    assert read == outcome.totals.reported
    assert ours.lines[0].trend[-1].open == {name: count for name, count in outcome.totals.by_severity.items() if count}
