"""GitHub's own words for what it answers (REST API 2022-11-28), turned into ours."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from aggregator.model.moment import Moment
from aggregator.planning.observed import SeenAlert
from aggregator.sinks.github.answers import Comment, Issue, PullRequest, SarifStatus

_T = TypeVar("_T")


def converted(row: object, kind: type[_T]) -> _T:
    """A decoded JSON value as a row; raises ``msgspec.ValidationError``."""
    return msgspec.convert(row, kind)


class _User(Struct, frozen=True):
    login: str


class _Label(Struct, frozen=True):
    name: str | None = None


class Viewer(Struct, frozen=True):
    """``User`` of GraphQL."""

    login: Annotated[str, Meta(min_length=1)]


class CommentRow(Struct, frozen=True):
    """``issue-comment``."""

    id: int
    node_id: str
    created_at: Moment
    updated_at: Moment
    issue_url: str = ""
    body: str | None = None
    user: _User | None = None

    def told(self) -> Comment:
        """In our words."""
        thread = self.issue_url.rpartition("/")[2]
        return Comment(
            id=self.id,
            node_id=self.node_id,
            thread=int(thread) if thread.isascii() and thread.isdecimal() else 0,
            author=_login(self.user),
            body=self.body or "",
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


class IssueRow(Struct, frozen=True):
    """``issue``; a pull request is one too, and has ``pull_request``."""

    number: int
    title: str
    state: str
    html_url: str
    created_at: Moment
    updated_at: Moment
    closed_at: Moment | None = None
    state_reason: str | None = None
    body: str | None = None
    user: _User | None = None
    closed_by: _User | None = None
    labels: tuple[str | _Label, ...] = ()
    comments: int = 0
    pull_request: object = None
    assignees: tuple[_User, ...] | None = None
    locked: bool = False

    def told(self) -> Issue:
        """In our words."""
        names = (each if isinstance(each, str) else each.name for each in self.labels)
        return Issue(
            number=self.number,
            author=_login(self.user),
            title=self.title,
            body=self.body or "",
            url=self.html_url,
            is_open=self.state == "open",
            state_reason=self.state_reason or "",
            labels=tuple(name for name in names if name),
            created_at=self.created_at,
            updated_at=self.updated_at,
            closed_at=self.closed_at,
            closed_by=_login(self.closed_by),
            comments=self.comments,
            assignees=tuple(filter(None, map(_login, self.assignees or ()))),
            is_locked=self.locked,
        )


class _Repository(Struct, frozen=True):
    full_name: str


class _Side(Struct, frozen=True):
    ref: str
    sha: str
    repo: _Repository | None = None


class PullRow(Struct, frozen=True):
    """``pull-request`` and ``pull-request-simple``."""

    number: int
    state: str
    head: _Side
    base: _Side

    def told(self) -> PullRequest:
        """In our words."""
        return PullRequest(
            number=self.number,
            is_open=self.state == "open",
            head_sha=self.head.sha,
            head_branch=self.head.ref,
            head_repository="" if self.head.repo is None else self.head.repo.full_name,
            base_branch=self.base.ref,
        )


class ReceiptRow(Struct, frozen=True):
    """``code-scanning-sarifs-receipt``."""

    id: str


class StatusRow(Struct, frozen=True):
    """``code-scanning-sarifs-status``."""

    processing_status: str = "pending"
    errors: tuple[str, ...] | None = None

    def told(self) -> SarifStatus:
        """In our words."""
        return SarifStatus(self.processing_status, self.errors or ())


class _Message(Struct, frozen=True):
    text: str | None = None


class _Place(Struct, frozen=True):
    path: str | None = None
    start_line: int | None = None


class _Instance(Struct, frozen=True):
    category: str | None = None
    message: _Message = _Message()
    location: _Place | None = None


class _Rule(Struct, frozen=True):
    id: str | None = None


class _Tool(Struct, frozen=True):
    name: str | None = None


class AlertRow(Struct, frozen=True):
    """``code-scanning-alert-items``."""

    number: int
    state: str | None = None
    rule: _Rule = _Rule()
    tool: _Tool = _Tool()
    instance: _Instance = field(default=_Instance(), name="most_recent_instance")
    dismissed_by: _User | None = None
    dismissed_at: Moment | None = None
    dismissed_reason: str | None = None
    dismissed_comment: str | None = None
    created_at: Moment | None = None

    def told(self) -> SeenAlert:
        """In our words."""
        place = self.instance.location or _Place()
        return SeenAlert(
            number=self.number,
            state=self.state or "",
            driver=self.tool.name or "",
            rule_id=self.rule.id or "",
            message=self.instance.message.text or "",
            category=self.instance.category or "",
            path=place.path or "",
            start_line=place.start_line or 0,
            dismissed_by=_login(self.dismissed_by),
            dismissed_at=self.dismissed_at,
            dismissed_reason=self.dismissed_reason or "",
            dismissed_comment=self.dismissed_comment or "",
            created_at=self.created_at,
        )


def _login(user: _User | None) -> str:
    return "" if user is None else user.login
