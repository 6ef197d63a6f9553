"""What GitHub answers, as far as we read it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from aggregator.model.moment import Moment


class Thread(StrEnum):
    """What a comment stands on; it decides which permission is needed."""

    PULL_REQUEST = "pull request"
    ISSUE = "issue"

    @property
    def needs(self) -> str:
        """The permission, as a workflow writes it."""
        return "pull-requests: write" if self is Thread.PULL_REQUEST else "issues: write"


class Comment(Struct, frozen=True, kw_only=True):
    """A comment on a pull request or an issue; both are threads to GitHub.

    Attributes:
        thread: number of the pull request or issue.
        author: login; a bot's ends in ``[bot]``. Empty for someone who has left GitHub.
        body: as it stands there now: GitHub may have kept an older text than the one we sent.
    """

    id: int
    node_id: str
    thread: int
    author: str
    body: str
    created_at: Moment
    updated_at: Moment


class Issue(Struct, frozen=True, kw_only=True):
    """An issue.

    Attributes:
        author: login of who opened it.
        body: as it stands there now.
        closed_by: login; empty while it is open, and where GitHub's list does not tell: ``issue`` does.
        comments: how many stand below it.
        assignees: logins.
        is_locked: whether only people who may write to the repository can comment on it, and no app.
    """

    number: int
    author: str
    title: str
    body: str
    url: str
    is_open: bool
    state_reason: str
    labels: tuple[str, ...]
    created_at: Moment
    updated_at: Moment
    closed_at: Moment | None
    closed_by: str
    comments: int
    assignees: tuple[str, ...] = ()
    is_locked: bool = False


class PullRequest(Struct, frozen=True, kw_only=True):
    """A pull request.

    Attributes:
        head_repository: ``owner/name``; empty when a fork was deleted.
        base_branch: the branch that it will join.
    """

    number: int
    is_open: bool
    head_sha: str
    head_branch: str
    head_repository: str
    base_branch: str


class SarifStatus(Struct, frozen=True):
    """How far an upload is.

    Attributes:
        state: ``pending``, ``complete`` or ``failed``.
        errors: why it failed, in GitHub's words, which may repeat parts of the file: hostile text.
    """

    state: str
    errors: tuple[str, ...] = ()
