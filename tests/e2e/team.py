"""A team that works in Jira: its code is scanned without GitHub, and its people move tickets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aggregator.run.exits import Exit
from aggregator.run.outside import Outside
from aggregator.run.run import run
from aggregator.settings import Settings, Surroundings
from aggregator.transport.exchange import Request
from aggregator.writers.ticket_marks import mark_in
from tests.e2e.repository import semgrep
from tests.fakes.jira.wire import JiraWire
from tests.fakes.jira.world import ANN, BEN, BOT, Ticket, World
from tests.unit.run.consoles import FakeConsole


@dataclass
class Ended:
    """What one run left behind."""

    code: Exit
    console: FakeConsole
    wire: JiraWire
    folder: Path

    @property
    def findings(self) -> dict[str, dict[str, Any]]:
        """Each finding of the list, by its title."""
        document = json.loads((self.folder / "findings.json").read_bytes())
        return {each["title"]: each for each in document["findings"]}

    @property
    def states(self) -> dict[str, str]:
        """What people call each finding."""
        return {title: each["status"] for title, each in self.findings.items()}


@dataclass
class Team:
    """One product, its memory in a folder, and its Jira.

    Attributes:
        jira: its clock is everybody's.
        policy: what stands under ``jira``, as YAML in one line.
        strike: asked with the number of each call since the beginning.
        calls: made so far.
    """

    folder: Path
    jira: World = field(default_factory=World)
    policy: str = "project: SEC"
    exceptions: str = "exceptions: []\n"
    strike: Callable[[int, Request], Any] = lambda _number, _request: None
    calls: int = 0
    runs: list[Ended] = field(default_factory=list)

    def scan(self, *rules: str, **settings: Any) -> Ended:
        """An hour later: scan code that has these flaws."""
        return self.read(semgrep(*rules), **settings)

    def twice(self, *rules: str) -> None:
        """Two runs on the same code."""
        self.scan(*rules)
        self.scan(*rules)

    def read(self, report: bytes, **settings: Any) -> Ended:
        """Run on a report."""
        self.jira.clock.pass_days(1 / 24)
        folder = self.folder / f"run-{len(self.runs)}"
        folder.mkdir(parents=True)
        (folder / "semgrep.json").write_bytes(report)
        (folder / "onefold.yml").write_text(f"jira: {{{self.policy}}}\n")
        (folder / "exceptions.yml").write_text(self.exceptions)
        access, console = self.jira.access, FakeConsole()
        given: Mapping[str, Any] = {
            "reports": (str(folder / "semgrep.json"),),
            "out": folder,
            "now": datetime.fromtimestamp(self.jira.clock.now(), UTC).replace(microsecond=0),
            "state": str(self.folder / "state"),
            "product": "shop",
            "config": folder / "onefold.yml",
            "exceptions": folder / "exceptions.yml",
            "jira_url": access.url,
            "jira_user": access.user,
            "jira_token": access.token,
        }
        wire = JiraWire(self.jira, self._fault)
        outside = Outside(lambda: wire, lambda: self.jira.clock)
        code = run(Settings.model_validate({**given, **settings}), Surroundings(), console, outside=outside)
        self._look_for_secrets(folder, console)
        self.runs.append(Ended(code, console, wire, folder))
        return self.runs[-1]

    def _fault(self, _number: int, request: Request) -> Any:
        self.calls += 1
        return self.strike(self.calls - 1, request)

    def _look_for_secrets(self, folder: Path, console: FakeConsole) -> None:
        """The token stands nowhere."""
        written = [path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()]
        for text in (*written, *console.said, *console.warned, *console.shown):
            assert self.jira.token not in text

    def forget(self) -> None:
        """The memory is lost."""
        shutil.rmtree(self.folder / "state")

    def accept(self, rule: str, until: str) -> None:
        """Write an exception, or take it out with an empty rule."""
        entry = f"\n  - {{status: risk_accepted, reason: Internal., owner: kim, expires: {until}, rule: {rule}}}\n"
        self.exceptions = f"exceptions:{entry}" if rule else "exceptions: []\n"

    def ticket(self, rule: str) -> Ticket:
        """The ticket that we made about a rule's finding."""
        ours = [each for each in self.jira.tickets if each.creator is BOT and rule in str(each.fields["description"])]
        (found,) = ours
        return found

    def notes(self, ticket: Ticket) -> list[str]:
        """The marks of our comments below a ticket."""
        said = (mark_in(str(each["body"])) for each in ticket.comments if each["author"] is BOT)
        return [mark.mark for mark in said if mark is not None]


def live(team: Team) -> None:
    """A quarter of a year. People do to tickets what people do; each run does what is left to do.

    Every change is followed by two runs, so that a fault in the first is mended before people go on.
    """
    jira = team.jira
    team.twice("eval")
    team.twice("eval", "shell", "xss")
    jira.set(team.ticket("shell").key, ANN, summary="Mend the shell", assignee={"accountId": ANN.id})
    jira.move(team.ticket("xss").key, "In Progress", ANN)
    team.twice("eval", "shell", "xss")
    jira.move(team.ticket("xss").key, "Done", ANN)
    jira.clock.pass_days(1)
    team.twice("eval", "shell", "xss")
    team.twice("eval", "shell")
    jira.move(team.ticket("shell").key, "Done", BEN, "Won't Do")
    team.twice("eval", "shell", "sql")
    jira.clock.pass_days(32)
    team.twice("eval", "shell", "sql")
    team.accept("sql", "2099-01-01")
    team.twice("eval", "shell", "sql", "crypto")
    team.accept("", "")
    team.twice("eval", "shell", "sql", "crypto")
    jira.clone(team.ticket("crypto").key)
    jira.transfer(team.ticket("sql").key, "OPS")
    team.twice("eval", "shell", "sql", "crypto")
    jira.clock.pass_days(60)
    team.twice("eval", "shell", "sql", "crypto")
    team.twice("shell", "sql")
    team.twice("shell", "sql")


def end_of(team: Team) -> dict[str, Any]:
    """How it ends: what people see in Jira and in the list."""
    return {
        "tickets": sorted(
            (each.key.partition("-")[0], each.fields["summary"], each.status, each.resolution, each.creator.name)
            for each in team.jira.tickets
        ),
        "findings": sorted((title, each["status"], each["standing"]) for title, each in team.runs[-1].findings.items()),
        "assignees": {title: each["assignees"] for title, each in team.runs[-1].findings.items() if each["assignees"]},
        "codes": team.runs[-1].code,
    }
