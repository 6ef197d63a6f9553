"""The README's one workflow, run as it stands there: from nothing to comment, Security tab and issue."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from aggregator.run.exits import Exit
from aggregator.settings import from_inputs
from tests.e2e.job import inputs_as_variables
from tests.e2e.repository import Repository

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def workflow() -> str:
    """The only block of the README that is a whole workflow."""
    (found,) = [text for text in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL) if text.startswith("name:")]
    return str(found)


def job(workflow: str) -> dict[str, Any]:
    (found,) = yaml.safe_load(workflow)["jobs"].values()
    return dict(found)


@pytest.fixture
def repository(tmp_path: Path, workflow: str) -> Repository:
    """A repository whose jobs may do what the workflow says, and no more."""
    made = Repository(tmp_path)
    made.token = made.hub.api_token(*(f"{what}:{how}" for what, how in job(workflow)["permissions"].items()))
    return made


def wishes(workflow: str) -> dict[str, Any]:
    """What the step asks for, read as the action reads it; where the report lies is the test's affair."""
    (step,) = [step for step in job(workflow)["steps"] if step.get("uses", "").startswith("onefold/")]
    settings = from_inputs(inputs_as_variables(step["with"]))
    return {name: getattr(settings, name) for name in ("state", "fail_on", "on_incomplete", "dry_run")}


def test_it_is_short(workflow: str) -> None:
    """Nobody reads a long one."""
    assert len(workflow.splitlines()) < 40


def test_from_nothing_to_comment_tab_and_issue(repository: Repository, workflow: str) -> None:
    """A baseline, a pull request with one new flaw, its merge, and the day its SLA is over."""
    asked, hub = wishes(workflow), repository.hub
    first = repository.push(1, "eval", **asked)
    assert (first.code, first.outputs["verdict"]) == (Exit.OK, "inconclusive")
    assert [alert.state("refs/heads/main") for alert in hub.scanning.alerts.values()] == ["open"]
    proposed = repository.pull_request(100, "eval", "xss", base=1, **asked)
    assert (proposed.code, proposed.outputs["new"]) == (Exit.GATE, "1")
    (thread,) = hub.forum.threads
    (comment,) = hub.forum.below(thread)
    assert "Xss" in comment.body
    assert "Eval" not in comment.body
    merged = repository.push(2, "eval", "xss", **asked)
    assert merged.outputs["new"] == "1"
    assert len(hub.scanning.alerts) == 2
    hub.clock.pass_days(31)
    late = repository.push(3, "eval", "xss", **asked)
    assert (late.code, late.outputs["breached"]) == (Exit.GATE, "2")
    issues = [each for each in hub.forum.threads.values() if each.pull is None]
    assert len(issues) == 2
    assert all(each.is_open and "onefold" in each.labels for each in issues)
    fixed = repository.push(4, **asked)
    assert fixed.outputs["fixed"] == "2"
    assert [each.is_open for each in hub.forum.threads.values() if each.pull is None] == [False, False]
    assert {alert.state("refs/heads/main") for alert in hub.scanning.alerts.values()} == {"fixed"}
