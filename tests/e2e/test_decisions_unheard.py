"""What people decided in several places, in runs that hear some of them or none; what one tool marks, another not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.run.exits import Exit
from tests.e2e.repository import Ended, Repository, sha
from tests.fakes.github.hub import WORKFLOW

DECISIONS = ".github/workflows/decisions.yml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one late finding, the issue about it, and an exceptions file that says nothing yet."""
    policy, exceptions = tmp_path / "onefold.yml", tmp_path / "exceptions.yml"
    policy.write_text(f"state: {{producers: [{WORKFLOW}]}}\ngate: {{fail-on: [breached]}}\n")
    exceptions.write_text("exceptions: []\n")
    made = Repository(tmp_path / "runs", settings={"config": policy, "exceptions": exceptions})
    made.folder.mkdir()
    made.hub.forum.collaborators = {"kim": "write"}
    made.push(1, "eval")
    made.hub.clock.pass_days(31)
    assert made.push(2, "eval").code is Exit.GATE
    return made


def day(repository: Repository, days: int) -> str:
    """A day from now on."""
    return f"{datetime.fromtimestamp(repository.hub.clock.now(), UTC) + timedelta(days=days):%Y-%m-%d}"


def say(repository: Repository, words: str) -> None:
    """A command below the issue."""
    (number,) = repository.hub.forum.threads
    repository.hub.forum.comment(number, words, author="kim")


def status(ended: Ended) -> str:
    """What holds for the one finding."""
    (only,) = ended.findings["findings"]
    return str(only["status"])


def test_what_is_judged_on_the_issue_outlives_an_exception_unheard(repository: Repository) -> None:
    """When the exception ends, a run without issues and one for a pull request go on with what the issue says."""
    say(repository, "/onefold false-positive because the input is constant")
    assert status(repository.push(3, "eval")) == "false_positive"
    repository.settings["exceptions"].write_text(
        f"exceptions: [{{status: risk_accepted, reason: r, owner: kim, expires: {day(repository, 9)}, path: app.py}}]\n"
    )
    assert status(repository.push(4, "eval")) == "risk_accepted"
    repository.hub.clock.pass_days(11)
    for fork in (False, True):
        asked = repository.pull_request(50 + fork, "eval", base=4, fork=fork)
        assert (asked.code, status(asked)) == (Exit.OK, "false_positive")
    may = repository.token
    repository.token = repository.hub.api_token("actions:read", "contents:read", "security-events:write")
    deaf = repository.push(5, "eval")
    repository.token = may
    assert (deaf.code, status(deaf)) == (Exit.OK, "false_positive")
    assert status(repository.push(6, "eval")) == "false_positive"
    (alert,), issue = repository.hub.scanning.alerts.values(), repository.hub.forum.threads[1]
    assert (alert.state("refs/heads/main"), issue.is_open) == ("dismissed", False)


def test_the_workflow_for_decisions_opens_no_issue_that_an_alert_settles(repository: Repository) -> None:
    """It may not read alerts: what was dismissed there still holds when the acceptance on the issue ends."""
    say(repository, f"/onefold accept until {day(repository, 5)} because of the freeze")
    repository.push(3, "eval")
    (alert,), (issue,) = repository.hub.scanning.alerts.values(), repository.hub.forum.threads.values()
    repository.hub.scanning.dismiss(alert.number, by="kim", reason="false positive", comment="constant input")
    assert status(repository.push(4, "eval")) == "risk_accepted"
    repository.hub.clock.pass_days(7)
    may = repository.token
    repository.token = repository.hub.api_token("actions:read", "contents:read", "issues:write")
    run = repository.hub.start_run(event="issue_comment", path=DECISIONS, head_sha=sha(4))
    answered = repository.work(run, b"{}", event={"issue": {"number": issue.number}}, reports=())
    repository.token = may
    assert (status(answered), issue.is_open) == ("false_positive", False)
    assert (status(repository.push(5, "eval")), issue.is_open) == ("false_positive", False)


def sarif(tool: str, rule: str, **marks: Any) -> bytes:
    """One high flaw at one place, by one tool."""
    region = {"startLine": 10, "snippet": {"text": 'db.execute("select " + name)'}}
    where = {"physicalLocation": {"artifactLocation": {"uri": "app.py"}, "region": region}}
    rules = [{"id": rule, "properties": {"security-severity": "8.1"}}]
    row = {"ruleId": rule, "message": {"text": rule}, "locations": [where], **marks}
    run = {"tool": {"driver": {"name": tool, "rules": rules}}, "results": [row]}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


def test_a_mark_of_one_tool_moves_nothing_that_another_one_reports(tmp_path: Path) -> None:
    """Semgrep is told to pass it over and runs on every push; CodeQL reports it once a week: it stays late in both."""
    policy = tmp_path / "onefold.yml"
    policy.write_text("upload: {already-uploaded: []}\n")
    repository = Repository(tmp_path / "runs", settings={"config": policy})
    nosem = {"suppressions": [{"kind": "inSource", "justification": "nosem"}]}
    marked = sarif("Semgrep", "python.lang.security.sql-injection", **nosem)
    plain = sarif("CodeQL", "py/sql-injection")

    def work(number: int, *reports: bytes) -> Ended:
        names = [tmp_path / f"{place}.sarif" for place, _ in enumerate(reports)]
        for name, report in zip(names, reports, strict=True):
            name.write_bytes(report)
        return repository.work(repository.start(number), b"{}", reports=tuple(map(str, names)))

    repository.folder.mkdir()
    work(1, marked, plain)
    repository.hub.clock.pass_days(31)
    for number, report in enumerate((plain, marked) * 3, 2):
        assert status(work(number, report)) == "active"
        repository.hub.clock.pass_days(1)
    (alert,), (issue,) = repository.hub.scanning.alerts.values(), repository.hub.forum.threads.values()
    assert (alert.state("refs/heads/main"), issue.is_open) == ("open", True)
    assert list(repository.hub.forum.below(issue.number)) == []
