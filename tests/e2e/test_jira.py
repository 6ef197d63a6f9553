"""A team works in Jira, and nothing is doubled, lost or fought: with faults, races, a lost memory and 600 findings."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from aggregator.run.exits import Exit
from aggregator.sinks.jira.access import Flavour
from aggregator.transport.exchange import Break, Reply, Request
from tests.e2e.repository import semgrep
from tests.e2e.strikes import OUTAGES, stride
from tests.e2e.team import Team, end_of, live
from tests.fakes.faults import After, Fault
from tests.fakes.jira.desk import data_center
from tests.fakes.jira.workflow import CLASSIC, STRICT
from tests.fakes.jira.world import ANN, BOT, World

END = {
    "assignees": {"Shell": ["Ann Able"]},
    "codes": Exit.OK,
    "findings": [("Shell", "active", "breached"), ("Sql", "active", "breached")],
    "tickets": [
        ("OPS", "HIGH: Sql in app.py", "To Do", "", "Onefold"),
        ("SEC", "HIGH: Crypto in app.py", "Done", "Done", "Onefold"),
        ("SEC", "HIGH: Crypto in app.py", "To Do", "", "Ann Able"),
        ("SEC", "HIGH: Eval in app.py", "Done", "Done", "Onefold"),
        ("SEC", "HIGH: Xss in app.py", "Done", "Done", "Onefold"),
        ("SEC", "Mend the shell", "To Do", "", "Onefold"),
    ],
}
CALLS = 108
FAULTS: tuple[Fault, ...] = (
    *OUTAGES,
    Reply(429, {"retry-after": "30"}),
    Reply(403, {}, b'{"errorMessages":["You may not."]}'),
    Reply(500),
    Reply(401),
    After(Break.CUT_SHORT),
)
STRIDE = stride(7)


def lasting(first: int, fault: Fault) -> Any:
    """A fault that outlives what a run tries again; what is refused is not tried again."""
    count = 1 if isinstance(fault, Reply) and fault.status in {401, 403} else 6
    return lambda call, _request: fault if first <= call < first + count else None


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


@pytest.mark.parametrize("world", [World, data_center], ids=["cloud", "data-center"])
def test_it_ends_as_it_should(tmp_path: Path, world: Any) -> None:
    """Tickets stand as people left them and as the code is, in both kinds of Jira; nobody is told twice."""
    team = Team(tmp_path, world())
    live(team)
    assert end_of(team) == END
    assert {ended.code for ended in team.runs} == {Exit.OK}
    kinds = {
        rule: [mark.split()[0].removeprefix("onefold:") for mark in team.notes(team.ticket(rule))]
        for rule in ("xss", "shell", "sql", "crypto", "eval")
    }
    assert kinds == {
        "xss": ["doubt", "closed"],
        "shell": ["reopened"],
        "sql": ["reminder", "closed", "reopened", "reminder"],
        "crypto": ["reminder", "closed"],
        "eval": ["reminder", "closed"],
    }
    assert (team.runs[-1].wire.written, team.runs[-2].wire.written) == ([], [])
    if team.jira.flavour is Flavour.CLOUD:
        assert team.calls == CALLS


@pytest.mark.parametrize("number", range(0, CALLS, STRIDE))
def test_a_fault_anywhere_changes_nothing_in_the_end(team: Team, number: int) -> None:
    """Whichever call fails, however, and though it is tried again: the runs after it bring the same end about."""
    team.strike = lasting(number, FAULTS[number // STRIDE % len(FAULTS)])
    live(team)
    assert end_of(team) | {"codes": Exit.OK} == END  # the last run may be the one that is struck
    for ticket in team.jira.tickets:
        marks = team.notes(ticket)
        assert len(marks) == len(set(marks))
    assert {ended.code for ended in team.runs} <= {Exit.OK, Exit.DELIVERY}


def test_a_lost_memory_is_made_good_from_the_tickets(team: Team) -> None:
    """Nothing is created twice, what was decided holds, and findings are as old as their tickets."""
    team.scan("eval")
    team.scan("eval", "shell", "xss")
    team.jira.move(team.ticket("xss").key, "Done", ANN, "False Positive")
    before = team.scan("eval", "shell", "xss").findings
    team.jira.clock.pass_days(20)
    team.forget()
    after = team.scan("eval", "shell", "xss")
    assert after.states == {"Eval": "active", "Shell": "active", "Xss": "false_positive"}
    assert after.findings["Shell"]["first_seen"][:10] == before["Shell"]["first_seen"][:10]
    assert after.wire.written == []
    team.scan("eval", "shell", "xss")
    assert len(team.jira.tickets) == 2
    assert team.scan("eval", "xss").states["Shell"] == "closed"
    assert team.ticket("shell").status == "Done"


def test_two_runs_that_race(team: Team, tmp_path: Path) -> None:
    """Two runs from one memory make one ticket; where Jira's index lags behind there are two, and one is closed."""
    team.jira.lag = 30.0
    team.scan("eval")
    shutil.copytree(tmp_path / "state", tmp_path / "other")
    team.scan("eval", "shell")
    late, team.jira.lag = Team(tmp_path / "race", team.jira), 10_000.0
    (tmp_path / "race").mkdir()
    shutil.move(tmp_path / "other", tmp_path / "race/state")
    late.scan("eval", "shell")
    assert len(team.jira.tickets) == 2
    team.jira.lag = 0.0
    ended = team.scan("eval", "shell")
    assert [(each.status, each.creator) for each in team.jira.tickets] == [("To Do", BOT), ("Done", BOT)]
    assert ended.findings["Shell"]["tickets"][0]["url"].endswith("SEC-1")
    assert team.scan("eval", "shell").wire.written == []
    shutil.rmtree(tmp_path / "race/state")
    shutil.copytree(tmp_path / "state", tmp_path / "race/state")
    late.scan("eval", "shell", "xss")
    team.scan("eval", "shell", "xss")
    assert len(team.jira.tickets) == 3


