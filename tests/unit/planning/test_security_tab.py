"""Tests of :mod:`aggregator.planning.security_tab`."""

from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.outcome import Context, Outcome
from aggregator.planning.github_actions import UploadSarif
from aggregator.planning.plan import Held
from aggregator.planning.security_tab import Scanned, Target, Uploads, plan_uploads, target_of
from aggregator.policy.policy import GitHub
from aggregator.writers import upload_categories
from tests.builders import LINE, RUN, finding, outcome, result
from tests.writers import uploaded

SHA, HEAD, OTHER = "a" * 40, "b" * 40, "c" * 40
AUTO = GitHub.model_construct()
MAIN = Scanned(event="push", ref="refs/heads/main", sha=SHA, default_branch="main", has_token=True)
PULL = replace(MAIN, event="pull_request", ref="refs/pull/7/merge", head=HEAD, pull_request=7, is_change=True)
AFTER_PULL = replace(MAIN, event="workflow_run", head=HEAD, branch="topic", pull_request=7, is_change=True)
AFTER_PUSH = replace(MAIN, event="workflow_run", head=HEAD, branch="main")


def one() -> Outcome:
    return outcome(*uploaded(finding()))


def reason(of: Outcome, scanned: Scanned, policy: GitHub = AUTO) -> str:
    uploads = plan_uploads(of, scanned, policy)
    assert (uploads.actions, uploads.batches) == ((), ())
    (held,) = uploads.held
    return held.reason


@pytest.mark.parametrize("event", ["push", "schedule", "workflow_dispatch", "repository_dispatch"])
def test_branch(event: str) -> None:
    """A run on a branch uploads for what the runner says it is about."""
    assert target_of(replace(MAIN, event=event)) == Target("refs/heads/main", SHA)


def test_feature_branch() -> None:
    """Other branches have analyses of their own."""
    assert target_of(replace(MAIN, ref="refs/heads/topic/x")) == Target("refs/heads/topic/x", SHA)


@pytest.mark.parametrize("event", ["merge_group", "push"])
def test_merge_queue(event: str) -> None:
    """A merge queue's branch is deleted before GitHub looks, so nothing is sent for it, whichever event it was."""
    scanned = replace(MAIN, event=event, ref="refs/heads/gh-readonly-queue/main/pr-7-abc", is_change=True)
    assert "merge queue" in reason(one(), scanned)


def test_named_commit() -> None:
    """On a branch the commit that people name counts; shortened it stands for the one that is known."""
    assert target_of(replace(MAIN, commit=OTHER.upper())) == Target("refs/heads/main", OTHER)
    assert target_of(replace(MAIN, commit=SHA[:7])) == Target("refs/heads/main", SHA)


def test_pull_request() -> None:
    """A pull request is uploaded as its merge, or as its head when the head was checked out."""
    assert target_of(PULL) == Target("refs/pull/7/merge", SHA)
    assert target_of(replace(PULL, commit=SHA)) == Target("refs/pull/7/merge", SHA)
    assert target_of(replace(PULL, commit=HEAD)) == Target("refs/pull/7/head", HEAD)
    assert target_of(replace(PULL, commit=HEAD[:12])) == Target("refs/pull/7/head", HEAD)
    assert target_of(replace(PULL, pull_request=None)) == Target("refs/pull/7/merge", SHA)


def test_workflow_run_never_uses_its_own_ref() -> None:
    """A run that follows another one uploads for what that one was about, not for the default branch it runs on."""
    assert target_of(AFTER_PULL) == Target("refs/pull/7/head", HEAD)
    assert target_of(replace(AFTER_PULL, commit=HEAD, from_fork=True)) == Target("refs/pull/7/head", HEAD)
    assert target_of(AFTER_PUSH) == Target("refs/heads/main", HEAD)


