"""The README's one workflow, run as it stands there: from nothing to comment, Security tab and issue."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from aggregator.run.exits import Exit
from aggregator.settings import from_inputs
from aggregator.transport.exchange import Reply, Request
from tests.checkouts import Checkout, git
from tests.e2e.job import inputs_as_variables
from tests.e2e.repository import Ended, Repository, semgrep, sha
from tests.fakes.faults import Faults
from tests.fakes.github.hub import Run

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


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


def test_dependabot_and_forks_are_told_who_comments(repository: Repository) -> None:
    """Where the token only reads the comment is held, and the log says what would bring it about."""
    repository.push(1, "eval")
    for about in ({"fork": True}, {"sender": "dependabot[bot]"}):
        ended = repository.pull_request(100, "eval", "xss", base=1, dry_run=True, **about)
        assert ended.said("not: comment on pull request")
        assert ended.said("workflow_run")
    assert not repository.hub.forum.posts


def test_dependabot_is_not_told_to_be_given_a_permission(repository: Repository) -> None:
    """A refused upload of a run that Dependabot started names the way around, not the permission that the job has."""
    repository.push(1, "eval")
    reads = repository.hub.api_token("actions:read", "contents:read", "security-events:read", "pull-requests:read")
    ended = repository.pull_request(100, "eval", "xss", base=1, sender="dependabot[bot]", token=reads)
    assert ended.said("A run for Dependabot is given a token that only reads")
    assert not ended.said("security-events: write")


def test_a_pull_request_that_nobody_can_name_gets_no_comment(repository: Repository) -> None:
    """When GitHub does not say which pull request a followed run was about, none is guessed."""
    repository.push(1, "eval")
    repository.hub.commit(sha(100), sha(1))
    pull = repository.hub.forum.open_pull(sha(100), head_repository="mallory/shop")
    followed = {
        "id": 1,
        "event": "pull_request",
        "head_branch": "feature",
        "head_sha": sha(100),
        "head_repository": {"full_name": "mallory/shop"},
    }

    def follow(*, fails: bool) -> Ended:
        run = repository.hub.start_run(event="workflow_run", head_sha=sha(1))
        return repository.work(
            run,
            semgrep("eval", "xss"),
            event={"workflow_run": followed},
            faults=lambda _call, request: Reply(404) if fails and "/pulls?" in request.url else None,
        )

    assert follow(fails=True).said("Could not")
    assert not repository.hub.forum.below(pull.number)
    follow(fails=False)
    assert len(repository.hub.forum.below(pull.number)) == 1


def propose(repository: Repository, number: int, pull: int) -> Run:
    """Push a commit to a pull request; give its run, which has not begun."""
    repository.hub.commit(sha(number), sha(1))
    repository.hub.forum.threads[pull].pull.head_sha = sha(number)  # type: ignore[union-attr]
    return repository.hub.start_run(event="pull_request", head_sha=sha(number), head_branch="feature")


def scan(
    repository: Repository,
    run: Run,
    pull: int,
    *rules: str,
    faults: Faults | None = None,
    merge: str = "",
    **settings: Any,
) -> Ended:
    """Do the job of such a run, which is about the pull request's merge."""
    head = {"ref": "feature", "sha": run.head_sha, "repo": {"full_name": repository.hub.name}}
    return repository.work(
        run,
        semgrep(*rules),
        event={"pull_request": {"number": pull, "base": {"ref": "main"}, "head": head}},
        around={
            "base_ref": "main",
            "ref": f"refs/pull/{pull}/merge",
            "ref_name": f"{pull}/merge",
            "sha": merge or run.head_sha,
        },
        faults=faults,
        **settings,
    )


@pytest.fixture
def pull(repository: Repository) -> int:
    """A pull request, of a repository that has a past."""
    repository.push(1, "eval")
    return repository.hub.forum.open_pull(sha(1), head_repository=repository.hub.name).number


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("again", [False, True])
def test_an_older_commit_has_not_the_last_word(repository: Repository, pull: int, *, again: bool, fails: bool) -> None:
    """A run that ends after that of the next commit leaves the comment alone, where GitHub says which is the last."""
    slow = propose(repository, 100, pull)
    if again:
        scan(repository, slow, pull, "eval", "xss")
        slow = repository.hub.rerun(slow)
    scan(repository, propose(repository, 101, pull), pull, "eval", "shell")
    (post,) = repository.hub.forum.below(pull)
    newer = post.body

    def fail(_call: int, request: Request) -> Reply | None:
        return Reply(404) if fails and request.url.endswith(f"/pulls/{pull}") else None

    ended = scan(repository, slow, pull, "eval", "xss", faults=fail)
    assert (post.body == newer) is not fails
    assert ended.said("The comment is not written: the pull request has a newer commit") is not fails
    assert ("The comment is not written" in (ended.folder / "summary.md").read_text()) is not fails


def test_an_old_run_writes_no_comment_where_the_newer_commit_needs_none(repository: Repository, pull: int) -> None:
    """Asked for again after all was mended, it brings up nothing that was never on the pull request."""
    old = propose(repository, 100, pull)
    scan(repository, old, pull, "eval")
    scan(repository, propose(repository, 101, pull), pull, "eval")
    ended = scan(repository, repository.hub.rerun(old), pull, "eval", "xss")
    assert not repository.hub.forum.below(pull)
    assert ended.said("The comment is not written: the pull request has a newer commit")


