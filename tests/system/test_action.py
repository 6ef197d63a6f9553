"""The action, run as the runner runs it."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aggregator.stores.packed import pack, unpack
from tests.fakes.github.hub import Hub
from tests.fakes.github.server import HubServer
from tests.signals import wait_until_it_listens
from tests.system.engine import ROOT
from tests.system.job import Job

OUTPUTS = {
    "breached",
    "dashboard-file",
    "findings-file",
    "fixed",
    "new",
    "sarif-file",
    "state-artifact",
    "state-file",
    "summary-file",
    "total",
    "upload-sarif-file",
    "verdict",
}
# The runner waits 2.5 s after SIGTERM before it kills.
PATIENCE = 2.5


def lay_reports(job: Job, name: str = "first") -> None:
    shutil.copytree(ROOT / "examples" / "reports" / name, job.workspace / "reports", dirs_exist_ok=True)


def on_host(job: Job, path: str) -> Path:
    """Find a file that an output names, seen from the runner."""
    inside = Path(path)
    return job.workspace / (inside.relative_to("/github/workspace") if inside.is_absolute() else inside)


def test_reports_become_outputs(job: Job) -> None:
    """A run over real reports sets every output, writes the files they name and the job summary, and exits 0."""
    lay_reports(job)
    run = job.run(reports="reports", state="state")
    assert run.exit_code == 0, run.log
    assert run.outputs.keys() >= OUTPUTS
    assert int(run.outputs["total"]) > 0
    for name in OUTPUTS:
        if name.endswith("-file"):
            assert on_host(job, run.outputs[name]).stat().st_size > 0, name
    findings = json.loads(on_host(job, run.outputs["findings-file"]).read_bytes())
    assert len(findings["findings"]) >= int(run.outputs["total"])
    assert run.summary.strip()


def test_second_run_follows_the_first(job: Job) -> None:
    """The state that a run leaves in the workspace is found by the next: the same reports are nothing new."""
    lay_reports(job)
    first = job.run(reports="reports", state="state")
    again = job.run(reports="reports", state="state")
    assert (first.exit_code, again.exit_code) == (0, 0), again.log
    assert (again.outputs["new"], again.outputs["fixed"]) == ("0", "0")
    assert again.outputs["total"] == first.outputs["total"]


def test_state_and_alerts_reach_github(job: Job) -> None:
    """Left to itself the action keeps its state and fills the Security tab, and no token is logged."""
    lay_reports(job)
    hub = Hub("octocat/hello-world", 4242)
    hub.scanning.slow = 0
    token = hub.api_token("actions:read", "contents:read", "security-events:write", "issues:write")
    with HubServer(hub):
        runs = [replace(job, environment=told_of(hub)).run(reports="reports", token=token) for _ in range(2)]
    first, again = runs
    assert (first.exit_code, again.exit_code) == (0, 0), again.log
    assert first.outputs["state-artifact"] == again.outputs["state-artifact"] != ""
    assert (again.outputs["new"], again.outputs["fixed"]) == ("0", "0")
    assert again.outputs["total"] == first.outputs["total"]
    assert len(hub.artifacts) == 2
    assert hub.scanning.alerts
    assert len(hub.scanning.uploads) == 2
    logged = "".join(line for run in runs for line in run.log.splitlines() if not line.startswith("::add-mask::"))
    assert not [secret for secret in hub.secrets if secret in logged]


def aged(hub: Hub, days: int) -> None:
    """Put the last state there once more as the one of a later run, with every date so many days earlier."""
    latest = hub.artifacts[max(hub.artifacts)]
    state = unpack(latest.content).decode()

    def earlier(found: re.Match[str]) -> str:
        return f"{datetime.fromisoformat(found[0]) - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"

    moved = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", earlier, state)
    hub.artifacts.clear()
    hub.publish(latest.name, pack(moved.encode()), hub.start_run(head_sha="0" * 40))


def test_what_is_late_becomes_an_issue(job: Job) -> None:
    """When an SLA is over the real image opens issues, so many a run, and no finding has two."""
    lay_reports(job)
    hub = Hub("octocat/hello-world", 4242)
    token = hub.api_token("actions:read", "contents:read", "issues:write")
    repository = {"full_name": hub.name, "default_branch": "main", "private": True}
    (job.folder / "workflow" / "event.json").write_text(json.dumps({"repository": repository}))
    (job.workspace / "onefold.yml").write_text("github: {security-tab: 'off', issues: {most: 3}}\n")
    counts = []
    with HubServer(hub):
        for _ in range(3):
            run = replace(job, environment=told_of(hub)).run(reports="reports", token=token, config="onefold.yml")
            assert run.exit_code == 0, run.log
            counts.append(len(hub.forum.threads))
            if len(counts) == 1:
                aged(hub, 40)
    assert counts == [0, 4, 7]  # three each, and the rolling one
    assert len({thread.body.partition("\n")[0] for thread in hub.forum.threads.values()}) == 7


def told_of(hub: Hub) -> dict[str, str]:
    """Start a push run and tell what its container hears of GitHub."""
    started = hub.start_run(head_sha="0123456789abcdef0123456789abcdef01234567")
    return {
        "ACTIONS_RESULTS_URL": f"{hub.results}/",
        "ACTIONS_RUNTIME_TOKEN": hub.runtime_token(started),
        "GITHUB_API_URL": hub.api,
        "GITHUB_REPOSITORY_ID": str(hub.number),
        "GITHUB_RUN_ID": str(started.id),
        "GITHUB_WORKFLOW_REF": f"{hub.name}/{started.path}",
    }


def test_a_pull_request_gets_its_comment(job: Job) -> None:
    """On a pull request the real image comments once, and again in the same place."""
    lay_reports(job)
    hub = Hub("octocat/hello-world", 4242)
    hub.scanning.slow = 0
    head = "fedcba9876543210fedcba9876543210fedcba98"
    pull = hub.forum.open_pull(head, head_repository=hub.name).number
    token = hub.api_token("actions:read", "contents:read", "pull-requests:write", "security-events:write")
    about = {"number": pull, "base": {"ref": "main"}, "head": {"sha": head, "repo": {"full_name": hub.name}}}
    event = {"repository": {"full_name": hub.name, "default_branch": "main"}, "pull_request": about}
    (job.folder / "workflow" / "event.json").write_text(json.dumps(event))
    with HubServer(hub):
        for _ in range(2):
            started = hub.start_run(event="pull_request", head_sha=head, head_branch="feature")
            told = {
                "GITHUB_API_URL": hub.api,
                "GITHUB_BASE_REF": "main",
                "GITHUB_EVENT_NAME": "pull_request",
                "GITHUB_REF": f"refs/pull/{pull}/merge",
                "GITHUB_REF_NAME": f"{pull}/merge",
                "GITHUB_REPOSITORY_ID": "4242",
                "GITHUB_RUN_ID": str(started.id),
                "GITHUB_WORKFLOW_REF": f"{hub.name}/{started.path}",
            }
            run = replace(job, environment=told).run(reports="reports", token=token)
            assert run.exit_code == 0, run.log
    (comment,) = hub.forum.below(pull)
    assert comment.body.startswith("<!-- onefold:comment v1 ")
    assert not hub.artifacts


def test_gate_fails_the_step(job: Job) -> None:
    """A failed gate is exit code 1, and everything a later step needs has been written before."""
    lay_reports(job)
    run = job.run(reports="reports", fail_on="any:low")
    assert run.exit_code == 1, run.log
    assert run.outputs["verdict"].startswith("fail")
    assert run.summary.strip()
    assert on_host(job, run.outputs["findings-file"]).is_file()


def test_mistake_in_an_input_is_named(job: Job) -> None:
    """A wrong input is exit code 2, and the log names the input as the workflow spells it."""
    lay_reports(job)
    run = job.run(reports="reports", fail_on="whenever it hurts")
    assert run.exit_code == 2, run.log
    assert "fail-on" in run.log


def test_missing_report_is_named(job: Job) -> None:
    """A named report that is not there is exit code 3, and the log names it."""
    lay_reports(job)
    run = job.run(reports="reports/gitleaks.json\nreports/nowhere.json", on_incomplete="fail")
    assert run.exit_code == 3, run.log
    assert "nowhere.json" in run.log


def test_workflow_cannot_change_what_is_imported(job: Job) -> None:
    """Neither the workspace, the home folder nor a PYTHON variable of the workflow changes what the action imports."""
    lay_reports(job)
    trap = "raise SystemExit('trapped')\n"
    for name in ("sitecustomize.py", "usercustomize.py", "json.py", "aggregator.py"):
        (job.workspace / name).write_text(trap)
    inspected = {"PYTHONPATH": "/github/workspace", "PYTHONSTARTUP": "/github/workspace/json.py", "PYTHONOPTIMIZE": "2"}
    run = replace(job, environment=inspected).run(reports="reports")
    assert run.exit_code == 0, run.log
    assert "trapped" not in run.log


@pytest.mark.parametrize("cancel", [signal.SIGINT, signal.SIGTERM], ids=lambda cancel: cancel.name)
def test_cancelled_run_stops_at_once(job: Job, cancel: signal.Signals) -> None:
    """A signal to process 1 ends a run on a large report within the runner's patience, without half a state left."""
    lay_large_report(job.workspace / "reports" / "semgrep.json", results=100_000)
    process = job.start({"reports": "reports", "state": "state"})
    first_process = wait_for_process_one(process)
    wait_until_it_listens(first_process)
    os.kill(first_process, cancel)
    begun = time.monotonic()
    run = job.finish(process)
    assert time.monotonic() - begun < PATIENCE
    assert run.exit_code == 128 + cancel, run.log
    left = [path for path in (job.workspace / "state").rglob("*") if path.is_file()]
    assert left == []


