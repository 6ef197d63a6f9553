"""What we do on GitHub, as values. Each key names the thing it brings about, so that doing it twice does it once."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct


class UploadSarif(Struct, frozen=True):
    """Send one batch of categories to code scanning.

    Attributes:
        batch: which one, from 0; GitHub takes twenty categories at a time.
        ref: ``refs/heads/main``, ``refs/pull/7/merge`` or ``refs/pull/7/head``.
        commit: full SHA of what was scanned.
    """

    batch: int
    categories: tuple[str, ...]
    ref: str
    commit: str

    @property
    def key(self) -> str:
        """A category is uploaded once for each commit."""
        return f"sarif:{self.ref}:{self.commit}:{self.batch}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        many = "1 category" if len(self.categories) == 1 else f"{len(self.categories)} categories"
        return f"upload {many} to the Security tab for {self.ref}"


class UpsertComment(Struct, frozen=True):
    """Write our one comment on a pull request, over the one that is there.

    Attributes:
        pull_request: its number; 0 where it is not known, so that the action can only be held.
        comment_id: of the one that is there; ``None`` for the first.
    """

    pull_request: int
    body: str
    comment_id: int | None = None

    @property
    def key(self) -> str:
        """A pull request has one comment of ours."""
        return f"comment:{self.pull_request}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        verb = "comment on" if self.comment_id is None else "update the comment on"
        return f"{verb} pull request {self.pull_request}" if self.pull_request else f"{verb} the pull request"


class OpenIssue(Struct, frozen=True, kw_only=True):
    """Open an issue.

    Attributes:
        issue: the key in its marker; before it is opened the list is read again for one that has it.
        findings: the ids of the findings it is about.
    """

    issue: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """There is one issue for each key."""
        return f"issue:{self.issue}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"open an issue: {self.title}"


class EditIssue(Struct, frozen=True, kw_only=True):
    """Bring an issue's text up to date.

    Attributes:
        url: its address.
        reopen: whether to open it again.
        joined: the ids of findings that people learn by this that it is about them as well.
    """

    number: int
    title: str
    body: str
    url: str = ""
    reopen: bool = False
    joined: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """An issue has one text."""
        return f"issue-text:{self.number}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"{'reopen' if self.reopen else 'update'} issue #{self.number}: {self.title}"


class RemindIssue(Struct, frozen=True):
    """Say something below an issue, so that people are told, and fold up what we said before.

    Attributes:
        minimise: node ids of our earlier reminders.
        remove_labels: taken off before the comment is written: the comment tells that they are gone.
    """

    number: int
    body: str
    minimise: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The marker in the text tells one reminder from the next."""
        return f"issue-comment:{self.number}:{self.body.partition(chr(10))[0]}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"comment on issue #{self.number}"


class CloseIssue(Struct, frozen=True):
    """Close an issue with a last word.

    Attributes:
        body: the last word; empty when it was said already.
        reason: ``completed`` or ``not_planned``.
    """

    number: int
    body: str
    reason: str = "completed"

    @property
    def key(self) -> str:
        """Closed is closed."""
        return f"issue-close:{self.number}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"close issue #{self.number} as {self.reason.replace('_', ' ')}"


class DismissAlert(Struct, frozen=True):
    """Dismiss a code scanning alert, because people accepted the finding.

    Attributes:
        reason: ``false positive``, ``won't fix`` or ``used in tests``, GitHub's words.
        comment: at most 280 characters.
    """

    number: int
    reason: str
    comment: str

    @property
    def key(self) -> str:
        """An alert is dismissed once."""
        return f"alert:{self.number}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"dismiss alert {self.number} as {self.reason}"


class ReopenAlert(Struct, frozen=True):
    """Open a dismissed alert again, because nobody accepts the finding any more."""

    number: int

    @property
    def key(self) -> str:
        """An alert is open or it is not."""
        return f"alert:{self.number}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"reopen alert {self.number}"


GitHubAction: TypeAlias = (
    UploadSarif | UpsertComment | OpenIssue | EditIssue | RemindIssue | CloseIssue | DismissAlert | ReopenAlert
)
