"""People decide below an issue, and are answered at once by a workflow of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from aggregator.run.exits import Exit
from aggregator.transport.exchange import Reply, Request
from tests.e2e.repository import PERMISSIONS, Ended, Repository, semgrep, sha
from tests.fakes.github.hub import WORKFLOW

DECISIONS = ".github/workflows/decisions.yml"
EXAMPLE = Path(__file__).parents[2] / "examples" / "workflows" / "decisions.yml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one late finding and the issue about it."""
    policy = tmp_path / "onefold.yml"
    policy.write_text(f"state: {{producers: [{WORKFLOW}]}}\n")
    made = Repository(tmp_path, settings={"config": policy})
    made.hub.forum.collaborators = {"kim": "write"}
    made.push(1, "eval")
    made.hub.clock.pass_days(31)
    made.push(2, "eval")
    return made


def test_the_workflow_for_decisions_needs_no_leave_for_alerts(repository: Repository) -> None:
    """With what the example grants nothing is refused; the next scan dismisses the alert of what was accepted."""
    may = repository.token
    permissions = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["jobs"]["answer"]["permissions"]
    assert permissions.keys() == {"actions", "contents", "issues"}
    repository.token = repository.hub.api_token(*(f"{what}:{how}" for what, how in permissions.items()))
    told = say(repository, "/onefold accept until 2027-06-30 because the page is internal")
    assert not told.said("warning")
    repository.token = may
    (alert,) = repository.hub.scanning.alerts.values()
    assert alert.state("refs/heads/main") == "open"
    repository.push(3, "eval")
    assert alert.state("refs/heads/main") == "dismissed"


def say(repository: Repository, words: str, author: str = "kim") -> Ended:
    """Say something below the issue, which starts the workflow."""
    (number,) = repository.hub.forum.threads
    repository.hub.forum.comment(number, words, author=author)
    run = repository.hub.start_run(event="issue_comment", path=DECISIONS, head_sha=sha(2))
    event: dict[str, Any] = {"issue": {"number": number}}
    return repository.work(run, b"{}", event=event, reports=())


def test_a_decision_is_answered_at_once(repository: Repository) -> None:
    """The issue is answered and closed, no state is saved and nothing uploaded; the next run knows the decision."""
    (issue,) = repository.hub.forum.threads.values()
    uploads = len(repository.hub.scanning.uploads)
    told = say(repository, "/onefold accept until 2027-06-30 because the page is internal")
    assert not issue.is_open
    assert next(post.author for post in repository.hub.forum.below(issue.number)) == "kim"
    assert len(repository.hub.forum.below(issue.number)) > 1
    assert told.outputs["state-artifact"] == ""
    assert len(repository.hub.artifacts) == 2
    assert len(repository.hub.scanning.uploads) == uploads
    later = repository.push(3, "eval")
    assert (later.outputs["total"], later.findings["findings"][0]["status"]) == ("0", "risk_accepted")


def test_who_may_not_decide_changes_nothing(repository: Repository) -> None:
    """Somebody without the right to write is not heard."""
    (issue,) = repository.hub.forum.threads.values()
    say(repository, "/onefold false-positive because I say so", author="eve")
    assert issue.is_open
    assert repository.push(3, "eval").outputs["total"] == "1"


def test_decisions_can_be_switched_off(repository: Repository) -> None:
    """Where the policy does not listen nobody is answered."""
    policy = repository.settings["config"]
    policy.write_text(f"state: {{producers: [{WORKFLOW}]}}\ngithub: {{decisions: false}}\n")
    (issue,) = repository.hub.forum.threads.values()
    say(repository, "/onefold verify")
    assert len(repository.hub.forum.below(issue.number)) == 1
    assert repository.push(3, "eval").findings["findings"][0]["status"] == "active"


@pytest.mark.parametrize(
    ("reply", "code"),
    [(Reply(500), Exit.DELIVERY), (Reply(403, {}, b"Resource not accessible by integration"), Exit.OK)],
)
def test_issues_that_cannot_be_read_leave_the_delivery_incomplete(
    repository: Repository, reply: Reply, code: Exit
) -> None:
    """The run ends with 4 and has done and saved everything else; without the permission it is a warning."""

    def strike(_number: int, request: Request) -> Reply | None:
        return reply if request.method == "GET" and "/issues?" in request.url else None

    struck = repository.push(3, "eval", faults=strike)
    assert struck.code is code
    assert len(repository.hub.artifacts) == 3
    assert repository.push(4, "eval").code is Exit.OK


