"""A repository on the fake GitHub, whose workflow folds reports and keeps its state in artifacts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aggregator.run.exits import Exit
from aggregator.run.outside import Outside
from aggregator.run.run import run
from aggregator.settings import Runtime, Settings, Surroundings
from aggregator.transport.exchange import Reply, Request, Wire
from tests.e2e.job import read_outputs
from tests.fakes.faults import Faults
from tests.fakes.github.hub import Hub, Run
from tests.fakes.github.wire import HubWire
from tests.unit.run.consoles import FakeConsole

PERMISSIONS = ("actions:read", "contents:read", "security-events:write", "pull-requests:write", "issues:write")
"""What the README's table asks for, all features together."""


def sha(number: int) -> str:
    """Name a commit."""
    return f"{number:040x}"


def semgrep(*rules: str, scanned: tuple[str, ...] = ("app.py",)) -> bytes:
    """Report each rule once, on a line of its own; a rule that is not named was run and found nothing."""
    results = [
        {
            "check_id": rule,
            "path": "app.py",
            "start": {"line": line, "col": 1, "offset": 0},
            "end": {"line": line, "col": 9, "offset": 8},
            "extra": {"message": f"About {rule}.", "metadata": {}, "severity": "ERROR", "lines": f"{rule}(x)"},
        }
        for line, rule in enumerate(rules, 1)
    ]
    report = {"version": "1.130.0", "errors": [], "paths": {"scanned": list(scanned)}, "results": results}
    return json.dumps(report).encode()


@dataclass
class Ended:
    """What one run left behind."""

    code: Exit
    console: FakeConsole
    outputs: Mapping[str, str]
    folder: Path
    calls: int

    @property
    def findings(self) -> dict[str, Any]:
        """The document for machines."""
        document: dict[str, Any] = json.loads((self.folder / "findings.json").read_bytes())
        return document

    @property
    def is_baseline(self) -> bool:
        """Whether the run had no past."""
        return bool(self.findings["run"]["is_baseline"])

    @property
    def open_ids(self) -> dict[str, str]:
        """The id of each open finding, by its rule."""
        return {
            each["sources"][0]["rule_id"] if each["sources"] else each["title"]: each["id"]
            for each in self.findings["findings"]
            if each["baseline"] != "absent"
        }

    def said(self, text: str) -> bool:
        """Whether a line of the log holds the text."""
        return any(text in line for line in (*self.console.said, *self.console.warned))


class Roads:
    """Leads each request to the neighbour whose address it bears, and all others to the hub."""

    def __init__(self, hub: HubWire, neighbours: Mapping[str, Wire]) -> None:
        self._hub = hub
        self._neighbours = neighbours

    def send(self, request: Request) -> Reply:
        """The reply of whoever is asked."""
        asked = (wire for origin, wire in self._neighbours.items() if request.url.startswith(origin))
        return next(asked, self._hub).send(request)


