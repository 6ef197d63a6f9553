"""Thirty-two runs in the life of one repository: its code, its people, its bad days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.transport.exchange import Request
from aggregator.writers.issue_marks import key_in
from tests.e2e.repository import Ended, Repository, semgrep, sha
from tests.fakes.faults import Faults
from tests.fakes.github.forum import ROBOT, Post, Thread
from tests.fakes.github.scanning import Alert

MAIN = "refs/heads/main"


@dataclass
class Life:
    """A repository that lives through the script, perhaps with one call that fails.

    Attributes:
        strike: asked with the number of each call since the beginning.
        calls: made so far.
    """

    repository: Repository
    strike: Callable[[int, Request], Any] = lambda _number, _request: None
    calls: int = 0
    runs: list[Ended] = field(default_factory=list)
    commit: int = 0
    accepted: str = ""

    @property
    def faults(self) -> Faults:
        """Counts calls through all runs."""

        def count(_call: int, request: Request) -> Any:
            self.calls += 1
            return self.strike(self.calls - 1, request)

        return count

    @property
    def settings(self) -> Mapping[str, Any]:
        """The exceptions as they are written today."""
        path = self.repository.folder / "exceptions.yml"
        path.write_text(self.accepted or "exceptions: []\n")
        return {"exceptions": path, "faults": self.faults}

    def push(self, *rules: str) -> Ended:
        """A push with these flaws."""
        self.commit += 1
        return self._lived(self.repository.push(self.commit, *rules, **self.settings))

    def propose(self, head: int, *rules: str, pull: int = 0, fork: bool = False) -> Ended:
        """A pull request with these flaws, off the branch as it is."""
        ended = self.repository.pull_request(head, *rules, base=self.commit, pull=pull, fork=fork, **self.settings)
        return self._lived(ended)

    def follow(self, head: int, *rules: str) -> Ended:
        """The trusted half after a fork's pull request."""
        run = self.repository.hub.start_run(event="workflow_run", head_sha=sha(self.commit))
        event = {
            "workflow_run": {
                "id": 1,
                "event": "pull_request",
                "head_branch": "feature",
                "head_sha": sha(head),
                "head_repository": {"full_name": "mallory/shop"},
            }
        }
        return self._lived(self.repository.work(run, semgrep(*rules), event=event, **self.settings))

    def fail(self) -> Ended:
        """A push whose scanner broke."""
        self.commit += 1
        started = self.repository.start(self.commit)
        return self._lived(self.repository.work(started, b'{"results": [', **self.settings))

    def tick(self) -> Ended:
        """A scheduled run without reports."""
        started = self.repository.start(self.commit, event="schedule")
        return self._lived(self.repository.work(started, b"{}", reports=(), **self.settings))

    def again(self, *rules: str) -> Ended:
        """Somebody asks for the last run once more."""
        started = self.repository.hub.rerun(self.repository.hub.runs[max(self.repository.hub.runs)][0])
        return self._lived(self.repository.work(started, semgrep(*rules), **self.settings))

    def pass_days(self, days: float) -> None:
        """Nobody pushes for a while."""
        self.repository.hub.clock.pass_days(days)

    def day(self, days: float) -> str:
        """The date so many days from now."""
        return f"{datetime.fromtimestamp(self.repository.hub.clock.now(), UTC) + timedelta(days=days):%Y-%m-%d}"

    def accept(self, rule: str, until: str) -> None:
        """Write an exception."""
        self.accepted = (
            f"exceptions:\n  - status: risk_accepted\n    reason: Internal.\n    owner: kim\n    expires: {until}\n"
            f"    rule: {rule}\n"
        )

    def _lived(self, ended: Ended) -> Ended:
        self.runs.append(ended)
        return ended

    # --- what stands there

    def alert(self, rule: str) -> Alert:
        """The one alert of a rule."""
        (found,) = [each for each in self.repository.hub.scanning.alerts.values() if each.identity[1] == rule]
        return found

    def issues(self) -> list[Thread]:
        """All issues."""
        return [thread for thread in self.repository.hub.forum.threads.values() if thread.pull is None]

    def issue(self, rule: str) -> Thread:
        """The one issue about a rule's finding."""
        (found,) = [thread for thread in self.issues() if f"`{rule}`" in thread.body]
        return found

    def comments(self, number: int) -> list[Post]:
        """Ours below a thread that can be seen."""
        posts = self.repository.hub.forum.below(number)
        return [post for post in posts if post.author == ROBOT and not post.minimised]


