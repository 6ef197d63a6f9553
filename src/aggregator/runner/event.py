"""What happened on GitHub: which branch line a run belongs to, and whether it may write that line's memory."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from aggregator.settings import Surroundings

BIGGEST_EVENT = 32 * 1024 * 1024
"""Bytes; GitHub caps webhook payloads at 25 MB."""


class Event(Struct, frozen=True, kw_only=True):
    """What this run is about.

    Attributes:
        branch: the branch line it is compared with: a pull request's target, otherwise the branch itself.
        commit: full SHA; may be empty.
        pull_request: its number, when there is one.
        from_fork: whether the change comes from another repository: its text is foreign, its token reads only.
        held: why this run must not save the state; empty when it may.
    """

    branch: str = ""
    commit: str = ""
    pull_request: int | None = None
    from_fork: bool = False
    held: str = ""


class _Repository(Struct, frozen=True):
    full_name: str = ""


class _Side(Struct, frozen=True):
    ref: str = ""
    sha: str = ""
    repo: _Repository | None = None


class _PullRequest(Struct, frozen=True):
    number: int | None = None
    base: _Side = _Side()
    head: _Side = _Side()


class _WorkflowRun(Struct, frozen=True):
    event: str = ""
    head_branch: str | None = None
    head_sha: str = ""
    head_repository: _Repository | None = None


class _MergeGroup(Struct, frozen=True):
    base_ref: str = ""


class _Payload(Struct, frozen=True):
    pull_request: _PullRequest | None = None
    workflow_run: _WorkflowRun | None = None
    merge_group: _MergeGroup | None = None


def read_event(around: Surroundings) -> Event:
    """What the runner says about this run; an event file that cannot be read counts as empty."""
    return event_of(around, _payload(around.event_path))


def _payload(path: str) -> bytes:
    if not path:
        return b"{}"
    try:
        with Path(path).open("rb") as file:
            return file.read(BIGGEST_EVENT)
    except OSError:
        return b"{}"


def event_of(around: Surroundings, payload: bytes) -> Event:
    """The event from its parts; pure."""
    try:
        told = msgspec.json.decode(payload, type=_Payload)
    except msgspec.DecodeError:
        told = _Payload()
    if told.workflow_run is not None:
        return _after_workflow(around, told.workflow_run)
    if told.pull_request is not None or around.base_ref:
        return _of_pull_request(around, told.pull_request or _PullRequest())
    if told.merge_group is not None:
        target = told.merge_group.base_ref.removeprefix("refs/heads/")
        return Event(branch=target, commit=around.sha, held="a merge queue's state is not on the branch yet")
    return Event(branch=around.ref_name, commit=around.sha)


def _of_pull_request(around: Surroundings, told: _PullRequest) -> Event:
    return Event(
        branch=around.base_ref or told.base.ref,
        commit=around.sha,
        pull_request=told.number,
        from_fork=_foreign(told.head.repo, around),
        held="a pull request reads its target's state and writes none",
    )


def _after_workflow(around: Surroundings, told: _WorkflowRun) -> Event:
    """The run that follows another one: about the branch of that one, and trusted no more than that one."""
    foreign = _foreign(told.head_repository, around)
    untrusted = foreign or told.event.startswith("pull_request")
    return Event(
        branch=around.ref_name if untrusted else told.head_branch or around.ref_name,
        commit=told.head_sha,
        from_fork=foreign,
        held="the run it follows was about a pull request" if untrusted else "",
    )


def _foreign(repository: _Repository | None, around: Surroundings) -> bool:
    """A deleted fork has no repository any more: foreign as well."""
    return repository is None or repository.full_name != around.repository
