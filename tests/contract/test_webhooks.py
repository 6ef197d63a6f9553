"""Events as GitHub really sends them: the payloads of npm ``@octokit/webhooks-examples`` (MIT)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aggregator.runner.event import Event, event_of
from aggregator.settings import SAVING_EVENTS, Surroundings

_EXAMPLES = Path("tests/node/node_modules/@octokit/webhooks-examples/api.github.com/index.json")


@cache
def _examples() -> dict[str, list[dict[str, Any]]]:
    told = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    return {event["name"]: event["examples"] for event in told}


def read(name: str, payload: dict[str, Any], **fields: Any) -> Event:
    """What we make of a payload, with what the runner says beside it."""
    repository = payload["repository"]
    usual = {"ref": f"refs/heads/{repository['default_branch']}", "ref_name": repository["default_branch"]}
    given = {"actions": True, "event_name": name, "repository": repository["full_name"], "sha": "a" * 40}
    return event_of(Surroundings(**{**given, **usual, **fields}), json.dumps(payload).encode())


def test_every_pull_request_is_a_change() -> None:
    """Whatever happened to a pull request: its number, its target, its head, and no state of its own."""
    assert len(_examples()["pull_request"]) > 20
    for payload in _examples()["pull_request"]:
        told = payload["pull_request"]
        event = read("pull_request", payload, ref=f"refs/pull/{told['number']}/merge", base_ref=told["base"]["ref"])
        assert event.is_change
        assert event.held
        assert (event.pull_request, event.branch) == (told["number"], told["base"]["ref"])
        assert (event.head.branch, event.head.sha) == (told["head"]["ref"], told["head"]["sha"])
        assert event.from_fork == (told["head"]["repo"]["full_name"] != payload["repository"]["full_name"])


def test_a_pull_request_of_a_fork_is_foreign() -> None:
    """The same payloads with another head's repository, or none any more, are foreign."""
    for payload in _examples()["pull_request"]:
        for repository in ({"full_name": "mallory/Hello-World"}, None):
            told = {**payload["pull_request"], "head": {**payload["pull_request"]["head"], "repo": repository}}
            assert read("pull_request", {**payload, "pull_request": told}).from_fork


def test_every_push_is_about_its_branch() -> None:
    """A push to a branch may save its state, a push of a tag saves none."""
    kinds = set()
    for payload in _examples()["push"]:
        ref, name = payload["ref"], payload["ref"].rpartition("/")[2]
        event = read("push", payload, ref=ref, ref_name=name)
        is_branch = ref.startswith("refs/heads/")
        kinds.add(is_branch)
        assert (event.branch, event.held == "", event.is_change) == (name if is_branch else "", is_branch, False)
        assert event.is_private is payload["repository"]["private"]
    assert kinds == {True, False}


def test_every_workflow_run_is_about_the_run_it_follows() -> None:
    """A run that follows another one takes over its commit and branch, and trusts it no more than GitHub does."""
    for payload in _examples()["workflow_run"]:
        told = payload["workflow_run"]
        event = read("workflow_run", payload)
        foreign = told["head_repository"]["full_name"] != payload["repository"]["full_name"]
        assert (event.follows, event.commit) == (told["id"], told["head_sha"])
        assert event.from_fork == foreign
        assert (event.held == "") == (not foreign and told["event"] in SAVING_EVENTS)
        assert event.is_change == bool(event.held)


@pytest.mark.parametrize("event_name", ["pull_request", "pull_request_target", "merge_group", "issue_comment"])
def test_what_follows_a_change_saves_nothing(event_name: str) -> None:
    """The same payloads, had the other run been about a change, may not save the state."""
    for payload in _examples()["workflow_run"]:
        told = {**payload["workflow_run"], "event": event_name}
        assert read("workflow_run", {**payload, "workflow_run": told}).held


def test_every_merge_group_is_a_change() -> None:
    """A merge queue is compared with its target and saves nothing."""
    for payload in _examples()["merge_group"]:
        group = payload["merge_group"]
        event = read("merge_group", payload, ref=group["head_ref"], ref_name=group["head_ref"][11:])
        assert (event.branch, event.is_change, event.pull_request) == (group["base_ref"][11:], True, None)
        assert event.held


def test_every_other_event_saves_nothing() -> None:
    """Of all events of GitHub, only those that nobody outside can start may save a state."""
    for name, examples in _examples().items():
        for payload in examples:
            if "repository" in payload and name not in SAVING_EVENTS:
                full = {"default_branch": "main", **payload["repository"]}
                assert read(name, {**payload, "repository": full}).held, name
