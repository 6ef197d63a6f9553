"""A ticket as Jira tells it, in the words that plans are made with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aggregator.planning.jira_observed import Category, SeenNote, SeenTicket
from aggregator.sinks.jira.rows import Change, CommentRow, IssueRow, Named, Person, day_of, moment_of, text_of
from aggregator.writers.ticket_marks import mark_in, members_in

_CATEGORIES = {each.value: each for each in Category}
_STATUS = "status"


def seen(
    row: IssueRow,
    url: str,
    me: Person,
    comments: Sequence[CommentRow],
    history: Sequence[Change],
    earlier: tuple[str, ...] = (),
) -> SeenTicket:
    """One ticket with everything that was said and done there.

    Args:
        row: it.
        url: where people open it.
        me: whose token it is.
        comments: all of them.
        history: all of it, in any order.
        earlier: other addresses that the state names it by.
    """
    fields, said = row.fields, text_of(row.fields.description)
    moves = sorted((each for each in history if _moves(each)), key=_when)
    moved = moves[-1] if moves else Change()
    ours = [each for each in moves if _is(each.author, me)]
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
        moved_by="" if moved.author is None else moved.author.shown,
        moved_by_us=_is(moved.author, me),
        moved_at=moment_of(moved.created),
        moved_by_us_at=moment_of(ours[-1].created) if ours else None,
        created_at=moment_of(fields.created or ""),
        updated_at=moment_of(fields.updated or ""),
    )


def _moves(change: Change) -> bool:
    return any(item.id == _STATUS for item in change.items)


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
