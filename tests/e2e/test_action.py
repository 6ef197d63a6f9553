"""The action, started as the runner starts it, on real reports."""

import json
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.e2e.job import EXAMPLES, ROOT, Job, everything_below
from tests.signals import wait_until_it_listens


def lay(job: Job, name: str = "first") -> None:
    shutil.rmtree(job.workspace / "reports", ignore_errors=True)
    shutil.copytree(EXAMPLES / name, job.workspace / "reports")


def ids(job: Job) -> set[str]:
    findings = json.loads((job.workspace / "onefold-out/findings.json").read_bytes())["findings"]
    return {finding["id"] for finding in findings}


def test_reports_become_outputs_documents_and_a_summary(job: Job) -> None:
    """A run over real reports sets every declared output, writes what they name, and fills the summary."""
    lay(job)
    ended = job.run(reports="reports", state=".onefold-state")
    assert ended.exit_code == 0, ended.log
    declared = yaml.safe_load((ROOT / "action.yml").read_text())["outputs"]
    assert set(ended.outputs) == set(declared)
    for name, value in ended.outputs.items():
        if name.endswith("-file"):
            assert not value.startswith("/")
            assert (job.workspace / value).stat().st_size > 0
    assert int(ended.outputs["total"]) > 50
    assert (ended.outputs["new"], ended.outputs["verdict"]) == ("0", "pass")
    assert ended.summary == (job.workspace / ended.outputs["summary-file"]).read_text()


def test_credentials_are_masked_first(job: Job) -> None:
    """Before anything else the log masks the job's credentials, which appear nowhere else."""
    lay(job)
    ended = job.run(reports="reports")
    assert ended.log.splitlines()[0] == "::add-mask::runtime-t0ken"
    assert ended.log.count("runtime-t0ken") == 1


def test_same_reports_twice(job: Job) -> None:
    """The same reports a second time are nothing new and nothing fixed: the same findings under the same ids."""
    lay(job)
    job.run(reports="reports", state=".onefold-state")
    before = ids(job)
    ended = job.run(reports="reports", state=".onefold-state")
    assert (ended.outputs["new"], ended.outputs["fixed"]) == ("0", "0")
    assert ids(job) == before


def test_what_changed_is_told(job: Job) -> None:
    """After code moved, was mended and got new flaws the second run says what is new and what is fixed."""
    lay(job)
    job.run(reports="reports", state=".onefold-state")
    lay(job, "second")
    ended = job.run(reports="reports", state=".onefold-state", on_incomplete="warn", fail_on="new:high")
    assert ended.exit_code == 1
    assert int(ended.outputs["new"]) > 0
    assert int(ended.outputs["fixed"]) > 0
    assert ended.outputs["verdict"] == "fail"
    assert "moved from shop/orders.py to shop/checkout.py" in ended.log


def test_failed_scanner_closes_nothing(job: Job) -> None:
    """The report that was cut off is named with its reason, ends with code 3, and none of its findings is closed."""
    lay(job)
    job.run(reports="reports", state=".onefold-state")
    lay(job, "second")
    ended = job.run(reports="reports", state=".onefold-state")
    assert ended.exit_code == 3, ended.log
    assert "reports/trivy-image.json" in ended.log
    findings = json.loads((job.workspace / "onefold-out/findings.json").read_bytes())["findings"]
    of_image = [finding for finding in findings if finding["kind"] == "container"]
    assert of_image
    assert [finding["id"] for finding in of_image if finding.get("baseline") == "absent"] == []