def test_600_findings_on_day_one(team: Team) -> None:
    """The first day makes no ticket, or with the backlog few: 60 rules, ten findings each, twenty tickets a run."""
    report = json.loads(semgrep(*(f"check-{number % 60}" for number in range(600))))
    for number, each in enumerate(report["results"]):
        each["path"] = f"account-{number // 60}.tf"
    report["paths"]["scanned"] = [f"account-{number}.tf" for number in range(10)]
    many = json.dumps(report).encode()
    quiet = team.read(many)
    assert (quiet.wire.written, len(team.jira.tickets)) == ([], 0)
    loud = Team(team.folder / "loud", policy="project: SEC, backlog: true, most: 10")
    (team.folder / "loud").mkdir()
    ended = loud.read(many)
    assert len(loud.jira.tickets) == 10
    said = (ended.folder / "summary.md").read_text()
    assert "50 more tickets are to be created: one run creates 10 at most" in said
    sizes = Counter(len(each["tickets"]) for each in ended.findings.values())
    for _ in range(6):
        loud.read(many)
    assert len(loud.jira.tickets) == 60
    assert sizes == {0: 60}  # the state learns what was created in this run; the list was written before
    assert {len(each["tickets"]) for each in loud.runs[-1].findings.values()} == {1}


def test_a_plan_without_deeds(team: Team) -> None:
    """A dry run prints what would be done in Jira and does nothing there."""
    team.scan("eval")
    ended = team.scan("eval", "shell", dry_run=True)
    assert any("create a ticket in SEC: HIGH: Shell in app.py" in line for line in ended.console.said)
    assert (ended.wire.written, team.jira.tickets) == ([], [])


def test_workflows_of_all_kinds(tmp_path: Path) -> None:
    """A screen that asks for a resolution is answered; a way that is barred is a message, and hurts nothing else."""
    classic = Team(tmp_path / "classic", World(workflow=CLASSIC))
    strict = Team(tmp_path / "strict", World(workflow=STRICT))
    for team in (classic, strict):
        team.folder.mkdir()
        team.scan("eval")
        team.scan("eval", "shell", "xss")
        team.accept("xss", "2099-01-01")
        team.scan("eval", "xss")
    closed = [(each.status, each.resolution) for each in classic.jira.tickets]
    assert closed == [("Resolved", "Done"), ("Resolved", "Won't Do")]
    assert {each.status for each in strict.jira.tickets} == {"Backlog"}
    assert any("Could not close ticket SEC-1" in line for line in strict.runs[-1].console.warned)
    again = strict.scan("eval", "xss")
    assert (again.code, len(strict.notes(strict.jira.tickets[0]))) == (strict.runs[-2].code, 0)


def test_jira_away_for_a_day(team: Team) -> None:
    """A day without Jira closes nothing, forgets nothing, and holds no other output back."""
    team.scan("eval")
    team.scan("eval", "shell", "xss")
    team.jira.move(team.ticket("xss").key, "Done", ANN, "Won't Do")
    team.scan("eval", "shell", "xss")
    team.strike = lambda _call, _request: Break.NO_CONNECTION
    away = team.scan("eval", "xss")
    assert away.states["Xss"] == "risk_accepted"
    assert any("error: Jira: " in line for line in (*away.console.warned, *away.console.said))
    assert away.code is Exit.DELIVERY
    assert (away.folder / "findings.json").exists()
    team.strike = lambda _call, _request: None
    team.scan("eval", "xss")
    assert team.ticket("shell").status == "Done"


def test_what_a_report_says_stays_text(team: Team) -> None:
    """Markup, mentions, marks and labels in a report are words in a ticket, and lead nobody astray."""
    hostile = "[~admin] {code} @all onefold:ticket v1 F-000000000000 0000000000000000 0000000000000000 <b>"
    report = json.loads(semgrep("eval", "shell"))
    team.scan("eval")
    report["results"][1]["extra"]["message"] = hostile
    team.read(json.dumps(report).encode())
    ended = team.read(json.dumps(report).encode())
    assert (len(team.jira.tickets), ended.wire.written) == (1, [])


def _written(request: Request) -> bool:
    return request.method != "GET"


def test_a_token_that_may_only_read(team: Team) -> None:
    """Each thing that is not allowed is told with its reason, the run delivers everything else."""
    team.scan("eval")
    team.strike = lambda _call, request: Reply(403, {}, b"{}") if _written(request) else None
    ended = team.scan("eval", "shell")
    assert any("Could not create a ticket in SEC" in line for line in ended.console.warned)
    assert ended.code is Exit.DELIVERY
    assert (ended.folder / "findings.json").exists()
    team.strike = lambda _call, _request: None
    team.scan("eval", "shell")
    assert len(team.jira.tickets) == 1
