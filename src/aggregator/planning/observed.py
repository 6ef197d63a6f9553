"""What already stands on GitHub, as the sinks found it: plans are made against it, decisions are read from it."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.moment import Moment


class SeenComment(Struct, frozen=True):
    """A comment of ours on a pull request or an issue.

    Attributes:
        node_id: how GraphQL calls it; needed to minimise it.
    """

    id: int
    body: str
    node_id: str = ""
    created_at: Moment | None = None


class Remark(Struct, frozen=True):
    """A comment by somebody else below one of our issues.

    Attributes:
        may_decide: whether its author may write to the repository, or might when we heard it.
    """

    author: str
    body: str
    created_at: Moment
    may_decide: bool
    id: int = 0


class SeenIssue(Struct, frozen=True, kw_only=True):
    """An issue that carries our marker and that we opened, in whatever state people have brought it.

    Attributes:
        key: what our marker in its body names: a finding's id, a rule, or the rolling issue.
        state_reason: ``completed``, ``not_planned``, ``duplicate``, ``reopened``; empty while nobody closed it.
        closed_by: who closed it, and ``closed_by_us`` whether that was us.
        reminders: our comments below it, oldest first.
        remarks: those of others that begin with our command, oldest first.
        assignees: logins of who works on it.
        is_locked: whether its conversation is over: an app cannot comment there.
        is_known: whether its comments, and who closed it, were asked for; of an issue that nobody touched they are not.
    """

    number: int
    key: str
    title: str
    body: str
    url: str
    is_open: bool
    state_reason: str = ""
    labels: tuple[str, ...] = ()
    closed_at: Moment | None = None
    closed_by: str = ""
    closed_by_us: bool = False
    created_at: Moment | None = None
    updated_at: Moment | None = None
    reminders: tuple[SeenComment, ...] = ()
    remarks: tuple[Remark, ...] = ()
    is_known: bool = True
    assignees: tuple[str, ...] = ()
    is_locked: bool = False


class SeenAlert(Struct, frozen=True, kw_only=True):
    """A code scanning alert of a driver of ours.

    Attributes:
        state: ``open``, ``dismissed`` or ``fixed``.
        message: the text of its latest instance; ends with our finding's id.
        category: of its latest instance.
    """

    number: int
    state: str
    driver: str
    rule_id: str
    message: str
    category: str = ""
    path: str = ""
    start_line: int = 0
    dismissed_by: str = ""
    dismissed_at: Moment | None = None
    dismissed_reason: str = ""
    dismissed_comment: str = ""
    created_at: Moment | None = None


class Observed(Struct, frozen=True, kw_only=True):
    """Everything seen in one run. ``None`` stands for what was not asked for, or could not be found out.

    Attributes:
        comment: ours on the pull request; ``comment_known`` tells whether it was looked for.
    """

    comment: SeenComment | None = None
    comment_known: bool = False
    issues: tuple[SeenIssue, ...] | None = None
    alerts: tuple[SeenAlert, ...] | None = None


NOTHING_SEEN = Observed()