def test_a_public_repository_has_no_issues_unless_asked(tmp_path: Path) -> None:
    """What is late is nobody else's business, until the policy says so."""
    quiet = Repository(tmp_path / "quiet", is_private=False)
    asked = Repository(tmp_path / "asked", is_private=False)
    asked.folder.mkdir()
    quiet.folder.mkdir()
    policy = asked.folder / "onefold.yml"
    policy.write_text("github: {issues: {mode: 'on'}}\n")
    asked.settings = {"config": policy}
    for repository in (quiet, asked):
        repository.push(1, "eval")
        repository.hub.clock.pass_days(31)
        repository.work(repository.start(2), semgrep("eval"))
    assert (len(quiet.hub.forum.threads), len(asked.hub.forum.threads)) == (0, 1)


def test_owners_are_assigned(tmp_path: Path) -> None:
    """The people whom CODEOWNERS names for the file are assigned to the issue about it; teams cannot be."""
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout/CODEOWNERS").write_text("*.py @kim @octo/security\n")
    repository = Repository(tmp_path / "runs", settings={"source_root": tmp_path / "checkout"})
    repository.hub.forum.collaborators = {"kim": "write"}
    repository.folder.mkdir()
    repository.push(1, "eval")
    repository.hub.clock.pass_days(31)
    repository.push(2, "eval")
    (issue,) = repository.hub.forum.threads.values()
    assert issue.assignees == ["kim"]
    assert "| Owner | kim, octo/security |" in issue.body
    issue.assignees = ["lee"]
    later = repository.push(3, "eval")
    (known,) = later.findings["findings"]
    assert (known["assignees"], known["tickets"][0]["is_open"]) == (["lee"], True)
    assert "owner: kim, octo/security · assigned to: lee" in (later.folder / "summary.md").read_text()


def test_a_lost_memory_is_made_good_from_the_issues(repository: Repository) -> None:
    """When every state is gone, what stands in our issues gives late findings their first day back."""
    before = repository.push(3, "eval").findings["findings"][0]
    repository.hub.artifacts.clear()
    after = repository.push(4, "eval", "xss")
    known = {each["id"]: each for each in after.findings["findings"]}
    assert after.is_baseline
    assert known[before["id"]]["first_seen"] == before["first_seen"]
    assert known[before["id"]]["standing"] == "breached"
    assert len({each["first_seen"] for each in known.values()}) == 2
    assert len(repository.hub.forum.threads) == 1
    repository.push(5, "eval", "xss")
    assert len(repository.hub.forum.threads) == 1


def test_who_decided_leaves_and_the_token_is_another(repository: Repository) -> None:
    """A decision outlives the right of who made it and the token that heard it."""
    hub = repository.hub
    (issue,) = hub.forum.threads.values()
    hub.forum.comment(issue.number, "/onefold accept until 2027-06-30 because it is internal", author="kim")
    repository.push(3, "eval")
    hub.forum.collaborators = {"kim": "read", "lee": "write"}
    repository.token = hub.api_token(*PERMISSIONS, login="security-app[bot]")
    for number in (4, 5, 6):
        hub.clock.pass_days(3)
        hub.forum.comment(issue.number, "See also the wiki.", author="lee")
        ended = repository.push(number, "eval")
        assert [each["status"] for each in ended.findings["findings"]] == ["risk_accepted"]
    assert list(hub.forum.threads) == [issue.number]
    hub.forum.comment(issue.number, "/onefold reopen", author="kim")
    assert repository.push(7, "eval").findings["findings"][0]["status"] == "risk_accepted"
    hub.forum.comment(issue.number, "/onefold reopen", author="lee")
    assert repository.push(8, "eval").findings["findings"][0]["status"] == "active"
    assert issue.is_open
    assert hub.forum.below(issue.number)[-1].author == "security-app[bot]"
