"""Tests generated from the tables and examples of docs/trackers.md."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model.finding import Decision, Disposition
from aggregator.model.severity import Severity
from aggregator.policy.jira import Jira, Resolutions
from aggregator.policy.part import written_name
from aggregator.writers import ticket_notes as notes
from tests.builders import NOW, finding
from tests.unit.planning.jira_cases import CASES
from tests.unit.planning.jira_life import Life, new, read

DOCS = Path(__file__).parents[3] / "docs" / "trackers.md"
DEEDS = {"create": "creates a ticket", "edit": "edits it", "done": "closes it", "reopen": "opens it again"}


def tables(heading: str) -> list[list[list[str]]]:
    """The rows of each table below a heading."""
    section = DOCS.read_text(encoding="utf-8").split(f"{heading}\n")[1].split("\n## ")[0].split("\n### ")[0]
    found = [part for part in section.split("\n\n") if part.lstrip().startswith("|")]
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in part.strip().splitlines()[2:]]
        for part in found
    ]


ROWS = [(heading, row) for heading in CASES for row in tables(f"\n### {heading}")[0]]


def test_every_case_is_documented() -> None:
    """The tables and the cases name each other, one to one."""
    assert [(heading, row[0]) for heading, row in ROWS] == [
        (heading, name) for heading, cases in CASES.items() for name in cases
    ]


@pytest.mark.parametrize(("heading", "row"), ROWS, ids=[row[0] for _, row in ROWS])
def test_what_happens_to_a_ticket(heading: str, row: list[str]) -> None:
    """A run does to the ticket what the table promises, and the finding is what it says."""
    name, _, does, then = row
    life = Life()
    assert life.run(new()) == ["create F-0001"]
    plan = CASES[heading][name](life)
    deeds = dict.fromkeys(DEEDS.get(each.split()[0], "comments") for each in plan)
    assert ", ".join(deeds) == does.replace("nothing", "")
    assert life.outcome is not None
    found = {each.id: each for each in life.outcome.findings}.get("F-0001")
    status = "" if found is None else "closed" if found.closed_at else found.decision.disposition.value
    assert status == then


def test_every_setting_is_documented() -> None:
    """The first table names every key of the policy, the second every sort of resolution with its names."""
    settings, resolutions = tables("\n## Which findings get a ticket")
    named = [name for row in settings for name in row[0].replace("`", "").split(", ")]
    assert sorted(named) == sorted(map(written_name, Jira.model_fields))
    known = Resolutions()
    for row in resolutions:
        assert row[1] == ", ".join(getattr(known, row[0].strip("`").replace("-", "_")))


def test_the_examples_are_what_is_written() -> None:
    """Each example of a comment is one, letter for letter."""
    late = finding(severity=Severity.CRITICAL, clock_start=NOW - timedelta(days=12), due_at=NOW - timedelta(days=5))
    fixed = finding(closed_at=NOW, closed_reason="Semgrep read app.py again.")
    ends = datetime(2027, 7, 1, tzinfo=UTC)
    decision = Decision(Disposition.RISK_ACCEPTED, "Internal page.", "kim", "exceptions", expires_at=ends)
    page = DOCS.read_text(encoding="utf-8")
    for text in (
        notes.reminder([late], NOW),
        notes.fixed([fixed]),
        notes.doubt([finding()], "Won't Do", "x"),
        notes.decided([finding(decision=decision)]),
        notes.lapsed([finding()], "x"),
        notes.left_open([fixed], "x"),
        notes.updated([], "x"),
    ):
        assert f"```text\n{read(text)}\n```" in page
