"""The memory that is kept in workflow artifacts: who writes it, who reads it, and what it survives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aggregator.run.exits import Exit
from aggregator.settings import Runtime
from aggregator.transport.exchange import Reply
from aggregator.writers.issue_marks import comment_mark, issue_mark
from tests.e2e.repository import PERMISSIONS, Repository, semgrep, sha
from tests.fakes.github.hub import WORKFLOW


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def pull_request(number: int, *, fork: bool = False) -> dict[str, Any]:
    """Give the event of a pull request whose head is this commit."""
    owner = "mallory/shop" if fork else "octo/shop"
    head = {"ref": "main", "sha": sha(number), "repo": {"full_name": owner}}
    return {"pull_request": {"number": 7, "base": {"ref": "main"}, "head": head}}


def names(repository: Repository) -> list[str]:
    return [artifact.name for artifact in repository.hub.artifacts.values()]


def test_the_first_run_is_the_baseline_and_the_second_knows_it(repository: Repository) -> None:
    """A first run calls nothing new and keeps its state; the next one goes on from it."""
    first = repository.push(1, "eval", "shell")
    assert first.code is Exit.OK
    assert first.outputs["state-artifact"] == names(repository)[0]
    assert (first.outputs["state-file"], first.outputs["new"]) == ("", "0")
    second = repository.push(2, "eval", "shell", "xss")
    assert (second.outputs["new"], second.outputs["total"]) == ("1", "3")
    assert first.open_ids.items() <= second.open_ids.items()
    assert len(names(repository)) == 2
    third = repository.push(3, "shell", "xss")
    assert (third.outputs["fixed"], third.outputs["new"]) == ("1", "0")


@pytest.mark.parametrize("fork", [False, True])
def test_a_pull_request_is_compared_with_where_it_left_its_branch(repository: Repository, *, fork: bool) -> None:
    """A pull request reads the newest state at or before its merge base, and writes none."""
    repository.push(1, "eval")
    repository.push(2, "eval", "shell")
    repository.push(3, "eval", "shell", "xss")
    repository.hub.commit(sha(100), sha(2))
    run = repository.hub.start_run(
        event="pull_request", head_sha=sha(100), head_branch="main", fork=2002 if fork else None
    )
    around = {"base_ref": "main", "ref_name": "7/merge", "runtime": None}
    ended = repository.work(
        run, semgrep("eval", "shell", "sql"), event=pull_request(100, fork=fork), around=around, fail_on=("new:high",)
    )
    assert ended.code is Exit.GATE
    assert (ended.outputs["new"], ended.outputs["fixed"]) == ("1", "0")  # xss came to the branch later
    assert ended.outputs["state-artifact"] == ""
    assert len(names(repository)) == 3


def test_a_change_from_before_the_first_run_is_told_to_catch_up(repository: Repository) -> None:
    """A pull request that left its target before the first state was written is not told that there is none."""
    repository.hub.commit(sha(1))
    repository.push(2, "eval")
    ended = repository.pull_request(100, "eval", "sql", base=1, fail_on=("new:high",))
    assert (ended.code, ended.outputs["verdict"]) == (Exit.OK, "inconclusive")
    (text,) = [post.body for thread in repository.hub.forum.threads for post in repository.hub.forum.below(thread)]
    assert "There are earlier runs on main, but of commits that this change does not contain" in text
    assert "first run" not in text
    assert ended.said("The earlier runs are of commits that this change does not contain")


def test_a_merge_queue_only_compares(repository: Repository) -> None:
    """A merge queue's run is compared with its target and leaves no state."""
    repository.push(1, "eval")
    repository.hub.commit(sha(100), sha(1))
    run = repository.hub.start_run(event="merge_group", head_sha=sha(100), head_branch="gh-readonly-queue/main/pr-7")
    event = {"merge_group": {"base_ref": "refs/heads/main"}}
    ended = repository.work(run, semgrep("eval", "sql"), event=event)
    assert (ended.outputs["new"], ended.outputs["state-artifact"]) == ("1", "")
    assert len(names(repository)) == 1


@pytest.mark.parametrize(("followed", "writes"), [("push", True), ("schedule", True), ("pull_request", False)])
def test_a_run_that_follows_is_trusted_as_what_it_follows(
    repository: Repository, followed: str, *, writes: bool
) -> None:
    """After a push a ``workflow_run`` run writes, and is read again; after a pull request it only compares."""
    repository.push(1, "eval")
    repository.hub.commit(sha(2), sha(1))
    run = repository.hub.start_run(event="workflow_run", head_sha=sha(1))
    event = {
        "workflow_run": {
            "event": followed,
            "head_branch": "main",
            "head_sha": sha(2),
            "head_repository": {"full_name": "octo/shop"},
        }
    }
    ended = repository.work(run, semgrep("eval", "shell"), event=event)
    assert ended.outputs["new"] == "1"
    assert bool(ended.outputs["state-artifact"]) is writes
    after = repository.push(3, "eval", "shell")
    assert after.outputs["new"] == ("0" if writes else "1")


