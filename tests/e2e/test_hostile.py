"""Reports written by an attacker: their text stays text, in the log, in the file commands and in every document."""

import json
from pathlib import Path

import pytest

from tests.e2e.job import Ended, Job, everything_below

EVIL = (
    "::set-output name=total::0\n::add-mask::e\r::error::evil\n##[add-mask]evil\n##[group]evil"
    "\x1b[2J\u202e\u2028::stop-commands::x\x85::debug::evil\n\nevil<<EOF\nevil=1\n</details><img src=x>@octocat #1 |`"
)
OUTPUT_NAMES = {
    "total",
    "new",
    "fixed",
    "breached",
    "verdict",
    "sarif-file",
    "upload-sarif-file",
    "findings-file",
    "csv-file",
    "summary-file",
    "vex-file",
    "dashboard-file",
    "report-file",
    "evidence-file",
    "state-artifact",
    "state-file",
}


def semgrep() -> object:
    return {
        "version": EVIL,
        "errors": [{"code": 3, "level": "warn", "type": EVIL, "message": EVIL, "path": EVIL}],
        "paths": {"scanned": ["a.py"]},
        "results": [
            {
                "check_id": EVIL,
                "path": f"a/{EVIL}.py",
                "start": {"line": 1, "col": 1, "offset": 0},
                "end": {"line": 1, "col": 2, "offset": 1},
                "extra": {
                    "message": EVIL,
                    "metadata": {"cwe": [EVIL], "references": [EVIL], "confidence": EVIL},
                    "severity": "ERROR",
                    "lines": EVIL,
                    "fingerprint": EVIL,
                },
            }
        ],
    }


def sarif() -> object:
    place = {"physicalLocation": {"artifactLocation": {"uri": EVIL}, "region": {"startLine": 1}}}
    rule = {"id": EVIL, "name": EVIL, "help": {"text": EVIL, "markdown": EVIL}, "shortDescription": {"text": EVIL}}
    result = {"ruleId": EVIL, "level": "error", "message": {"text": EVIL, "markdown": EVIL}, "locations": [place]}
    driver = {"name": EVIL, "version": EVIL, "rules": [rule]}
    return {
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "automationDetails": {"id": EVIL}, "results": [result]}],
    }


def gitleaks() -> object:
    text = dict.fromkeys(("RuleID", "Description", "Match", "File", "Commit", "Author", "Email", "Message"), EVIL)
    return [
        {**text, "Secret": "evil-secret", "StartLine": 1, "EndLine": 1, "StartColumn": 1, "EndColumn": 2, "Tags": []}
    ]


def prowler() -> object:
    return [
        {
            "metadata": {"event_code": EVIL, "product": {"name": "Prowler", "version": EVIL}, "version": "1.4.0"},
            "class_uid": 2004,
            "severity": "High",
            "severity_id": 4,
            "status": "New",
            "status_code": "FAIL",
            "status_detail": EVIL,
            "message": EVIL,
            "finding_info": {"title": EVIL, "uid": EVIL, "desc": EVIL},
            "resources": [{"uid": EVIL, "name": EVIL, "type": EVIL, "region": EVIL, "group": {"name": EVIL}}],
            "cloud": {"provider": "aws", "account": {"uid": EVIL, "name": EVIL}, "region": EVIL},
            "remediation": {"desc": EVIL, "references": [EVIL]},
            "unmapped": {"compliance": {EVIL: [EVIL]}},
        }
    ]


@pytest.fixture
def ended(job: Job) -> Ended:
    """Run the action, as talkative as it gets, on reports whose every text is an attack."""
    folder = job.workspace / "reports"
    folder.mkdir()
    for name, report in (("s", semgrep()), ("x", sarif()), ("g", gitleaks()), ("p", prowler())):
        (folder / f"{name}.json").write_text(json.dumps(report))
    (folder / "::error::evil\n##[group]evil.json").write_text('{"version": "2.1.0", "runs": [')
    done = job.run(reports="reports", fail_on="any:info", verbose="true", state="state")
    assert done.exit_code == 1, done.log
    return done


def test_log_has_no_foreign_command(ended: Ended) -> None:
    """The runner finds no command in the log but our masks and our annotations."""
    assert {command.name for command in ended.commands} == {"add-mask", "error", "warning"}
    masked = [command.data for command in ended.commands if command.name == "add-mask"]
    assert masked == ["runtime-t0ken", "job-t0ken"]
    ours = ("file=", "title=")
    assert all(command.properties.startswith(ours) for command in ended.commands if command.name != "add-mask")


def test_log_drives_no_terminal(ended: Ended) -> None:
    """No control character and no change of direction reaches the log."""
    assert set(ended.log) & set("\x1b\x85\u2028\u202e\r") == set()


def test_outputs_are_ours(ended: Ended) -> None:
    """No report adds an output or changes one."""
    assert set(ended.outputs) == OUTPUT_NAMES
    assert int(ended.outputs["total"]) >= 3


def test_summary_is_text(ended: Ended) -> None:
    """The summary closes no block it did not open, shows no foreign picture and calls nobody."""
    assert ended.summary.count("<details>") == ended.summary.count("</details>")
    assert "<img" not in ended.summary
    assert "@octocat" not in ended.summary


def test_secret_stays_inside(ended: Ended, job: Job) -> None:
    """The secret that one of the reports gives away is in nothing that was written."""
    assert "evil-secret" not in ended.log + ended.summary
    for folder in ("onefold-out", "state"):
        for name, data in everything_below(job.workspace / folder).items():
            assert b"evil-secret" not in data, name


def test_no_file_is_written_elsewhere(ended: Ended, job: Job) -> None:
    """Whatever a report calls its tool or its paths, files are written in the two folders only."""
    assert {path.name for path in job.workspace.iterdir()} == {"reports", "onefold-out", "state"}
    names = {path.name for path in (job.workspace / "onefold-out").rglob("*")}
    assert names == {"merged.sarif", "upload.sarif", "findings.json", "findings.csv", "summary.md", "dashboard.html"}
    assert all(Path(name).suffix == ".json" for name in (path.name for path in (job.workspace / "state").iterdir()))