def test_annotations_stay_within_the_runners_limits(job: Job) -> None:
    """Of each kind of annotation there are ten at most, and nothing else is commanded but the masks."""
    lay(job)
    ended = job.run(reports="reports", fail_on="any:info")
    kinds = [command.name for command in ended.commands]
    assert set(kinds) <= {"add-mask", "error", "warning", "notice"}
    assert all(kinds.count(kind) <= 10 for kind in ("error", "warning", "notice"))
    assert kinds.count("error") == 10
    assert all(len(command.data) <= 4096 for command in ended.commands)


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"reports": "reports"}, 0),
        ({}, 0),
        ({"reports": "reports", "fail_on": "any:low"}, 1),
        ({"reports": "reports", "fail_on": "sometimes"}, 2),
        ({"reports": "reports", "config": "nowhere.yml"}, 2),
        ({"reports": "reports\nnowhere.json"}, 3),
        ({"reports": "gitleaks=reports/semgrep.json"}, 3),
        ({"reports": "reports\nnowhere.json", "on_incomplete": "warn"}, 0),
        ({"reports": "reports\nnowhere.json", "fail_on": "any:low"}, 1),
        ({"reports": "reports", "output_dir": "reports/semgrep.json"}, 4),
        ({"reports": "nowhere.json", "output_dir": "reports/semgrep.json"}, 3),
    ],
)
def test_exit_codes(job: Job, inputs: dict[str, str], code: int) -> None:
    """Each exit code is what the README says, alone and when several hold."""
    lay(job)
    ended = job.run(**inputs)
    assert ended.exit_code == code, ended.log


def test_mistake_is_an_annotation(job: Job) -> None:
    """A wrong input is told as an error of the step that names the input and quotes no value."""
    ended = job.run(on_incomplete="hunter2")
    (error,) = [command for command in ended.commands if command.name == "error"]
    assert "input on-incomplete" in error.data
    assert "hunter2" not in ended.log


def test_dry_run_writes_nothing(job: Job) -> None:
    """A dry run changes no byte of the workspace, sets no output, and says what it would have done."""
    lay(job)
    before = everything_below(job.workspace)
    ended = job.run(reports="reports", state=".onefold-state", dry_run="true")
    assert ended.exit_code == 0
    assert everything_below(job.workspace) == before
    assert (ended.outputs, ended.summary) == ({}, "")
    assert "save the state to .onefold-state/" in ended.log


def test_pull_request_reads_and_does_not_write(job: Job) -> None:
    """A pull request is compared with its target's state and leaves it as it is."""
    lay(job)
    job.run(reports="reports", state=".onefold-state")
    before = everything_below(job.workspace / ".onefold-state")
    lay(job, "second")
    pull = replace(job, environment={"GITHUB_BASE_REF": "main", "GITHUB_REF_NAME": "7/merge"})
    ended = pull.run(reports="reports", state=".onefold-state", on_incomplete="warn")
    assert int(ended.outputs["new"]) > 0
    assert ended.outputs["state-file"] == ""
    assert everything_below(job.workspace / ".onefold-state") == before


def test_other_branch_has_its_own_memory(job: Job) -> None:
    """Findings of another branch are another line: a first run there is a baseline."""
    lay(job)
    job.run(reports="reports", state=".onefold-state")
    other = replace(job, environment={"GITHUB_REF_NAME": "release"})
    assert "First run on this line" in other.run(reports="reports", state=".onefold-state").log
    assert len(everything_below(job.workspace / ".onefold-state")) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_cancelled_run_leaves_nothing_half_written(job: Job, number: signal.Signals) -> None:
    """A run that is cancelled ends at once, with its state as it was and no half file anywhere."""
    lay(job)
    job.run(reports="reports", state=".onefold-state")
    before = everything_below(job.workspace / ".onefold-state")
    lay_large_report(job.workspace / "large.json", 40_000)
    process = job.start({"reports": "large.json", "state": ".onefold-state"})
    wait_until_it_listens(process.pid)
    process.send_signal(number)
    begun = time.monotonic()
    ended = job.finish(process)
    assert time.monotonic() - begun < 10
    assert ended.exit_code == 128 + number, ended.log
    assert everything_below(job.workspace / ".onefold-state") == before
    assert [path.name for path in (job.workspace / "onefold-out").iterdir() if path.name.startswith(".")] == []


def lay_large_report(path: Path, results: int) -> None:
    entries = [
        {
            "check_id": f"python.rule-{number % 50}",
            "path": f"src/module_{number % 997}.py",
            "start": {"line": number, "col": 1, "offset": 0},
            "end": {"line": number, "col": 20, "offset": 19},
            "extra": {"message": "Input.", "metadata": {}, "severity": "ERROR", "lines": f"execute({number})"},
        }
        for number in range(1, results + 1)
    ]
    path.write_text(json.dumps({"version": "1.130.0", "errors": [], "paths": {"scanned": []}, "results": entries}))