@dataclass
class Repository:
    """One repository with one workflow.

    Attributes:
        token: of every run, for the API.
        settings: of every run, beyond what each one says.
        neighbours: who answers for which addresses beside the hub, given what goes wrong.
    """

    folder: Path
    hub: Hub = field(default_factory=Hub)
    token: str = ""
    is_private: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)
    neighbours: Callable[[Faults | None], Mapping[str, Wire]] = lambda _faults: {}

    def __post_init__(self) -> None:
        """Give the workflow the permissions that the README asks for."""
        self.token = self.hub.api_token(*PERMISSIONS)

    def start(self, number: int, **about: Any) -> Run:
        """Start a run at a commit that follows the one before it."""
        if sha(number) not in self.hub.commits:
            self.hub.commit(sha(number), *([sha(number - 1)] if sha(number - 1) in self.hub.commits else []))
            self.hub.branches[self.hub.default_branch] = sha(number)
        return self.hub.start_run(head_sha=sha(number), **about)

    def push(self, number: int, *rules: str, faults: Faults | None = None, **settings: Any) -> Ended:
        """Run the workflow on a push of this commit, whose code has these flaws."""
        return self.work(self.start(number), semgrep(*rules), faults=faults, **settings)

    def pull_request(
        self, number: int, *rules: str, base: int, fork: bool = False, pull: int = 0, sender: str = "", **settings: Any
    ) -> Ended:
        """Run the workflow on a pull request whose head is this commit; a new one is opened unless it is named."""
        owner = "mallory/shop" if fork else self.hub.name
        self.hub.commit(sha(number), sha(base))
        if pull:
            self.hub.forum.threads[pull].pull.head_sha = sha(number)  # type: ignore[union-attr]
        else:
            pull = self.hub.forum.open_pull(sha(number), head_repository=owner).number
        run = self.hub.start_run(
            event="pull_request", head_sha=sha(number), head_branch="feature", fork=666 if fork else None
        )
        head = {"ref": "feature", "sha": sha(number), "repo": {"full_name": owner}}
        request = {"number": pull, "base": {"ref": "main"}, "head": head}
        event = {"pull_request": request, "sender": {"login": sender}}
        around = {"base_ref": "main", "ref": f"refs/pull/{pull}/merge", "ref_name": f"{pull}/merge"}
        if fork:
            settings["token"] = self.hub.api_token("actions:read", "contents:read", from_fork=True)
        return self.work(run, semgrep(*rules), event=event, around=around, **settings)

    def work(
        self,
        started: Run,
        report: bytes,
        *,
        event: Mapping[str, object] | None = None,
        around: Mapping[str, object] | None = None,
        faults: Faults | None = None,
        **settings: Any,
    ) -> Ended:
        """Do the job of a run that was started."""
        self.hub.clock.pass_days(1 / 24)
        folder = self.folder / f"run-{started.id}-{started.attempt}-{len(list(self.folder.iterdir()))}"
        folder.mkdir(parents=True)
        (folder / "report.json").write_bytes(report)
        about = {"full_name": self.hub.name, "default_branch": self.hub.default_branch, "private": self.is_private}
        payload = {"repository": about}
        (folder / "event.json").write_text(json.dumps({**payload, **(event or {})}))
        hub, console = HubWire(self.hub, faults), FakeConsole()
        wire = Roads(hub, self.neighbours(faults))
        now = datetime.fromtimestamp(self.hub.clock.now(), UTC).replace(microsecond=0)
        given = {"reports": (f"semgrep={folder}/report.json",), "out": folder, "now": now, "state": "artifact"}
        code = run(
            Settings.model_validate({**given, "token": self.token, **self.settings, **settings}),
            self.surroundings(started, folder, **(around or {})),
            console,
            as_action=True,
            outside=Outside(lambda: wire, lambda: self.hub.clock, patient=lambda _seconds: wire),
        )
        self.hub.end(started)
        outputs = read_outputs((folder / "output").read_text()) if (folder / "output").exists() else {}
        return Ended(code, console, outputs, folder, len(hub.calls))

    def surroundings(self, started: Run, folder: Path, **fields: Any) -> Surroundings:
        """Tell what the runner tells."""
        return Surroundings(
            **{
                "actions": True,
                "event_name": started.event,
                "repository": self.hub.name,
                "repository_id": str(self.hub.number),
                "api_url": self.hub.api,
                "workflow_ref": f"{self.hub.name}/{started.path}",
                "retention_days": "90",
                "ref": f"refs/heads/{started.head_branch}",
                "ref_name": started.head_branch,
                "sha": started.head_sha,
                "event_path": str(folder / "event.json"),
                "run_id": str(started.id),
                "run_attempt": started.attempt,
                "output": str(folder / "output"),
                "step_summary": str(folder / "step-summary.md"),
                "runtime": Runtime(self.hub.results, self.hub.runtime_token(started)),
                **fields,
            }
        )
