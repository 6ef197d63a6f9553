"""What a run is about that follows another one: its event may name neither the pull request nor what kind of ref."""

from __future__ import annotations

from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.errors import Fault, ServiceError
from aggregator.run.outside import GitHub, unanswered
from aggregator.runner.event import Event
from aggregator.transport.github import RepositoryApi, needing


class Followed(Struct, frozen=True):
    """The event, with the pull request and the branch that it will join where they were found, and what was not."""

    event: Event
    notes: tuple[Diagnostic, ...] = ()


class _Ref(Struct, frozen=True):
    ref: str


def look_up(event: Event, github: GitHub) -> Followed:
    """Ask for what the event leaves open about the run before: one call, and none for one on the default branch."""
    if not event.follows or github.missing:
        return Followed(event)
    return _with_pull_request(event, github) if event.is_change else _with_branch(event, github)


def _with_pull_request(event: Event, github: GitHub) -> Followed:
    """With the pull request of the commit that the run before was about; of a fork's GitHub tells the commit alone."""
    if event.pull_request is not None:
        return Followed(event)
    from aggregator.sinks.github.client import GitHubClient  # noqa: PLC0415 - brings the sinks along
    from aggregator.sinks.github.comments import Head, pull_request_of  # noqa: PLC0415 - as above

    head = Head(event.head.repository, event.head.branch, event.head.sha)
    try:
        found = pull_request_of(GitHubClient(*github.reach), head)
    except ServiceError as error:
        unknown = replace(event, doubt="nobody could say which pull request it is about")
        return Followed(unknown, (unanswered("pull-request-unknown", error),))
    if found is None:
        return Followed(replace(event, doubt="no open pull request has the commit that was scanned as its head"))
    return Followed(replace(event, pull_request=found.number, branch=found.base_branch))


def _with_branch(event: Event, github: GitHub) -> Followed:
    """Without the branch where there is none of that name: GitHub calls the tag that was pushed a branch as well."""
    name = event.head.branch
    if name in {"", event.default_branch}:
        return Followed(event)
    try:
        with needing("contents: read"):
            path = f"git/ref/{quote(f'heads/{name}', safe='')}"
            RepositoryApi(*github.reach).read(path, "tell a branch from a tag", _Ref)
    except ServiceError as error:
        if error.fault is not Fault.MISSING:
            return Followed(event, (unanswered("branch-unknown", error),))
        held = "the run it follows was on a tag, or on a branch that is gone"
        return Followed(replace(event, branch="", head=replace(event.head, branch=""), held=held))
    return Followed(event)