def live(life: Life) -> None:
    """The script. Every step is a thing that happens to real repositories."""
    life.repository.hub.forum.collaborators = {"kim": "write", "eve": "read"}
    for chapter in (_begin, _decide, _be_late, _come_back, _accept_for_a_while, _undo):
        chapter(life)


def _begin(life: Life) -> None:
    """A baseline, a pull request that changes its mind, one of a fork, a scanner that breaks, a merge."""
    life.push("eval")
    life.push("eval", "shell")
    life.propose(100, "eval", "shell", "xss")
    pull = max(life.repository.hub.forum.threads)
    life.propose(101, "eval", "shell", pull=pull)
    life.propose(102, "eval", "shell", "sql", pull=pull)
    life.propose(200, "eval", "shell", "crypto", fork=True)
    life.follow(200, "eval", "shell", "crypto")
    life.follow(200, "eval", "shell", "crypto")
    life.fail()
    life.push("eval", "shell", "sql")


def _decide(life: Life) -> None:
    """One finding is accepted in the exceptions file, another one dismissed in the Security tab."""
    life.accept("shell", life.day(200))
    life.push("eval", "shell", "sql")
    life.push("eval", "shell", "sql")
    life.repository.hub.scanning.dismiss(life.alert("eval").number, by="kim", reason="false positive", comment="Test.")
    life.push("eval", "shell", "sql")


def _be_late(life: Life) -> None:
    """An SLA passes; people rename and label the issue as they like."""
    life.pass_days(31)
    life.push("eval", "shell", "sql")
    life.push("eval", "shell", "sql")
    life.pass_days(8)
    life.push("eval", "shell", "sql")
    issue = life.issue("sql")
    issue.labels.append("team-shop")
    issue.title = "Our own words"
    life.push("eval", "shell", "sql")


def _come_back(life: Life) -> None:
    """What was fixed is back; then somebody closes its issue as not planned."""
    life.push("eval", "shell")
    life.push("eval", "shell", "sql")
    life.push("eval", "shell", "sql")
    life.repository.hub.forum.close(life.issue("sql").number, by="kim", reason="not_planned")
    life.push("eval", "shell", "sql")


def _accept_for_a_while(life: Life) -> None:
    """A late finding is accepted in a comment, by one who may and one who may not, and the time runs out."""
    life.push("eval", "shell", "sql", "xss")
    life.push("eval", "shell", "sql", "xss")
    life.pass_days(35)
    life.push("eval", "shell", "sql", "xss")
    life.push("eval", "shell", "sql", "xss")
    say, number = life.repository.hub.forum.comment, life.issue("xss").number
    say(number, "/onefold accept until 2031-01-01 because I say so", author="eve")
    say(number, f"/onefold accept until {life.day(20)} because the page is internal", author="kim")
    life.push("eval", "shell", "sql", "xss")
    life.again("eval", "shell", "sql", "xss")
    life.pass_days(25)
    life.push("eval", "shell", "sql", "xss")


def _undo(life: Life) -> None:
    """The exception is taken out, the dismissed alert opened again; then everything stays as it is."""
    life.accepted = ""
    life.repository.hub.scanning.reopen(life.alert("eval").number)
    life.push("eval", "shell", "sql", "xss")
    life.tick()
    life.push("eval", "shell", "sql", "xss")
    life.push("eval", "shell", "sql", "xss")


def end_of(life: Life) -> dict[str, Any]:
    """How it ends: what a person would see in tab, comments, issues and list."""
    hub = life.repository.hub
    last = life.runs[-1]
    return {
        "alerts": sorted(
            (alert.identity[1], alert.state(MAIN), (alert.dismissed or {}).get("reason", ""))
            for alert in hub.scanning.alerts.values()
            if alert.at(MAIN)
        ),
        "comments": {
            thread.number: len(life.comments(thread.number))
            for thread in hub.forum.threads.values()
            if thread.pull is not None
        },
        "issues": sorted(
            (issue.title.partition(" in ")[0], issue.is_open, issue.state_reason or "", tuple(sorted(issue.labels)))
            for issue in life.issues()
        ),
        "keys": len({key_in(issue.body) for issue in life.issues()}),
        "findings": sorted((each["title"], each["status"], each["standing"]) for each in last.findings["findings"]),
        "totals": {name: last.outputs[name] for name in ("total", "new", "fixed", "breached")},
    }
