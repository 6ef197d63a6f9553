"""Tests of :mod:`aggregator.run.followed`, against a fake GitHub."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from aggregator.model.diagnostic import Level
from aggregator.run.followed import Followed, look_up
from aggregator.run.outside import GitHub, Outside
from aggregator.runner.event import Event, Head
from aggregator.settings import Settings, Surroundings
from aggregator.transport.exchange import Reply
from tests.fakes.faults import Faults
from tests.fakes.github.hub import Hub
from tests.fakes.github.wire import HubWire

SHA = "c" * 40
EVENT = Event(branch="main", commit=SHA, is_change=True, follows=1, head=Head("mallory/shop", "feature", SHA))

PUSH = Event(branch="topic", default_branch="main", commit=SHA, follows=1, head=Head("octo/shop", "topic", SHA))


@pytest.fixture
def hub() -> Hub:
    """A repository with a pull request of a fork into a release branch."""
    made = Hub()
    made.forum.open_pull(SHA, head_repository="mallory/shop", base_branch="release/1")
    return made


def found(hub: Hub, event: Event, faults: Faults | None = None) -> Followed:
    wire = HubWire(hub, faults)
    settings = Settings(token=SecretStr(hub.api_token("pull-requests:read", "contents:read")))
    job = Surroundings(actions=True, repository=hub.name, repository_id=str(hub.number), api_url=hub.api)
    return look_up(event, GitHub(settings, job, Outside(lambda: wire, lambda: hub.clock)))


def test_the_commit_tells_the_pull_request_and_its_target(hub: Hub) -> None:
    """What a fork's run was about is compared with the branch that it will join."""
    (number,) = hub.forum.threads
    assert found(hub, EVENT) == Followed(replace(EVENT, pull_request=number, branch="release/1"))


@pytest.mark.parametrize("sha", ["d" * 40, ""])
def test_of_another_commit_there_is_none(hub: Hub, sha: str) -> None:
    """A pull request that has gone on since, or a run that names no commit, is matched with nothing."""
    told = found(hub, replace(EVENT, head=Head("mallory/shop", "feature", sha)))
    assert (told.event.pull_request, told.event.branch, told.notes) == (None, "main", ())
    assert "no open pull request has the commit" in told.event.doubt


@pytest.mark.parametrize(("status", "level"), [(404, Level.WARNING), (500, Level.ERROR)])
def test_where_nobody_answers_it_is_said(hub: Hub, status: int, level: Level) -> None:
    """The target is then the branch of the run itself, and nothing is written."""
    told = found(hub, EVENT, lambda _call, _request: Reply(status))
    assert (told.event.pull_request, told.event.branch) == (None, "main")
    assert told.event.doubt == "nobody could say which pull request it is about"
    assert [(note.code, note.level) for note in told.notes] == [("pull-request-unknown", level)]


@pytest.mark.parametrize("name", ["release/1", "v1.0.0"])
def test_a_tag_is_no_branch(hub: Hub, name: str) -> None:
    """GitHub tells the name of what was pushed alone: where no branch has it the run is about none."""
    hub.branches["release/1"] = SHA
    event = replace(PUSH, branch=name, head=replace(PUSH.head, branch=name))
    told = found(hub, event)
    if name in hub.branches:
        assert told == Followed(event)
    else:
        held = "the run it follows was on a tag, or on a branch that is gone"
        assert told == Followed(replace(event, branch="", head=replace(PUSH.head, branch=""), held=held))


@pytest.mark.parametrize(("status", "level"), [(403, Level.WARNING), (500, Level.ERROR)])
def test_where_nobody_tells_a_tag_from_a_branch_it_is_said(hub: Hub, status: int, level: Level) -> None:
    """It is then taken for the branch that it is called."""
    told = found(hub, PUSH, lambda _call, _request: Reply(status))
    assert told.event == PUSH
    assert [(note.code, note.level) for note in told.notes] == [("branch-unknown", level)]


@pytest.mark.parametrize(
    "known",
    [
        {"pull_request": 3},
        {"follows": None},
        {"is_change": False, "default_branch": "feature"},
        {"is_change": False, "head": Head()},
    ],
)
def test_nobody_is_asked_for_what_is_known(hub: Hub, known: dict[str, object]) -> None:
    """A pull request that the event names, a run that follows none, and one about the default branch or none."""
    event = replace(EVENT, **known)
    assert found(hub, event, lambda _call, _request: Reply(500)) == Followed(event)


def test_outside_a_job_nobody_is_asked() -> None:
    """Where there is no GitHub to ask the event is what it is."""
    assert look_up(EVENT, GitHub(Settings(), Surroundings(), Outside())) == Followed(EVENT)
