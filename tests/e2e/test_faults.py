"""Whatever goes wrong with any call about the state: nothing is lost, nothing is doubled, and the next run is right.

What is delivered to people has its own test of faults in ``test_life.py``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aggregator.run.exits import Exit
from aggregator.transport.exchange import Break, Reply, Request
from tests.e2e.job import ROOT, inputs_as_variables
from tests.e2e.repository import Ended, Repository, semgrep
from tests.fakes.faults import After, Faults
from tests.fakes.github.hub import Run
from tests.fakes.github.server import HubServer

PERMISSION = Reply(403, {"content-type": "application/json"}, b'{"message":"Resource not accessible by integration"}')
FAULTS: dict[str, Reply | Break | After] = {
    "timeout": Break.TIMEOUT,
    "no-connection": Break.NO_CONNECTION,
    "reset": Break.RESET,
    "reset-after": After(Break.RESET),
    "cut-short": Break.CUT_SHORT,
    "no-json": Reply(200, {"content-type": "application/json"}, b'{"artifacts": [{'),
    "permission": PERMISSION,
    "rate-403": Reply(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, b"API rate limit exceeded"),
    "rate-429": Reply(429, {"retry-after": "7"}),
    "500": Reply(500),
    "502-after": After(Reply(502)),
    "503": Reply(503),
}
CALLS_OF_A_RUN = 10
"""List twice, look at the run, ask for the archive, fetch it, create, put a block, list the blocks, finalize."""


STATE_ONLY = "github: {security-tab: 'off', comment: 'off', issues: {mode: 'off'}, decisions: false}\n"


def made(folder: Path) -> Repository:
    """A repository whose runs keep their state and deliver nothing else."""
    folder.mkdir(exist_ok=True)
    (folder / "onefold.yml").write_text(STATE_ONLY)
    return Repository(folder, settings={"config": folder / "onefold.yml"})


def once(number: int, fault: Reply | Break | After) -> Faults:
    """One call fails; asked again, it does not."""
    return lambda call, _request: fault if call == number else None


def from_then_on(number: int, fault: Reply | Break | After) -> Faults:
    """One call fails, and everything after it."""
    return lambda call, _request: fault if call >= number else None


def assert_right(repository: Repository, first: Ended) -> None:
    """The next run knows every finding by its first name and date, and counts each once."""
    after = repository.push(9, "eval", "shell", "xss")
    assert after.code is Exit.OK
    findings = {each["id"]: each for each in after.findings["findings"]}
    assert len(findings) == 3
    assert after.outputs["total"] == "3"
    for before in first.findings["findings"]:
        assert findings[before["id"]]["first_seen"] == before["first_seen"]
    assert repository.push(10, "eval", "shell", "xss").outputs["new"] == "0"


def test_a_run_makes_as_many_calls_as_are_tested(tmp_path: Path) -> None:
    """The faults below reach every call of an ordinary run."""
    repository = made(tmp_path)
    repository.push(1, "eval", "shell")
    assert repository.push(2, "eval", "shell").calls == CALLS_OF_A_RUN


@pytest.mark.parametrize("number", range(CALLS_OF_A_RUN))
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
def test_no_fault_costs_anything(tmp_path: Path, fault: str, number: int, *, lasting: bool) -> None:
    """A fault that goes away is lived through where that is safe; one that stays costs this run's step, and no more."""
    repository = made(tmp_path)
    first = repository.push(1, "eval", "shell")
    faults = (from_then_on if lasting else once)(number, FAULTS[fault])
    struck = repository.push(2, "eval", "shell", "xss", faults=faults)
    assert struck.code in {Exit.OK, Exit.DELIVERY}
    assert struck.outputs["fixed"] == "0"
    assert len(repository.hub.artifacts) <= 2
    is_kept = len(repository.hub.artifacts) == 2
    if lasting:
        assert struck.code is Exit.DELIVERY
    if struck.code is Exit.OK:
        assert is_kept
        assert struck.outputs["new"] == "1"
    assert_right(repository, first)


@pytest.mark.parametrize("number", range(CALLS_OF_A_RUN))
@pytest.mark.parametrize("killed_by", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_may_be_killed_at_any_call(tmp_path: Path, killed_by: signal.Signals, number: int) -> None:
    """Whoever ends the process, and whenever: no file is half written, and the next run is right."""
    repository = made(tmp_path / "runs")
    killed: list[int] = []

    def kill(call: int, _request: Request) -> Break | None:
        if call != number or killed:
            return None
        os.kill(process.pid, killed_by)
        killed.append(process.pid)
        while process.poll() is None:
            time.sleep(0.005)
        return Break.RESET

    first = repository.push(1, "eval", "shell")
    own = (repository.hub.results, repository.hub.storage, repository.hub.api)
    with HubServer(repository.hub, kill):
        process = start(repository, repository.start(2), tmp_path)
        log, _ = process.communicate(timeout=60)
    repository.hub.results, repository.hub.storage, repository.hub.api = own
    assert killed
    assert process.returncode == (143 if killed_by is signal.SIGTERM else -signal.SIGKILL), log
    for document in (tmp_path / "out").glob("*.json"):
        json.loads(document.read_bytes())
    assert_right(repository, first)


def start(repository: Repository, run: Run, folder: Path) -> subprocess.Popen[bytes]:
    """Start the action as the runner does, for this run."""
    hub = repository.hub
    (folder / "report.json").write_bytes(semgrep("eval", "shell", "xss"))
    (folder / "event.json").write_text(json.dumps({"repository": {"default_branch": "main"}}))
    (folder / "onefold.yml").write_text(STATE_ONLY)
    inputs = {"reports": "report.json", "output-dir": "out", "token": repository.token, "config": "onefold.yml"}
    environment = {
        "ACTIONS_RESULTS_URL": f"{hub.results}/",
        "ACTIONS_RUNTIME_TOKEN": hub.runtime_token(run),
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": hub.api,
        "GITHUB_EVENT_NAME": run.event,
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_REPOSITORY": hub.name,
        "GITHUB_REPOSITORY_ID": str(hub.number),
        "GITHUB_RUN_ID": str(run.id),
        "GITHUB_SHA": run.head_sha,
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_WORKFLOW_REF": f"{hub.name}/{run.path}",
    }
    return subprocess.Popen(
        [sys.executable, "-IBu", ROOT / "entrypoint.py"],
        cwd=folder,
        env={**inputs_as_variables(inputs), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
