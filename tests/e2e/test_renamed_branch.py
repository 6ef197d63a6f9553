"""A default branch gets another name: what was remembered goes on under it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import EXAMPLES, onefold
from tests.e2e.repository import Ended, Repository, semgrep

POLICY = "state: {former-branches: [old, main]}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Its branch main, seen with two flaws 25 days ago, is called trunk now."""
    repository = Repository(tmp_path)
    repository.push(1, "eval", "shell")
    repository.hub.clock.pass_days(25)
    repository.hub.default_branch = "trunk"
    repository.hub.branches["trunk"] = repository.hub.branches.pop("main")
    return repository


def push(repository: Repository, number: int, *rules: str, policy: str = POLICY, **settings: Any) -> Ended:
    """A push to the branch of the new name."""
    (repository.folder.parent / f"{repository.folder.name}.yml").write_text(policy)
    config = repository.folder.parent / f"{repository.folder.name}.yml"
    run = repository.start(number, head_branch="trunk")
    return repository.work(run, semgrep(*rules), config=config, **settings)


def first_seen(ended: Ended) -> dict[str, str]:
    """The day on which each finding was first seen, by id."""
    return {each["id"]: each["first_seen"] for each in ended.findings["findings"]}


@pytest.mark.parametrize("branch", ["", "main"])
def test_the_memory_goes_on(repository: Repository, branch: str) -> None:
    """The former name is said: the first run goes on from there, the next one from its own state."""
    renamed = push(repository, 2, "eval", "shell", "xss", branch=branch)
    assert (renamed.is_baseline, renamed.outputs["new"]) == (False, "1")
    assert renamed.said("that of its former name, main, goes on")
    after = push(repository, 3, "eval", "xss", branch=branch)
    assert (after.outputs["new"], after.outputs["fixed"]) == ("0", "1")
    assert first_seen(renamed).items() >= first_seen(after).items()
    assert not after.said("former name")


def test_a_change_is_compared_with_it(repository: Repository) -> None:
    """A pull request before the first push to the new name."""
    repository.hub.branches["main"] = repository.hub.branches["trunk"]
    event = {"pull_request": {"number": 7, "base": {"ref": "trunk"}, "head": {"ref": "feature", "repo": None}}}
    repository.hub.commit("f" * 40, repository.hub.branches["trunk"])
    run = repository.hub.start_run(event="pull_request", head_sha="f" * 40, head_branch="feature")
    config = repository.folder.parent / "policy.yml"
    config.write_text(POLICY)
    around = {"base_ref": "trunk", "ref": "refs/pull/7/merge", "ref_name": "7/merge"}
    ended = repository.work(run, semgrep("eval", "xss"), event=event, around=around, config=config)
    assert (ended.outputs["new"], ended.outputs["fixed"]) == ("1", "1")


def test_without_the_name_the_baseline_says_what_helps(repository: Repository) -> None:
    """Nothing is taken from a branch that nobody named."""
    ended = push(repository, 2, "eval", "shell", policy="state: {former-branches: [develop]}\n", verbose=True)
    assert ended.is_baseline
    assert ended.said("state.former-branches")


def test_in_a_folder(tmp_path: Path) -> None:
    """The same where the state lies in a folder."""
    (tmp_path / "policy.yml").write_text(POLICY)
    report = str(EXAMPLES / "first" / "semgrep.json")
    seen = []
    for day, branch in enumerate(("main", "trunk", "trunk"), start=1):
        given = ["--state", "state", "--branch", branch, "--now", f"2026-10-0{day}T08:00:00Z", "--config", "policy.yml"]
        assert onefold("run", report, *given, cwd=tmp_path).returncode == 0
        told = json.loads((tmp_path / "onefold-out" / "findings.json").read_bytes())
        seen.append({each["id"]: each["first_seen"] for each in told["findings"]})
        assert (told["run"]["branch"], told["run"]["is_baseline"]) == (branch, day == 1)
    assert seen[0] == seen[1] == seen[2]