@pytest.mark.parametrize(
    ("scanned", "why"),
    [
        (replace(MAIN, ref="refs/tags/v1"), "a tag is no branch"),
        (replace(MAIN, event="issue_comment"), "does not say which branch"),
        (replace(MAIN, ref=""), "does not say which branch"),
        (replace(MAIN, sha=""), "full id of the commit"),
        (replace(MAIN, commit="main"), "full id of the commit"),
        (replace(MAIN, commit="z" * 40), "full id of the commit"),
        (replace(PULL, commit=OTHER), "neither the pull request's head nor its merge"),
        (replace(PULL, event="pull_request_target", ref="refs/heads/main"), "pull request's own commits"),
        (replace(AFTER_PULL, pull_request=None), "no pull request is known"),
        (replace(AFTER_PULL, commit=OTHER), "not the one of the run that this one follows"),
        (replace(AFTER_PULL, head=""), "full id of the commit"),
        (replace(AFTER_PUSH, branch=""), "was on no branch: on a tag"),
    ],
)
def test_unclear_is_held(scanned: Scanned, why: str) -> None:
    """Where it is not certain what was scanned, nothing is uploaded, and the reason is said."""
    assert why in reason(one(), scanned)


def test_target_of_a_fork() -> None:
    """Only the token of the fork's own run may not write; on pull_request_target the head must be named."""
    fork = replace(PULL, from_fork=True)
    assert "may only read" in reason(one(), fork)
    followed = plan_uploads(one(), replace(AFTER_PULL, from_fork=True), AUTO)
    assert [action.ref for action in followed.actions] == ["refs/pull/7/head"]
    target = replace(fork, event="pull_request_target", ref="refs/heads/main", commit=HEAD)
    assert plan_uploads(one(), target, AUTO).actions[0].commit == HEAD


def test_upload() -> None:
    """There is one action for each file, with its categories, and what it sends lies beside it."""
    uploads = plan_uploads(one(), MAIN, AUTO)
    assert uploads.actions == (UploadSarif(0, ("onefold/shop/Semgrep/src/",), "refs/heads/main", SHA),)
    assert (uploads.held, uploads.notes) == ((), ())
    assert [batch.names for batch in uploads.batches] == [("onefold/shop/Semgrep/src/",)]


def test_more_files_than_one() -> None:
    """Twenty-one categories are two uploads with keys of their own."""
    items = uploaded(*(finding(result(scope=f"s{number:02}"), id=f"F-{number}") for number in range(21)))
    actions = plan_uploads(outcome(*items), MAIN, AUTO).actions
    assert [len(action.categories) for action in actions] == [20, 1]
    assert len({action.key for action in actions}) == 2


def test_limits_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What GitHub's limits leave out is among the notes."""
    monkeypatch.setattr(upload_categories, "MAX_RESULTS", 1)
    items = uploaded(*(finding(id=f"F-{number}") for number in range(3)))
    (note,) = plan_uploads(outcome(*items), MAIN, AUTO).notes
    assert note.code == "upload-cut"


@pytest.mark.parametrize(
    ("of", "scanned", "policy", "why"),
    [
        ({}, {}, {"security_tab": "off"}, "security-tab: off"),
        ({"scans": ()}, {}, {}, "no tool of this run"),
        ({"context": Context(line=LINE, run=RUN, is_past_unread=True)}, {}, {}, "could not be read"),
        ({"context": Context(line=LINE, run=RUN, is_overtaken=True)}, {}, {}, "a newer run has looked"),
        ({}, {"has_token": False}, {}, "no token"),
    ],
)
def test_held(of: dict[str, Any], scanned: dict[str, Any], policy: dict[str, Any], why: str) -> None:
    """Nothing is uploaded against the policy, for nothing, from an unread past, too late or without a token."""
    found = outcome(*uploaded(finding()), **of)
    assert why in reason(found, replace(MAIN, **scanned), GitHub.model_construct(**policy))


def test_held_action_names_what_would_go() -> None:
    """A held upload says which categories and which ref it is about."""
    held = Held(UploadSarif(0, ("onefold/shop/Semgrep/src/",), "refs/tags/v1", ""), "a tag is no branch")
    assert plan_uploads(one(), replace(MAIN, ref="refs/tags/v1"), AUTO) == Uploads(held=(held,))


@pytest.mark.parametrize(
    ("scanned", "answer"),
    [
        (MAIN, True),
        (replace(MAIN, ref="refs/heads/topic"), False),
        (replace(MAIN, default_branch=""), False),
        (PULL, False),
        (AFTER_PUSH, True),
        (replace(AFTER_PUSH, branch="topic"), False),
        (AFTER_PULL, False),
    ],
)
def test_default_branch(scanned: Scanned, answer: bool) -> None:
    """Dismissals belong to runs on the default branch: not to changes, and not to what follows another branch."""
    assert scanned.is_on_default_branch is answer
