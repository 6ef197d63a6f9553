"""Forty runs in which people decide, take back and let expire: each ends as the tables of docs/lifecycle.md say."""

from __future__ import annotations

from itertools import dropwhile, takewhile
from pathlib import Path

import pytest

from tests.e2e.decided_life import Project, day

DOCS = Path(__file__).parents[2] / "docs" / "lifecycle.md"
SECTION = DOCS.read_text(encoding="utf-8").split("\n## Decisions over time\n")[1].split("\n## ")[0].splitlines()


def tables() -> list[list[list[str]]]:
    """The tables of the section: the life, and its end; without their headings."""
    found, rest = [], SECTION
    while rest := list(dropwhile(lambda line: not line.startswith("|"), rest)):
        table = list(takewhile(lambda line: line.startswith("|"), rest))
        found.append([[cell.strip() for cell in line.strip("|").split("|")] for line in table])
        rest = rest[len(table) :]
    return [[rows[0], *rows[2:]] for rows in found]


LIFE, END = tables()
NAMES = LIFE[0][3:-1]


def test_every_run_is_as_the_table_says() -> None:
    """Each of the forty runs gives every finding the status of its row, and warns of what the row says."""
    project = Project()
    assert [row[0] for row in LIFE[1:]] == [str(number) for number in range(1, 41)]
    for number, on, told, *words, said in LIFE[1:]:
        outcome = project.run(int(on), told)
        assert [project.word(outcome, name) for name in NAMES] == words, f"run {number}"
        assert (project.warnings(outcome) or "nothing") == said, f"run {number}"


def test_the_end_is_as_the_table_says() -> None:
    """After forty runs each finding has the status, the author, the end, the clock and the history of its row."""
    project = Project()
    outcomes = [project.run(int(on), told) for _, on, told, *_ in LIFE[1:]]
    assert [row[0] for row in END[1:]] == NAMES
    assert [[name, *project.end(outcomes[-1], name)] for name in NAMES] == END[1:]


def test_everything_happens_in_this_life() -> None:
    """The life accepts, renews, revokes, verifies, moves, renames, switches tools, splits and merges."""
    verbs = {step.split()[0] for row in LIFE[1:] for step in row[2].split("; ")}
    assert verbs >= {"accept", "renew", "revoke", "verify", "say", "take-back", "moved", "renamed", "switched"}
    assert verbs >= {"pin", "unpin", "split", "unsplit", "joined", "mended", "tick", "unheard"}
    assert len({row[2] for row in LIFE}) > 30


@pytest.mark.parametrize("extra", range(0, 121, 10))
def test_a_tick_more_changes_nothing_in_the_end(extra: int) -> None:
    """A tick put between any two runs of the life leaves every later status, and the end, as they were."""
    project = Project()
    is_put = False
    end: list[list[str]] = []
    for number, on, told, *words, _ in LIFE[1:]:
        if int(on) > extra and not is_put:
            project.run(int(on) - 1, "tick")
            is_put = True
        outcome = project.run(int(on), told)
        assert [project.word(outcome, name) for name in NAMES] == words
        end = [[name, *project.end(outcome, name)] for name in NAMES if number == "40"]
    assert end == END[1:]


def test_every_end_is_announced() -> None:
    """Where a run is made every day, whatever expires was announced the day before."""
    project, before, ended = Project(), "", 0
    rows = {int(on): told for _, on, told, *_ in LIFE[1:]}
    for number in range(max(rows) + 1):
        outcome = project.run(number, rows.get(number, "tick"))
        over = [each.decision for each in outcome.findings if each.decision.reason == "The decision has expired."]
        new = [each for each in over if each.decided_at == day(number)]
        ended += len(new)
        assert not new or "expires-soon" in before or "too-long" in before
        before = project.warnings(outcome)
    assert ended == 5
