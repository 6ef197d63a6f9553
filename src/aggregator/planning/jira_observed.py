"""What already stands in Jira, as the sink found it: plans are made against it, decisions are read from it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from aggregator.model.moment import Moment
from aggregator.writers.ticket_marks import SeenMark


class Sought(Struct, frozen=True):
    """Which tickets a run asks for: ``observe(sought)`` gives a :class:`SeenTicket` for each, by address.

    Attributes:
        label: the memory's; every ticket that bears it, in whatever project.
        urls: tickets that the state names, whatever labels they bear now; one for each that is not there any more, too.
    """

    label: str
    urls: tuple[str, ...] = ()


class Category(StrEnum):
    """The three kinds of status that every workflow has; ``statusCategory`` in Jira."""

    NEW = "new"
    INDETERMINATE = "indeterminate"
    DONE = "done"


class SeenNote(Struct, frozen=True):
    """A comment of ours below a ticket: written by our account, and marked.

    Attributes:
        mark: the one it ends with.
    """

    id: str
    mark: SeenMark
    created_at: Moment


class SeenMove(Struct, frozen=True):
    """A change of a ticket's status, or of how it was resolved.

    Attributes:
        status: the name of the one that it then had, ``resolution`` that of how it was resolved.
        by: the display name of who did it; empty when it is not known.
        is_ours: whether that was our account, or one that we had before.
    """

    status: str
    resolution: str = ""
    by: str = ""
    is_ours: bool = False
    at: Moment | None = None


class SeenTicket(Struct, frozen=True, kw_only=True):
    """A ticket that bears our labels or that the state names, in whatever state people have brought it.

    Attributes:
        key: Jira's key as it is now: ``SEC-12``; of one that is gone the last one known.
        url: where people open it, made of the key as it is now.
        earlier: addresses that the state names it by, when they are others: it was moved to another project.
        is_gone: Jira does not know it any more, or does not show it to us; then all but ``key`` and ``url`` is empty.
        is_ours: whether our account created it: a clone that people made bears our labels and our mark as well.
        mark: our mark in its description; ``None`` when people took it out.
        members: the ids of findings that the description names, in that order: ``F-`` and hexadecimal digits.
        category: of its status; a workflow may give statuses any names.
        resolution: its name; empty for none.
        assignee: as people are called there: the display name; empty for nobody.
        touched: Jira's ids of the fields that anybody but our account has ever changed: ``summary``, ``priority``.
        notes: our comments, oldest first.
        moves: how it came to be as it is, oldest first: of one that is done, the move that ended it and all since; of
            an open one the last. Empty when nothing is known.
        moved_by_us_at: when we changed its status last.
    """

    key: str
    url: str
    earlier: tuple[str, ...] = ()
    is_gone: bool = False
    is_ours: bool = True
    mark: SeenMark | None = None
    members: tuple[str, ...] = ()
    summary: str = ""
    status: str = ""
    category: Category = Category.NEW
    resolution: str = ""
    assignee: str = ""
    labels: tuple[str, ...] = ()
    priority: str = ""
    due: date | None = None
    touched: tuple[str, ...] = ()
    notes: tuple[SeenNote, ...] = ()
    moves: tuple[SeenMove, ...] = ()
    moved_by_us_at: Moment | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody: it is there, and its status is not of the category done."""
        return not self.is_gone and self.category is not Category.DONE
