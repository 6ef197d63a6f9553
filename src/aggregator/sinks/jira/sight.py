"""A ticket as Jira tells it, in the words that plans are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from aggregator.model.moment import Moment
from aggregator.planning.jira_observed import Category, SeenMove, SeenNote, SeenTicket
from aggregator.sinks.jira.rows import (
    Change,
    ChangeItem,
    CommentRow,
    Fields,
    IssueRow,
    Named,
    Person,
    Status,
    day_of,
    moment_of,
    text_of,
)
from aggregator.writers.ticket_marks import mark_in, members_in, note_kind

_CATEGORIES = {each.value: each for each in Category}
_STATUS = "status"
_RESOLUTION = "resolution"
_DONE = Category.DONE.value
_MOVING = frozenset({"closed", "reopened", "doubt"})
"""Kinds of comments that say why a ticket is moved next."""
_SOON = timedelta(minutes=10)
"""Longer than a move takes that a busy Jira turns away a few times."""

StatusOf = Callable[[str], Status | None]
"""Gives a status by its id; ``None`` when nobody knows it any more."""


def seen(
    row: IssueRow,
    url: str,
    me: Person,
    comments: Sequence[CommentRow],
    history: Sequence[Change],
    status_of: StatusOf,
    earlier: tuple[str, ...] = (),
) -> SeenTicket:
    """One ticket with everything that was said and done there.

    Args:
        row: it.
        url: where people open it.
        me: whose token it is.
        comments: all of them.
        history: all of it, in any order.
        status_of: asked only where a move may have been one from done to done.
        earlier: other addresses that the state names it by.
    """
    fields, said = row.fields, text_of(row.fields.description)
    changes, deeds = sorted(history, key=_when), _Deeds(comments, me)
    ours = [each for each in changes if _item(each, _STATUS) is not None and deeds.has(each)]
    return SeenTicket(
        key=row.key,
        url=url,
        earlier=earlier,
        is_ours=fields.creator is not None and fields.creator.id == me.id,
        mark=mark_in(said),
        members=members_in(said),
        summary=fields.summary or "",
        status=fields.status.name,
        category=_CATEGORIES.get(fields.status.statusCategory.key, Category.NEW),
        resolution=_name(fields.resolution),
        assignee="" if fields.assignee is None else fields.assignee.shown,
        labels=fields.labels or (),
        priority=_name(fields.priority),
        due=day_of(fields.duedate),
        touched=tuple(sorted({item.id for each in history if not _is(each.author, me) for item in each.items})),
        notes=tuple(sorted(_notes(comments, me), key=lambda each: (each.created_at, each.id))),
        moves=tuple(_moves(fields, changes, deeds, status_of))[::-1],
        moved_by_us_at=moment_of(ours[-1].created) if ours else None,
        created_at=moment_of(fields.created or ""),
        updated_at=moment_of(fields.updated or ""),
    )


class _Deeds:
    """Tells what we changed: our account, or one that we had before, which wrote our word why just before it.

    Such a word is known by its fingerprint: who quotes one says more than that.
    """

    def __init__(self, comments: Iterable[CommentRow], me: Person) -> None:
        self._me = me
        self._words = tuple(_words(comments))

    def has(self, change: Change) -> bool:
        """Whether it is one of ours."""
        if _is(change.author, self._me):
            return True
        at = moment_of(change.created)
        said = [moment for author, moment in self._words if _is(change.author, author)]
        return at is not None and any(timedelta() <= at - each <= _SOON for each in said)


def _words(comments: Iterable[CommentRow]) -> Iterator[tuple[Person, Moment]]:
    for each in comments:
        mark, at = mark_in(text_of(each.body)), moment_of(each.created)
        is_word = mark is not None and mark.is_as_written and note_kind(mark.mark) in _MOVING
        if is_word and each.author is not None and at is not None:
            yield each.author, at


def _moves(fields: Fields, changes: Sequence[Change], deeds: _Deeds, status_of: StatusOf) -> Iterator[SeenMove]:
    """The last of them first. What sets a resolution where there was none completes the move before it."""
    is_done = fields.status.statusCategory.key == _DONE
    status, resolution = fields.status.name, _name(fields.resolution)
    for change in reversed(changes):
        moved, resolved = _item(change, _STATUS), _item(change, _RESOLUTION)
        is_turned = is_done and resolved is not None and bool(resolved.fromString and resolved.toString)
        if moved is None and not is_turned:
            continue
        by = "" if change.author is None else change.author.shown
        yield SeenMove(status, resolution, by, deeds.has(change), moment_of(change.created))
        resolution = resolution if resolved is None else resolved.fromString or ""
        if moved is not None:
            before = status_of(moved.before) if is_done and moved.before else None
            was_done = bool(resolution) if before is None else before.statusCategory.key == _DONE
            if not (is_done and was_done):
                return
            status = (moved.fromString or "") if before is None else before.name


def _item(change: Change, field: str) -> ChangeItem | None:
    return next((item for item in change.items if item.id == field), None)


def _when(change: Change) -> tuple[str, str]:
    """Jira tells the time of the account's zone, which summer moves; within a second the text tells more."""
    at = moment_of(change.created)
    return "" if at is None else at.isoformat(), change.created


def _notes(comments: Iterable[CommentRow], me: Person) -> Iterator[SeenNote]:
    """Ours: a person may quote a mark, and only our account writes one of its own."""
    for each in comments:
        mark, at = mark_in(text_of(each.body)), moment_of(each.created)
        if mark is not None and at is not None and _is(each.author, me):
            yield SeenNote(each.id, mark, at)


def _is(person: Person | None, me: Person) -> bool:
    return person is not None and person.id == me.id


def _name(thing: Named | None) -> str:
    return "" if thing is None else thing.name
