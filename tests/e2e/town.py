"""A repository with neighbours: a Jira, a Slack channel and a DefectDojo, which live through its runs with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aggregator.transport.exchange import Wire
from tests.e2e.life import Life
from tests.e2e.repository import Repository
from tests.fakes.chat import ChatWire
from tests.fakes.defectdojo.server import FakeDefectDojo
from tests.fakes.faults import Faults
from tests.fakes.jira.wire import JiraWire
from tests.fakes.jira.world import ANN, BEN, World

HOOK = "https://hooks.slack.com/services/T000/B000/canary-slack-hook"
POLICY = """
product: shop
github:
  issues: {mode: "off"}
jira:
  project: SEC
  accept-days: 40
slack:
  severity: high
"""


@dataclass
class Town:
    """The neighbours, and how a run reaches them."""

    jira: World
    chat: ChatWire = field(default_factory=ChatWire)
    dojo: FakeDefectDojo = field(default_factory=lambda: FakeDefectDojo(token="canary-dojo-token"))

    @property
    def settings(self) -> Mapping[str, Any]:
        """What a workflow is given to talk with them."""
        access = self.jira.access
        return {
            "jira_url": access.url,
            "jira_user": access.user,
            "jira_token": access.token,
            "slack_webhook": HOOK,
            "defectdojo_url": self.dojo.origin,
            "defectdojo_token": self.dojo.token,
        }

    def wires(self, faults: Faults | None) -> Mapping[str, Wire]:
        """Who answers for which address, with the run's bad luck."""
        self.chat.faults = faults
        self.dojo.faults = faults or (lambda *_: None)
        return {self.jira.url: JiraWire(self.jira, faults), HOOK: self.chat, self.dojo.origin: self.dojo}


def governed(folder: Path, policy: str) -> Life:
    """A repository with this policy, before its first run."""
    runs = folder / "runs"
    runs.mkdir()
    (folder / "onefold.yml").write_text(policy)
    return Life(Repository(runs, settings={"config": folder / "onefold.yml"}))


def neighbours_of(life: Life) -> Town:
    """Neighbours that a repository talks with from its next run on."""
    repository = life.repository
    town = Town(World(clock=repository.hub.clock))
    repository.settings = {**repository.settings, **town.settings}
    repository.neighbours = town.wires
    return town


def live(life: Life, town: Town) -> None:
    """The script. People work in Jira; nobody looks anywhere else."""
    for chapter in (_begin, _claim, _be_late, _decide, _meddle, _end):
        chapter(life, town.jira)


def _begin(life: Life, jira: World) -> None:
    """A baseline, a finding with a ticket that somebody takes, a pull request, a scanner that breaks for a while."""
    life.push("eval")
    life.push("eval")
    life.push("eval", "shell")
    life.push("eval", "shell")
    jira.set("SEC-1", ANN, assignee={"accountId": ANN.id})
    life.push("eval", "shell")
    life.propose(100, "eval", "shell", "xss")
    life.push("eval", "shell", "sql")
    life.fail()
    life.fail()
    life.push("eval", "shell", "sql")


def _claim(life: Life, jira: World) -> None:
    """A fix is claimed that is none, then one that is, and the flaw comes back."""
    jira.move("SEC-2", "Done", ANN)
    life.push("eval", "shell", "sql")
    life.push("eval", "shell", "sql")
    jira.move("SEC-2", "In Progress", ANN)
    life.push("eval", "shell")
    life.push("eval", "shell")
    life.push("eval", "shell", "sql")
    life.push("eval", "shell", "sql")


def _be_late(life: Life, _jira: World) -> None:
    """An SLA passes, and a week more."""
    life.pass_days(31)
    life.push("eval", "shell", "sql")
    life.push("eval", "shell", "sql")
    life.pass_days(8)
    life.tick()


def _decide(life: Life, jira: World) -> None:
    """One risk is accepted in Jira for a while, another flaw is none; the time of the first runs out."""
    jira.move("SEC-1", "Done", BEN, "Won't Do")
    life.push("eval", "shell", "sql", "xss")
    life.again("eval", "shell", "sql", "xss")
    jira.move("SEC-3", "Done", BEN, "False Positive")
    life.push("eval", "shell", "sql", "xss")
    life.pass_days(20)
    life.push("eval", "shell", "sql", "xss")
    life.pass_days(25)
    life.push("eval", "shell", "sql", "xss")
    life.push("eval", "shell", "sql", "xss")


def _meddle(life: Life, jira: World) -> None:
    """People rewrite a ticket, move it to another project, clone it and throw another one away."""
    jira.set("SEC-2", ANN, summary="Our own words", priority={"name": "Low"}, labels=["team", *_labels(jira, "SEC-2")])
    life.push("eval", "shell", "sql", "xss")
    jira.transfer("SEC-2", "OPS")
    life.push("eval", "shell", "sql", "xss")
    jira.clone("OPS-1")
    life.push("eval", "shell", "sql", "xss", "crypto")
    jira.delete(jira.get("SEC-3").key)
    life.push("eval", "shell", "sql", "xss", "crypto")


def _end(life: Life, _jira: World) -> None:
    """Two flaws are mended, then everything stays as it is."""
    life.push("eval", "shell", "sql", "xss")
    life.push("eval", "shell", "xss")
    life.tick()
    for _ in range(3):
        life.push("eval", "shell", "xss")


def _labels(jira: World, key: str) -> list[str]:
    labels: list[str] = jira.get(key).fields["labels"]
    return labels


def end_of(life: Life, town: Town) -> dict[str, Any]:
    """How it ends: what people see in Jira, in DefectDojo and in the list."""
    last = life.runs[-1].findings
    open_ids = sorted(each["id"] for each in last["findings"] if each["status"] == "active")
    return {
        "tickets": sorted(
            (each.key, each.fields["summary"], each.status, each.resolution, each.creator.name)
            for each in town.jira.tickets
        ),
        "findings": sorted(
            (
                each["title"],
                each["status"],
                tuple(sorted(url["url"][-5:] for url in each["tickets"])),
                each["assignees"],
            )
            for each in last["findings"]
        ),
        "defectdojo": town.dojo.open() == open_ids,
        "rows": Counter(row.unique_id_from_tool for row in town.dojo.rows).most_common(1)[0][1],
    }


def headlines(town: Town) -> list[str]:
    """What the channel reads first in each message."""
    return [message["text"] for message in town.chat.posts[HOOK]]
