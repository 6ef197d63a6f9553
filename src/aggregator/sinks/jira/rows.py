"""Jira's own words for what it answers: REST API 3 of Cloud and 2 of Data Center, as far as we read it.

Where the two differ, a row takes both: people have an ``accountId`` there and a ``key`` here, texts are documents there
and wiki markup here, lists end by a token there and by a total here.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import msgspec
from msgspec import Struct, field

from aggregator.model.moment import Moment, whole_seconds
from aggregator.writers.ticket_adf import Node, text_in

EMPTY = msgspec.Raw(b"null")


def text_of(body: msgspec.Raw) -> str:
    """What a description or a comment says, whatever dialect it came in; nothing for what is in none of them.

    One ticket that holds something odd must not hide all others, so its texts are read apart from the list.
    """
    try:
        told = msgspec.json.decode(body, type=Node | str | None)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return text_in(told) if isinstance(told, Node) else told or ""


def moment_of(text: str) -> Moment | None:
    """``2026-11-23T05:00:00.000+0000``; ``None`` for what is none."""
    with suppress(ValueError, TypeError):  # the latter: without a zone
        return whole_seconds(datetime.fromisoformat(text))
    return None


def day_of(text: str | None) -> date | None:
    """``2026-11-23``; ``None`` for what is none."""
    with suppress(ValueError):
        return date.fromisoformat(text or "")
    return None


class Person(Struct, frozen=True):
    """``UserDetails``; which names it has depends on the flavour and on what the person lets others see."""

    accountId: str | None = None  # noqa: N815 - Jira's name for it
    key: str | None = None
    name: str | None = None
    displayName: str | None = None  # noqa: N815 - as above
    emailAddress: str | None = None  # noqa: N815 - as above

    @property
    def id(self) -> str:
        """What stays the same when the name changes."""
        return self.accountId or self.key or self.name or ""

    @property
    def shown(self) -> str:
        """As people are called in Jira."""
        return self.displayName or self.name or ""


class Named(Struct, frozen=True):
    """Anything with a name: a priority, a resolution, an issue type, an option of a list."""

    id: str = ""
    name: str = ""
    value: str = ""


class StatusCategory(Struct, frozen=True):
    """One of three, the same everywhere: ``new``, ``indeterminate``, ``done``; ``undefined`` for none."""

    key: str = "undefined"


class Status(Struct, frozen=True):
    """A status of a workflow."""

    name: str = ""
    statusCategory: StatusCategory = StatusCategory()  # noqa: N815 - as above
    id: str = ""


class CommentRow(Struct, frozen=True):
    """``Comment``."""

    id: str
    created: str = ""
    author: Person | None = None
    body: msgspec.Raw = EMPTY


class CommentPage(Struct, frozen=True):
    """A part of a ticket's comments."""

    comments: tuple[CommentRow, ...] = ()
    total: int = 0


class ChangeItem(Struct, frozen=True, rename={"before": "from"}):
    """One field that was changed; Data Center tells its name only.

    Attributes:
        before: the id of what it was.
        fromString: what that was called then.
        toString: what it became.
    """

    field: str = ""
    fieldId: str | None = None  # noqa: N815 - as above
    before: str | None = None
    fromString: str | None = None  # noqa: N815 - as above
    toString: str | None = None  # noqa: N815 - as above

    @property
    def id(self) -> str:
        """The field's id, as far as it can be told."""
        return self.fieldId or self.field.lower()


class Change(Struct, frozen=True):
    """What one person changed at once."""

    created: str = ""
    author: Person | None = None
    items: tuple[ChangeItem, ...] = ()


class Changes(Struct, frozen=True):
    """A part of a ticket's history: within a ticket under ``histories``, on its own under ``values``."""

    histories: tuple[Change, ...] = ()
    values: tuple[Change, ...] = ()
    total: int = 0


class Fields(Struct, frozen=True):
    """The fields that we ask for."""

    summary: str | None = None
    description: msgspec.Raw = EMPTY
    status: Status = Status()
    resolution: Named | None = None
    priority: Named | None = None
    assignee: Person | None = None
    creator: Person | None = None
    labels: tuple[str, ...] | None = None
    duedate: str | None = None
    created: str | None = None
    updated: str | None = None
    comment: CommentPage | None = None


ASKED = ",".join(Fields.__struct_fields__)
"""The same as a query has them."""


class IssueRow(Struct, frozen=True):
    """``IssueBean``."""

    key: str
    id: str = ""
    fields: Fields = Fields()
    changelog: Changes | None = None


class AnyFields(Struct, frozen=True):
    """``IssueBean`` with whatever fields were asked for."""

    fields: dict[str, object] = field(default_factory=dict)


class SearchPage(Struct, frozen=True):
    """A part of what a search found."""

    issues: tuple[IssueRow, ...] = ()
    nextPageToken: str | None = None  # noqa: N815 - as above
    total: int = 0


class Made(Struct, frozen=True):
    """``CreatedIssue``."""

    key: str


class ScreenField(Struct, frozen=True):
    """A field that a transition asks for."""

    name: str = ""
    required: bool = False
    hasDefaultValue: bool = False  # noqa: N815 - as above
    allowedValues: tuple[object, ...] = ()  # noqa: N815 - as above


class TransitionRow(Struct, frozen=True):
    """``IssueTransition``, with the fields of its screen."""

    id: str
    name: str = ""
    to: Status = Status()
    isAvailable: bool = True  # noqa: N815 - as above
    fields: dict[str, ScreenField] = field(default_factory=dict)


class TransitionList(Struct, frozen=True):
    """``Transitions``."""

    transitions: tuple[TransitionRow, ...] = ()


class Permission(Struct, frozen=True):
    """``UserPermission``."""

    havePermission: bool = False  # noqa: N815 - as above


class Permissions(Struct, frozen=True):
    """What an account may do, by Jira's names."""

    permissions: dict[str, Permission] = field(default_factory=dict)


class ProjectRow(Struct, frozen=True):
    """``Project``."""

    key: str
    archived: bool = False
    issueTypes: tuple[Named, ...] = ()  # noqa: N815 - as above