def lay_large_report(path: Path, results: int) -> None:
    path.parent.mkdir(parents=True)
    entries = (
        {
            "check_id": f"rules.python.rule-{number % 50}",
            "path": f"src/module_{number % 997}.py",
            "start": {"line": number, "col": 1, "offset": 0},
            "end": {"line": number, "col": 20, "offset": 19},
            "extra": {
                "message": "Input reaches a query.",
                "metadata": {"cwe": ["CWE-89: SQL Injection"]},
                "severity": "ERROR",
                "fingerprint": f"{number:064x}",
                "lines": f"execute(query_{number})",
            },
        }
        for number in range(1, results + 1)
    )
    report = {"version": "1.130.0", "errors": [], "paths": {"scanned": []}, "results": list(entries)}
    path.write_text(json.dumps(report))


def wait_for_process_one(process: subprocess.Popen[str], timeout: float = 30) -> int:
    """Find the action's process as the host sees it: process 1 of a namespace below ours."""
    until = time.monotonic() + timeout
    while time.monotonic() < until and process.poll() is None:
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                numbers = next(line for line in status.read_text().splitlines() if line.startswith("NSpid")).split()[1:]
                command = (status.parent / "cmdline").read_bytes()
            except (OSError, StopIteration):
                continue
            if len(numbers) > 1 and numbers[-1] == "1" and command.startswith(b"/opt/onefold/bin/python\0"):
                return int(numbers[0])
        time.sleep(0.05)
    message = f"the action did not start within {timeout} s"
    raise TimeoutError(message)
