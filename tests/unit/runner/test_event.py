import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.runner.event import Event, Head, event_of, read_event
from aggregator.settings import Surroundings

SHA = "0123456789abcdef0123456789abcdef01234567"
AROUND = Surroundings(actions=True, repository="octocat/shop", ref_name="main", sha=SHA)


def event(around: Surroundings = AROUND, **payload: object) -> Event:
    return event_of(around, json.dumps(payload).encode())


def test_push_writes_its_branch() -> None:
    """A push is about its own branch and may save the state."""
    assert event(ref="refs/heads/main") == Event(branch="main", commit=SHA)


@pytest.mark.parametrize(
    ("repository", "foreign"),
    [({"full_name": "octocat/shop"}, False), ({"full_name": "mallory/shop"}, True), (None, True)],
)
def test_pull_request_reads_its_target(repository: dict[str, str] | None, *, foreign: bool) -> None:
    """A pull request is compared with its target, writes no state, and is foreign when its head is, or is gone."""
    told = event(
        replace(AROUND, ref_name="7/merge", base_ref="main"),
        pull_request={"number": 7, "base": {"ref": "main"}, "head": {"ref": "main", "sha": SHA, "repo": repository}},
    )
    assert (told.branch, told.pull_request, told.from_fork) == ("main", 7, foreign)
    assert told.held
    assert told.is_change


def test_pull_request_without_its_event_is_still_one() -> None:
    """When the event file is missing the target's name alone says that it is a pull request."""
    told = read_event(replace(AROUND, base_ref="release", event_path="/nowhere/event.json"))
    assert (told.branch, told.from_fork) == ("release", True)
    assert told.held


def test_merge_queue_reads_its_target() -> None:
    """A merge queue's run is compared with the branch it will join and writes no state."""
    told = event(merge_group={"base_ref": "refs/heads/main"})
    assert told.branch == "main"
    assert told.held


def test_following_a_push_is_trusted() -> None:
    """A run that follows one on a branch is about that branch and commit."""
    told = event(
        workflow_run={
            "event": "push",
            "head_branch": "release",
            "head_sha": "f" * 40,
            "head_repository": {"full_name": "octocat/shop"},
        }
    )
    head = Head("octocat/shop", "release", "f" * 40)
    assert told == Event(branch="release", commit="f" * 40, head=head)


@pytest.mark.parametrize(("origin", "kind"), [("mallory/shop", "push"), ("octocat/shop", "pull_request")])
def test_following_the_untrusted_is_untrusted(origin: str, kind: str) -> None:
    """A run that follows a fork or a pull request reads the default branch and writes nothing."""
    told = event(
        workflow_run={"event": kind, "head_branch": "evil", "head_sha": SHA, "head_repository": {"full_name": origin}}
    )
    assert told.branch == "main"
    assert told.held


FOLLOWED = {"event": "pull_request", "head_branch": "feature", "head_sha": SHA}


@pytest.mark.parametrize(
    ("told", "number", "branch"),
    [
        ([{"number": 7, "head": {"sha": SHA}, "base": {"ref": "release"}}], 7, "release"),
        ([{"number": 7, "head": {"sha": "f" * 40}, "base": {"ref": "release"}}], None, "main"),
        ([{"number": 7, "head": {"sha": SHA}}, {"number": 8, "head": {"sha": SHA}}], None, "main"),
        ([], None, "main"),
    ],
)
def test_following_a_pull_request_is_about_it(told: list[object], number: int | None, branch: str) -> None:
    """The pull request of the run that is followed counts when it is the only one of that very commit."""
    run = {**FOLLOWED, "head_repository": {"full_name": "octocat/shop"}, "pull_requests": told}
    about = event(workflow_run=run)
    assert (about.pull_request, about.branch, about.from_fork) == (number, branch, False)
    assert about.is_change
    assert about.held


def test_following_a_fork_names_no_pull_request() -> None:
    """What the event lists for a fork's run may be somebody else's pull request: it is not believed."""
    pulls = [{"number": 7, "head": {"sha": SHA}, "base": {"ref": "release"}}]
    run = {**FOLLOWED, "head_repository": {"full_name": "mallory/shop"}, "pull_requests": pulls}
    about = event(workflow_run=run)
    assert (about.pull_request, about.branch, about.from_fork) == (None, "main", True)


@pytest.mark.parametrize(
    ("name", "ref", "held"),
    [
        ("push", "refs/heads/main", False),
        ("schedule", "refs/heads/main", False),
        ("workflow_dispatch", "refs/heads/main", False),
        ("release", "refs/heads/main", True),
        ("issue_comment", "refs/heads/main", True),
        ("push", "refs/tags/main", True),
        ("", "refs/heads/main", False),
    ],
)
def test_only_runs_of_a_branch_save(name: str, ref: str, *, held: bool) -> None:
    """A tag is no branch, and an event that anybody outside can start saves nothing."""
    about = event(replace(AROUND, event_name=name, ref=ref))
    assert bool(about.held) is held
    assert about.branch == ("" if "tags" in ref else "main")


def test_the_default_branch_is_told() -> None:
    """Every event of GitHub says what the repository's default branch is."""
    assert event(repository={"default_branch": "trunk"}).default_branch == "trunk"


@pytest.mark.parametrize("payload", [b"", b"[]", b"not json", b'{"pull_request": 7}', b'{"sender": "\xff"}'])
def test_a_strange_event_is_trusted_with_nothing(payload: bytes) -> None:
    """An event file of another shape stops nothing, but its run may be anybody's: it saves no state."""
    told = event_of(AROUND, payload)
    assert (told.branch, told.commit, told.held) == ("main", SHA, "its event could not be read")
    assert told.is_change
    assert told.from_fork


def test_nulls_are_nothing() -> None:
    """GitHub writes null where a list is empty."""
    told = event(workflow_run={"event": "pull_request", "head_sha": SHA, "pull_requests": None})
    assert told.is_change
    assert told.from_fork


def test_event_is_read_from_its_file(tmp_path: Path) -> None:
    """The event comes from the file that the runner names."""
    path = tmp_path / "event.json"
    path.write_text('{"merge_group": {"base_ref": "refs/heads/trunk"}}')
    assert read_event(replace(AROUND, event_path=str(path))).branch == "trunk"


def test_desk_has_no_event() -> None:
    """Outside a job there is no branch and no commit."""
    assert read_event(Surroundings()) == Event()
