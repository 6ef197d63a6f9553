"""A repository on a street of services: GitHub, Jira, Slack, Microsoft Teams and DefectDojo, all told by every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aggregator.transport.exchange import Reply, Request, Wire
from tests.e2e.job import everything_below
from tests.e2e.repository import Ended, Repository
from tests.fakes.chat import SLACK, TEAMS, ChatWire
from tests.fakes.defectdojo.server import FakeDefectDojo
from tests.fakes.jira.wire import JiraWire
from tests.fakes.jira.world import World

POLICY = """
product: shop
outputs: {report: true, evidence: true, vex: true}
github: {issues: {mode: "on"}}
jira: {project: SEC, threshold: info, backlog: true}
slack: {severity: info, most: 40}
teams: {severity: info, most: 40}
"""


class Noted:
    """A wire that keeps what went over it."""

    def __init__(self, wire: Wire, kept: list[Request]) -> None:
        self._wire = wire
        self._kept = kept

    def send(self, request: Request) -> Reply:
        """The reply of the wire behind it."""
        self._kept.append(request)
        return self._wire.send(request)


@dataclass
class Street:
    """One repository and everybody it talks to.

    Attributes:
        sent: every request to a neighbour, by the neighbour.
        wires: who answers for which address; a test may put others in.
    """

    folder: Path
    policy: str = POLICY
    jira: World = field(default_factory=World)
    chat: ChatWire = field(default_factory=ChatWire)
    dojo: FakeDefectDojo = field(default_factory=lambda: FakeDefectDojo(token="canary-dojo-token"))
    slack: str = SLACK
    teams: str = TEAMS
    sent: dict[str, list[Request]] = field(default_factory=dict)
    wires: dict[str, Wire] = field(default_factory=dict)
    runs: list[Ended] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Move in."""
        (self.folder / "runs").mkdir(parents=True)
        self.repository = Repository(self.folder / "runs", neighbours=lambda _faults: self._doors())
        self.jira.clock = self.repository.hub.clock

    def _doors(self) -> Mapping[str, Wire]:
        chats = {line.partition("=")[2] if not line.startswith("http") else line for line in self._addresses}
        doors: dict[str, Wire] = dict.fromkeys(chats, self.chat)
        doors |= {self.jira.url: JiraWire(self.jira), self.dojo.origin: self.dojo, **self.wires}
        return {origin: Noted(wire, self.sent.setdefault(origin, [])) for origin, wire in doors.items()}

    @property
    def _addresses(self) -> list[str]:
        return [line.strip() for line in f"{self.slack}\n{self.teams}".splitlines() if line.strip()]

    def run(self, reports: Mapping[str, bytes], **settings: Any) -> Ended:
        """One run on the branch, over these reports."""
        place = self.folder / f"reports-{len(self.runs)}"
        for name, data in reports.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(data)
        (self.folder / "onefold.yml").write_text(self.policy, encoding="utf-8")
        given = {
            "config": self.folder / "onefold.yml",
            "reports": (str(place),),
            "jira_url": self.jira.access.url,
            "jira_user": self.jira.access.user,
            "jira_token": self.jira.access.token,
            "slack_webhook": self.slack,
            "teams_webhook": self.teams,
            "defectdojo_url": self.dojo.origin,
            "defectdojo_token": self.dojo.token,
            "verbose": True,
            "on_incomplete": "warn",
        }
        started = self.repository.start(len(self.runs) + 1)
        ended = self.repository.work(started, b"{}", **{**given, **settings})
        self.runs.append(ended)
        return ended

    def left(self) -> dict[str, bytes]:
        """Everything that the runs wrote, said and sent, by where it stands."""
        left = {f"file {name}": data for name, data in everything_below(self.folder / "runs").items()}
        left = {name: data for name, data in left.items() if not name.endswith("/report.json")}
        for number, ended in enumerate(self.runs):
            left[f"log {number}"] = "\n".join(ended.console.said + ended.console.warned + ended.console.shown).encode(
                "utf-8", "replace"
            )
            left[f"outputs {number}"] = repr(dict(ended.outputs)).encode()
        for origin, requests in self.sent.items():
            for number, request in enumerate(requests):
                left[f"call {number} of {origin[:20]}"] = (
                    f"{request.method} {request.purpose}\n".encode() + request.body
                )
        threads = self.repository.hub.forum.threads.values()
        left["issues"] = "\n".join(f"{each.title}\n{each.body}" for each in threads).encode("utf-8", "replace")
        return left