@pytest.mark.parametrize("is_known", [False, True])
def test_a_commit_that_starts_no_run_silences_nobody(repository: Repository, pull: int, *, is_known: bool) -> None:
    """Where a formatter pushes while its commit is scanned, the run writes what it found: none comes after it."""
    if is_known:
        scan(repository, propose(repository, 100, pull), pull, "eval", "xss")
    run = propose(repository, 101, pull)
    repository.hub.forum.threads[pull].pull.head_sha = sha(102)  # type: ignore[union-attr]
    ended = scan(repository, run, pull, "eval", "shell")
    (post,) = repository.hub.forum.below(pull)
    assert ("Shell" in post.body, "Xss" in post.body) == (True, False)
    assert not ended.said("The comment is not written")
    scan(repository, repository.hub.rerun(run), pull, "eval")
    assert "All that was new here is fixed" in post.body


@pytest.mark.parametrize("is_head", [False, True])
def test_the_merge_or_the_head_is_compared_as_it_was_scanned(repository: Repository, *, is_head: bool) -> None:
    """Of a pull request whose target has gone on neither is anything new, nor is anything fixed."""
    repository.push(1, "eval")
    repository.push(2, "sql")
    checkout = Checkout(repository.folder / "checkout")
    head = checkout.commit({"app.py": "eval(x)\n"})
    merge = checkout.commit({"app.py": "sql(x)\n"})
    git(checkout.root, "checkout", "--quiet", "--detach", head if is_head else merge)
    repository.hub.commit(head, sha(1))
    repository.hub.commit(merge, sha(2), head)
    number = repository.hub.forum.open_pull(head, head_repository=repository.hub.name).number
    run = repository.hub.start_run(event="pull_request", head_sha=head, head_branch="feature")
    settings: dict[str, Any] = {"source_root": checkout.root, "fail_on": ("new:high",)}
    ended = scan(repository, run, number, "eval" if is_head else "sql", merge=merge, **settings)
    assert (ended.code, ended.outputs["new"], ended.outputs["fixed"]) == (Exit.OK, "0", "0")
    uploaded = repository.hub.scanning.analyses[-1]
    ref, commit = ("head", head) if is_head else ("merge", merge)
    assert (uploaded["ref"], uploaded["commit"]) == (f"refs/pull/{number}/{ref}", commit)


def test_an_upload_that_takes_its_time_is_said(repository: Repository) -> None:
    """GitHub may look into a file for longer than anybody waits; that is a remark, and no failure."""
    repository.hub.scanning.slow = 99
    ended = repository.push(1, "eval")
    assert ended.code is Exit.OK
    assert any("pending" in line or "still" in line for line in ended.console.warned), ended.console.warned


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


@pytest.mark.parametrize("name", ["one-job", "many-jobs", "dashboard", "forks-report"])
def test_what_an_example_grants_is_enough(tmp_path: Path, name: str) -> None:
    """With the permissions of an example, and the policy that its head asks for, nothing is refused in any run."""
    text = (ROOT / "examples" / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
    (granted,) = [
        each["permissions"] for each in yaml.safe_load(text)["jobs"].values() if "onefold/onefold" in str(each)
    ]
    policy = tmp_path / "onefold.yml"
    policy.write_text("\n".join(re.findall(r"^#   (.*)", text.partition("name:")[0], re.MULTILINE)))
    repository = Repository(tmp_path, is_private=name != "forks-report", settings={"config": policy})
    repository.token = repository.hub.api_token(*(f"{what}:{how}" for what, how in granted.items()))
    ended = [repository.push(1, "eval"), repository.push(2, "eval", "xss")]
    ended += [repository.pull_request(100, "eval", "sql", base=2)] if "pull-requests" in granted else []
    repository.hub.clock.pass_days(31)
    ended.append(repository.push(3, "eval"))
    ended.append(repository.work(repository.start(3, event="schedule"), semgrep("eval")))
    assert [each.code for each in ended] == [Exit.OK] * len(ended)
    assert not any(each.said("the token may not") for each in ended)


# GitHub takes `issues: write` for comments on pull requests as well.
@pytest.mark.parametrize("left_out", [("security-events",), ("issues",), ("pull-requests", "issues")])
@pytest.mark.parametrize("instead", ["none", "read"])
def test_a_permission_left_out_is_a_warning(
    tmp_path: Path, workflow: str, left_out: tuple[str, ...], instead: str
) -> None:
    """Whatever the workflow does not grant, the run ends well, says what is missing and does the rest."""
    repository = Repository(tmp_path)
    granted = job(workflow)["permissions"] | dict.fromkeys(left_out, instead)
    repository.token = repository.hub.api_token(*(f"{what}:{how}" for what, how in granted.items()))
    ended = [repository.push(1, "eval"), repository.pull_request(100, "eval", "xss", base=1)]
    repository.hub.clock.pass_days(31)
    ended.append(repository.push(2, "eval"))
    assert [each.code for each in ended] == [Exit.OK] * 3
    assert any(each.said(f"{left_out[0]}: ") for each in ended)
    assert len(repository.hub.artifacts) == 2
