"""Which pull request a run is about that follows another one: of a fork's GitHub tells the commit alone."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.errors import ServiceError
from aggregator.run.outside import GitHub, unanswered
from aggregator.runner.event import Event


class Followed(Struct, frozen=True):
    """The event, with the pull request and the branch that it will join where they were found, and what was not."""

    event: Event
    notes: tuple[Diagnostic, ...] = ()


def find_pull_request(event: Event, github: GitHub) -> Followed:
    """Ask for the pull request of the commit that the run before was about, where the event names none: one call."""
    if not (event.follows and event.is_change) or event.pull_request is not None or github.missing:
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
