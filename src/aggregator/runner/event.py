"""What happened on GitHub: which branch line a run belongs to, and whether it may write that line's memory."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from aggregator.settings import SAVING_EVENTS, Surroundings

_BRANCH = "refs/heads/"

DEPENDABOT = "dependabot[bot]"
BIGGEST_EVENT = 32 * 1024 * 1024
"""Bytes; GitHub caps webhook payloads at 25 MB."""


class Head(Struct, frozen=True):
    """Where a change lies; all empty when there is none, the repository alone when a fork was deleted."""

    repository: str = ""
    branch: str = ""
    sha: str = ""


class Event(Struct, frozen=True, kw_only=True):
    """What this run is about.

    Attributes:
        branch: the branch it is compared with: a pull request's target, otherwise the branch itself.
        default_branch: the repository's; empty when nobody said.
        commit: full SHA; may be empty.
        is_change: whether it is about a change that is not on the branch yet (a pull request, a merge queue).
        pull_request: its number, when there is one.
        doubt: why the number is not known; empty when it is, or when nobody looked for it.
        follows: the id of the run that this one follows (``workflow_run``), when it follows one.
        head: of the pull request, or of the run that is followed; a merge queue and a push have none.
        from_fork: whether the change comes from another repository: its text is foreign, its token reads only.
        by_dependabot: whether Dependabot started it: its token reads only.
        is_private: whether only members can see the repository; ``None`` when nobody said.
        held: why this run must not save the state; empty when it may.
    """

    branch: str = ""
    default_branch: str = ""
    commit: str = ""
    is_change: bool = False
    pull_request: int | None = None
    doubt: str = ""
    follows: int | None = None
    head: Head = Head()
    from_fork: bool = False
    by_dependabot: bool = False
    is_private: bool | None = None
    held: str = ""


class _Repository(Struct, frozen=True):
    full_name: str = ""
    default_branch: str = ""
    private: bool | None = None


class _Side(Struct, frozen=True):
    ref: str = ""
    sha: str = ""
    repo: _Repository | None = None


class _PullRequest(Struct, frozen=True):
    number: int | None = None
    base: _Side = _Side()
    head: _Side = _Side()


class _WorkflowRun(Struct, frozen=True):
    id: int | None = None
    event: str = ""
    head_branch: str | None = None
    head_sha: str = ""
    head_repository: _Repository | None = None
    pull_requests: tuple[_PullRequest, ...] | None = ()


class _MergeGroup(Struct, frozen=True):
    base_ref: str = ""


class _Sender(Struct, frozen=True):
    login: str = ""


class _Payload(Struct, frozen=True):
    repository: _Repository = _Repository()
    sender: _Sender = _Sender()
    pull_request: _PullRequest | None = None
    workflow_run: _WorkflowRun | None = None
    merge_group: _MergeGroup | None = None


def read_event(around: Surroundings) -> Event:
    """What the runner says about this run; one whose event cannot be read is trusted with nothing."""
    return event_of(around, _payload(around.event_path))


def _payload(path: str) -> bytes:
    if not path:
        return b"{}"
    try:
        with Path(path).open("rb") as file:
            return file.read(BIGGEST_EVENT)
    except OSError:
        return b""


def event_of(around: Surroundings, payload: bytes) -> Event:
    """The event from its parts; pure."""
    try:
        told = msgspec.json.decode(payload, type=_Payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # It may have been anybody's: what it was about is told by the rest, and it is not believed.
        about = _event(around, _Payload())
        return replace(about, is_change=True, from_fork=True, held=about.held or "its event could not be read")
    return replace(
        _event(around, told),
        default_branch=told.repository.default_branch,
        is_private=told.repository.private,
        by_dependabot=told.workflow_run is None and told.sender.login == DEPENDABOT,
    )


def _event(around: Surroundings, told: _Payload) -> Event:
    if told.workflow_run is not None:
        return _after_workflow(around, told.workflow_run)
    if told.pull_request is not None or around.base_ref:
        return _of_pull_request(around, told.pull_request or _PullRequest())
    if told.merge_group is not None:
        target = told.merge_group.base_ref.removeprefix(_BRANCH)
        held = "a merge queue's state is not on the branch yet"
        return Event(branch=target, commit=around.sha, is_change=True, held=held)
    return Event(branch=_branch_of(around), commit=around.sha, held=_held(around))


def _branch_of(around: Surroundings) -> str:
    """The branch; a tag is none."""
    return "" if around.ref.startswith("refs/tags/") else around.ref_name


def _held(around: Surroundings) -> str:
    if around.ref.startswith("refs/tags/"):
        return "a tag is no branch"
    if around.event_name and around.event_name not in SAVING_EVENTS:
        return f"a run on {around.event_name} saves no state"
    return ""


def _of_pull_request(around: Surroundings, told: _PullRequest) -> Event:
    return Event(
        branch=around.base_ref or told.base.ref,
        commit=around.sha,
        is_change=True,
        pull_request=told.number,
        head=Head(told.head.repo.full_name if told.head.repo else "", told.head.ref, told.head.sha),
        from_fork=_foreign(told.head.repo, around),
        held="a pull request reads its target's state and writes none",
    )


def _after_workflow(around: Surroundings, told: _WorkflowRun) -> Event:
    """The run that follows another one: about what that one was about, and trusted no more than that one."""
    foreign = _foreign(told.head_repository, around)
    head = Head(told.head_repository.full_name if told.head_repository else "", told.head_branch or "", told.head_sha)
    if foreign or told.event not in SAVING_EVENTS:
        return replace(_after_change(around, told, foreign=foreign), head=head)
    return Event(branch=told.head_branch or around.ref_name, commit=told.head_sha, follows=told.id, head=head)


def _after_change(around: Surroundings, told: _WorkflowRun, *, foreign: bool) -> Event:
    """GitHub names no pull request of a fork, and may name several: only one of that very commit counts."""
    ours = [each for each in told.pull_requests or () if each.head.sha == told.head_sha]
    pull_request = ours[0] if len(ours) == 1 and not foreign else _PullRequest()
    return Event(
        branch=pull_request.base.ref or around.ref_name,
        commit=told.head_sha,
        is_change=True,
        pull_request=pull_request.number,
        follows=told.id,
        from_fork=foreign,
        held="the run it follows was about a change that is not on the branch yet",
    )


def _foreign(repository: _Repository | None, around: Surroundings) -> bool:
    """A deleted fork has no repository any more: foreign as well."""
    return repository is None or repository.full_name != around.repository
