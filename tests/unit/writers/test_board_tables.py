import csv
from collections.abc import Iterable
from datetime import timedelta
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.finding import Baseline, Decision, Disposition, Observation, Standing, Transition
from aggregator.model.location import Component, Location
from aggregator.model.risk import Risk
from aggregator.writers.board_outcome import board_of
from aggregator.writers.board_tables import DECISIONS, HISTORY, decisions_table, findings_table, history_table
from aggregator.writers.findings_csv import render_csv
from tests.builders import NOW, finding, outcome, result


def rows(chunks: Iterable[bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(b"".join(chunks).decode(), newline=""), strict=True))


def test_the_findings_are_those_of_the_run() -> None:
    """The table of a run's board is the run's own findings.csv, to the byte."""
    items = (
        finding(result(), result(tool="Bandit"), due_at=NOW, standing=Standing.WITHIN, risk=Risk(9), owners=("a",)),
        finding(id="F-2", baseline=Baseline.ABSENT, closed_at=NOW, closed_reason="Looked, again."),
        finding(result(location=Location("a.py")), id="F-3", tickets=("A-1",), decision=Decision(reason='"So"')),
        finding(result(location=None, component=Component("pkg:npm/x", "x", "1")), id="F-4"),
        finding(id="F-5", observation=Observation.HELD, observation_reason="Brake."),
    )
    of = outcome(*items)
    own = b"".join(render_csv(of)).splitlines()
    made = b"".join(findings_table(board_of(of))).splitlines()
    assert own[0] == made[0]
    assert sorted(own) == sorted(made)


def test_decisions_say_who_and_when() -> None:
    """Each decision has a row with its author, origin, dates, reason and justification; what has none has no row."""
    decision = Decision(
        Disposition.NOT_AFFECTED, "Unused.", "ada", "exceptions", NOW, NOW + timedelta(1), "component_not_present"
    )
    (row,) = rows(decisions_table(board_of(outcome(finding(decision=decision), finding(id="F-2")))))
    assert tuple(row) == DECISIONS
    assert row == {
        "finding": "F-1111111111",
        "severity": "HIGH",
        "title": "SQL query built from user input",
        "where": "app.py:12",
        "disposition": "not_affected",
        "author": "ada",
        "origin": "exceptions",
        "decided_at": "2026-11-22T12:00:00Z",
        "expires_at": "2026-11-23T12:00:00Z",
        "reason": "Unused.",
        "justification": "component_not_present",
        "status": "not_affected",
        "product": "shop",
        "environment": "",
        "branch": "main",
    }


def test_history_says_what_became_of_each() -> None:
    """Each change of each finding has a row, with the run it was in and its reason."""
    steps = (Transition(NOW - timedelta(2), "new", "1"), Transition(NOW, "absent", "2", "Looked again."))
    found = rows(history_table(board_of(outcome(finding(history=steps), finding(id="F-2")))))
    assert tuple(found[0]) == HISTORY
    assert [(row["finding"], row["at"], row["to"], row["run"], row["reason"]) for row in found] == [
        ("F-1111111111", "2026-11-20T12:00:00Z", "new", "1", ""),
        ("F-1111111111", "2026-11-22T12:00:00Z", "absent", "2", "Looked again."),
    ]


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@\",\r\n\t'")))
def test_any_text_is_one_harmless_field(hostile: str) -> None:
    """Whatever people or reports say stays in its field and is no formula."""
    decision = Decision(Disposition.RISK_ACCEPTED, hostile, hostile)
    item = finding(result(title=hostile), decision=decision, history=(Transition(NOW, "new", "1", hostile),))
    board = board_of(outcome(item))
    for table, name in ((decisions_table, "author"), (history_table, "reason"), (findings_table, "title")):
        (row,) = rows(table(board))
        assert row[name].removeprefix("'") == hostile.removeprefix("'")
        assert row[name][:1] not in set("=+-@\t\r")