def test_what_follows_a_tag_uploads_and_writes_nothing(repository: Repository) -> None:
    """GitHub calls the tag a branch, and there is none of that name."""
    policy = repository.folder / "onefold.yml"
    policy.write_text("state: {branches: [main, 'v*']}\n")
    repository.push(1, "eval", config=policy)
    run = repository.hub.start_run(event="workflow_run", head_sha=sha(1))
    tagged = {"id": 1, "event": "push", "head_branch": "v1.0.0", "head_sha": sha(1)}
    event = {"workflow_run": {**tagged, "head_repository": {"full_name": "octo/shop"}}}
    ended = repository.work(run, semgrep("eval", "xss"), event=event, config=policy)
    assert (ended.outputs["new"], ended.outputs["state-artifact"]) == ("1", "")
    assert {each["ref"] for each in repository.hub.scanning.analyses} == {"refs/heads/main"}


@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
def test_another_branch_reads_and_does_not_write(repository: Repository, event: str) -> None:
    """A branch without a memory of its own is compared with where it left the default branch, which has gone on."""
    repository.push(1, "eval")
    repository.push(2, "sql")
    repository.hub.commit(sha(100), sha(1))
    run = repository.hub.start_run(event=event, head_sha=sha(100), head_branch="feature")
    ended = repository.work(run, semgrep("eval", "xss"), fail_on=("new:high",))
    assert (ended.outputs["new"], ended.outputs["fixed"], ended.outputs["state-artifact"]) == ("1", "0", "")
    assert sorted(each["baseline"] for each in ended.findings["findings"]) == ["new", "unchanged"]
    assert len(names(repository)) == 2


def test_branches_of_the_policy_have_lines_of_their_own(repository: Repository) -> None:
    """A branch that the policy names writes a memory that the default branch never sees."""
    policy = repository.folder / "onefold.yml"
    policy.write_text("state: {branches: [main, 'release/*']}\n")
    repository.push(1, "eval", config=policy)
    release = [
        repository.work(repository.start(number, head_branch="release/1"), semgrep("eval", "old"), config=policy)
        for number in (2, 3)
    ]
    assert [ended.outputs["new"] for ended in release] == ["0", "0"]
    assert not release[1].is_baseline
    assert repository.push(4, "eval", config=policy).outputs["fixed"] == "0"


def test_a_fork_is_compared_with_the_branch_that_it_will_join(repository: Repository) -> None:
    """After a run of a fork's pull request the target is the one GitHub tells, not the branch that is run on."""
    policy = repository.folder / "onefold.yml"
    policy.write_text("state: {branches: [main, 'release/*']}\n")
    repository.push(1, "eval", config=policy)
    repository.hub.commit(sha(2), sha(1))
    repository.hub.branches["release/1"] = sha(2)
    released = repository.hub.start_run(head_sha=sha(2), head_branch="release/1")
    repository.work(released, semgrep("eval", "old"), config=policy)
    repository.hub.commit(sha(100), sha(2))
    repository.hub.forum.open_pull(sha(100), head_repository="mallory/shop", base_branch="release/1")
    head = {"head_branch": "feature", "head_sha": sha(100), "head_repository": {"full_name": "mallory/shop"}}
    run = repository.hub.start_run(event="workflow_run", head_sha=sha(1))
    event = {"workflow_run": {"id": 1, "event": "pull_request", **head}}
    ended = repository.work(run, semgrep("eval", "old"), event=event, config=policy)
    assert ended.findings["run"]["branch"] == "release/1"
    assert (ended.outputs["new"], ended.outputs["fixed"], ended.outputs["state-artifact"]) == ("0", "0", "")


def test_another_attempt_does_not_count_twice(repository: Repository) -> None:
    """Asked for again, a run calls new what it called new before, and its state stands beside the first one."""
    repository.push(1, "eval")
    started = repository.start(2)
    first = repository.work(started, semgrep("eval", "xss"))
    again = repository.work(repository.hub.rerun(started), semgrep("eval", "xss"))
    assert (first.outputs["new"], again.outputs["new"]) == ("1", "1")
    assert first.open_ids == again.open_ids
    assert repository.push(3, "eval", "xss").outputs["new"] == "0"


