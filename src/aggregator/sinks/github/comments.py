"""Our one comment on a pull request: finds the pull request and the comment, and writes it."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.actions import Action
from aggregator.planning.github_actions import UpsertComment
from aggregator.planning.observed import SeenComment
from aggregator.sinks.github.answers import Comment, PullRequest
from aggregator.transport.retry import UNCLEAR
from aggregator.writers.comment import is_marked, substance


class Discussion(Protocol):
    """What this sink asks of GitHub; :class:`aggregator.sinks.github.client.GitHubClient` answers."""

    def login(self) -> str:
        """Whom the token's comments are by."""
        ...

    def comments_of(self, number: int) -> tuple[Comment, ...]:
        """All comments, every page."""
        ...

    def create_comment(self, number: int, body: str) -> Comment:
        """Sent once."""
        ...

    def edit_comment(self, id: int, body: str) -> str:  # noqa: A002
        """Gives the text that stands there now."""
        ...

    def pulls_of_head(self, owner: str, branch: str) -> tuple[PullRequest, ...]:
        """The open ones."""
        ...


class Head(Struct, frozen=True):
    """What a ``workflow_run`` says of the run that it follows. GitHub wrote it, so a fork's run cannot forge it.

    Attributes:
        repository: ``owner/name`` of where the branch lies; empty when a fork was deleted.
    """

    repository: str
    branch: str
    sha: str


def pull_request_of(client: Discussion, head: Head) -> PullRequest | None:
    """The open pull request whose head is this very commit; ``None`` when there is none, or when there are several.

    This is the only proof there is of a fork's pull request: a number that an artifact names is somebody's word.
    Raises ``ServiceError``.
    """
    owner = head.repository.partition("/")[0]
    if not (owner and head.branch and head.sha):
        return None
    found = [
        pull
        for pull in client.pulls_of_head(owner, head.branch)
        if pull.is_open and pull.head_sha == head.sha and pull.head_repository.lower() == head.repository.lower()
    ]
    return found[0] if len(found) == 1 else None


class CommentSink:
    """Carries out ``UpsertComment``.

    Args:
        client: GitHub, with ``pull-requests: write``.
        key: which comment is ours, from :func:`aggregator.writers.comment.comment_key`.
    """

    def __init__(self, client: Discussion, key: str) -> None:
        self._client = client
        self._key = key

    def observe(self, number: int) -> SeenComment | None:
        """Our comment on this pull request, by marker and author; of several the first. Raises ``ServiceError``."""
        author = self._client.login()
        ours = [
            each
            for each in self._client.comments_of(number)
            if each.author.lower() == author.lower() and is_marked(each.body, self._key)
        ]
        if not ours:
            return None
        first = min(ours, key=lambda comment: comment.id)
        return SeenComment(first.id, first.body, first.node_id, first.created_at)

    def accepts(self, action: Action) -> bool:
        """Whether it is ours to carry out."""
        return isinstance(action, UpsertComment)

    def apply(self, action: Action) -> None:
        """Write the comment, so that there is one, with this text. Raises ``ServiceError``."""
        if not isinstance(action, UpsertComment):
            return
        if action.comment_id is None or not self._edit(action.comment_id, action.body):
            self._find_or_create(action)

    def _edit(self, number: int, body: str) -> bool:
        """Write it anew and look whether GitHub took it; false when somebody deleted it."""
        try:
            now = self._client.edit_comment(number, body)
        except ServiceError as error:
            if error.fault is Fault.MISSING:
                return False
            raise
        if substance(now) != substance(body):
            reason = "Could not update the comment on the pull request: GitHub kept the old text."
            raise ServiceError(Fault.REFUSED, reason, "Run it again; if it happens again, delete the comment.")
        return True

    def _find_or_create(self, action: UpsertComment) -> None:
        """The list first: another attempt may have written it since it was last read."""
        if self._edit_found(action):
            return
        try:
            self._client.create_comment(action.pull_request, action.body)
        except ServiceError as error:
            # The answer was lost: the list tells whether the deed was done. It is not done twice.
            if error.fault not in UNCLEAR or not self._edit_found(action):
                raise

    def _edit_found(self, action: UpsertComment) -> bool:
        seen = self.observe(action.pull_request)
        if seen is None:
            return False
        return substance(seen.body) == substance(action.body) or self._edit(seen.id, action.body)