def test_a_run_that_spent_its_calls_on_issues_is_remembered(repository: Repository) -> None:
    """After a lost state all issues are read anew: where they are too many for a run, nothing else fails with them."""
    forum, clock = repository.hub.forum, repository.hub.clock
    for number in range(210):
        issue = forum.open_issue("Mend it", issue_mark(f"F-{number}"), labels=("onefold",))
        forum.comment(issue.number, comment_mark("closed", "2026-01-01"))
        issue.is_open, issue.state_reason, issue.closed_at = False, "completed", clock.now()
    first = repository.push(1, "eval")
    assert (first.code, first.said("as many calls as it may")) == (Exit.DELIVERY, True)
    assert len(repository.hub.scanning.alerts) == 1
    assert not repository.push(2, "eval").is_baseline


def test_jobs_of_one_run_lose_nothing(repository: Repository) -> None:
    """Two jobs that save one line in the same run leave two states, and the next run knows both."""
    repository.push(1, "eval")
    started = repository.start(2)
    repository.work(started, semgrep("eval", "xss"))
    repository.work(started, semgrep("eval", "xss", "sql"))
    assert names(repository)[-1] == f"{names(repository)[0]}-2"
    assert repository.push(3, "eval", "xss", "sql").outputs["new"] == "0"


def test_keys_of_a_matrix_are_memories_of_their_own(repository: Repository) -> None:
    """Jobs with a key each do not see each other."""
    repository.push(1, "eval", state_key="web")
    other = repository.push(2, "shell", state_key="shop")
    assert other.is_baseline
    assert repository.push(3, "eval", state_key="web").outputs["fixed"] == "0"


def test_a_planted_state_is_passed_over(repository: Repository) -> None:
    """What a fork, a pull request or another workflow put under our name is refused, and the honest state is read."""
    repository.push(1, "eval")
    ((_, honest),) = repository.hub.artifacts.items()
    emptied = repository.push(2)
    assert emptied.outputs["fixed"] == "1"
    planted = repository.hub.artifacts.popitem()[1].content
    for about in (
        {"event": "pull_request", "fork": 666, "head_branch": "main"},
        {"event": "pull_request", "head_branch": "main"},
        {"path": ".github/workflows/other.yml"},
    ):
        repository.hub.publish(honest.name, planted, repository.start(3, **about))
    repository.hub.publish(honest.name, b"PK\x03\x04 no archive", repository.start(3))
    repository.hub.publish(honest.name, planted, repository.start(3), digest="sha256:" + "0" * 64)
    ended = repository.push(4, "eval", verbose=True)
    assert (ended.outputs["new"], ended.outputs["total"]) == ("0", "1")
    for reason in ("comes from a fork", "not on the branch yet", "another workflow made it", "digest differs"):
        assert ended.said(reason), reason


def test_states_of_a_renamed_workflow_are_believed_when_it_is_listed(repository: Repository) -> None:
    """The policy lists the workflow's old name, and its states are read on."""
    repository.work(repository.start(1, path=".github/workflows/old.yml"), semgrep("eval"))
    assert repository.push(2, "eval").is_baseline
    repository.hub.artifacts.popitem()
    policy = repository.folder / "onefold.yml"
    policy.write_text(f"state: {{producers: [{WORKFLOW}, .github/workflows/old.yml]}}\n")
    assert not repository.push(3, "eval", config=policy).is_baseline


def test_an_expired_state_is_a_new_beginning(repository: Repository) -> None:
    """When every artifact has expired the run is a baseline, and says so."""
    repository.push(1, "eval")
    repository.hub.clock.pass_days(91)
    ended = repository.push(2, "eval", "xss", fail_on=("new:high",), verbose=True)
    assert (ended.code, ended.outputs["new"], ended.outputs["verdict"]) == (Exit.OK, "0", "inconclusive")
    assert ended.said("it has expired")


def test_a_past_that_cannot_be_read_is_not_an_empty_one(repository: Repository) -> None:
    """Without the permission to read, nothing is compared, saved or offered for upload, and the code is 4."""
    repository.push(1, "eval")
    able, repository.token = repository.token, repository.hub.api_token("contents:read")
    blind = repository.push(2, "eval", "xss")
    assert blind.code is Exit.DELIVERY
    assert (blind.outputs["state-artifact"], blind.outputs["upload-sarif-file"]) == ("", "")
    assert not (blind.folder / "upload.sarif").exists()
    assert (blind.folder / "findings.json").exists()
    assert blind.said("the token may not do this")
    assert blind.said("The earlier state could not be read: nothing is compared.")
    assert not blind.said("First run")
    assert len(names(repository)) == 1
    repository.token = able
    assert repository.push(3, "eval", "xss").outputs["new"] == "1"


def crowd(repository: Repository) -> None:
    """Let forks leave more artifacts of the state's name than can be listed."""
    run = repository.hub.start_run(event="pull_request", fork=666)
    for _ in range(1_001):
        repository.hub.publish(names(repository)[0], b"", run)


def test_a_past_that_cannot_be_found_is_not_an_empty_one(repository: Repository) -> None:
    """Where neither the list nor the latest runs show the state, nothing is saved, and the code is 4."""
    repository.push(1, "eval")
    crowd(repository)
    for _ in range(20):
        repository.hub.end(repository.start(2), "failure")
    found = repository.push(2, "eval", "xss")
    assert (found.is_baseline, found.outputs["new"]) == (False, "1")
    for _ in range(60):
        repository.hub.end(repository.start(3), "failure")
    kept = len(names(repository))
    lost = repository.push(3, "eval", "xss", "sql", fail_on=("new:high",))
    assert (lost.code, lost.outputs["state-artifact"]) == (Exit.DELIVERY, "")
    assert lost.said("than one run can look into")
    assert len(names(repository)) == kept


def test_a_past_that_cannot_be_read_opens_no_alert_again(repository: Repository, tmp_path: Path) -> None:
    """Without a memory nobody knows what a dismissed alert was about: it stays as it is until somebody does."""
    accepted = tmp_path / "accepted.yml"
    entry = "{status: risk_accepted, reason: Known., owner: kim, expires: 2099-01-01, rule: eval}"
    accepted.write_text(f"exceptions:\n  - {entry}\n")
    repository.push(1, "eval")
    repository.push(2, "eval", exceptions=accepted)
    (alert,) = repository.hub.scanning.alerts.values()
    assert alert.state("refs/heads/main") == "dismissed"
    able = repository.token
    repository.token = repository.hub.api_token(*(each for each in PERMISSIONS if not each.startswith("actions")))
    assert repository.push(3, "eval").said("The earlier state could not be read")
    assert alert.state("refs/heads/main") == "dismissed"
    repository.token = able
    repository.push(4, "eval")
    assert alert.state("refs/heads/main") == "open"


def test_a_full_account_is_told_in_plain_words(repository: Repository) -> None:
    """When the state cannot be kept the documents are there, the code is 4, and the next run goes on from before."""
    repository.push(1, "eval")
    repository.hub.quota = False
    full = repository.push(2, "eval", "xss")
    assert full.code is Exit.DELIVERY
    assert full.said("storage")
    assert (full.folder / "findings.json").exists()
    repository.hub.quota = True
    assert repository.push(3, "eval", "xss").outputs["new"] == "1"


def test_where_there_is_no_service_the_run_goes_on(repository: Repository) -> None:
    """A clone without the artifact service, and a job without its token, keep nothing, say so, and are well."""
    repository.hub.service = False
    ended = repository.push(1, "eval")
    assert ended.code is Exit.OK
    assert ended.said("no artifact service")
    untold = repository.work(repository.start(2), semgrep("eval"), around={"runtime": None})
    assert untold.code is Exit.OK
    assert untold.said("no artifact service")
    garbled = Runtime(repository.hub.results, "no token at all")
    assert repository.work(repository.start(2), semgrep("eval"), around={"runtime": garbled}).said(
        "no artifact service"
    )
    alone = repository.push(3, "eval", token="")
    assert alone.code is Exit.OK
    assert alone.said("no token")


def test_a_list_that_is_not_there_is_no_service(repository: Repository) -> None:
    """A server that has no list of artifacts keeps no states; the run says so and is well."""
    ended = repository.push(1, "eval", faults=lambda _number, _request: Reply(404))
    assert ended.code is Exit.OK
    assert ended.said("cannot be kept as an artifact")


def test_a_dry_run_reads_and_writes_nothing(repository: Repository) -> None:
    """A dry run compares with the state and says that it would keep one."""
    repository.push(1, "eval")
    ended = repository.push(2, "eval", "xss", dry_run=True)
    assert ended.said("keep the state as the artifact onefold-state-")
    assert ended.said("1 new")
    assert len(names(repository)) == 1


def test_no_secret_leaves(repository: Repository) -> None:
    """Neither token nor signature stands in a log, a document or a state."""
    left = [repository.push(number, "eval", verbose=True) for number in (1, 2)]
    texts = [line.encode() for ended in left for line in (*ended.console.said, *ended.console.warned)]
    texts += [path.read_bytes() for path in repository.folder.rglob("*") if path.is_file()]
    texts += [artifact.content for artifact in repository.hub.artifacts.values()]
    assert repository.hub.secrets
    assert not [secret for secret in repository.hub.secrets for text in texts if secret.encode() in text]


def test_a_run_makes_few_calls(repository: Repository) -> None:
    """Reading and writing the state and uploading to code scanning takes few calls, however many states there are."""
    repository.hub.scanning.slow = 1
    calls = [repository.push(number, "eval").calls for number in range(1, 15)]
    assert max(calls) <= 15
    assert calls[-1] == calls[2]
