"""A ticket that is still wanted, brought up to date; what people changed of it stays theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.planning.desk import Served
from aggregator.planning.jira_actions import EditTicket
from aggregator.planning.jira_marks import about_label
from aggregator.planning.jira_observed import SeenTicket
from aggregator.planning.jira_texts import template_of, text_of
from aggregator.policy.jira import Jira
from aggregator.writers.ticket_blocks import Text
from aggregator.writers.ticket_marks import is_poor, known_in, note_kind, note_word, tells_as_much
from aggregator.writers.ticket_notes import updated
from aggregator.writers.ticket_text import summary_line

_SHOWN = 2
"""Of a description, what a comment repeats: its head, and the table or list below it."""


def refresh(served: Served[SeenTicket], outcome: Outcome, rules: Jira) -> Iterator[EditTicket]:
    """The new text and fields, when what they say has changed; as a comment where people rewrote the description."""
    ticket, due = served.item, served.due
    text = text_of(served.key, due, outcome, rules)
    text = replace(text, members=(*text.members, *served.forgotten))
    known, told = known_in(text.mark), _told(ticket)
    if tells_as_much(told, known):
        return
    is_ours = ticket.mark is not None and ticket.mark.is_as_written
    is_whole = not is_poor(known)  # else a run that looked at it says more, and sooner or later there is one
    summary = _summary(served.key, due, outcome, rules)
    edit = _edit(served, text if is_ours and is_whole else None, summary, rules)
    if not told and edit.priority is None and edit.due is None:
        return  # nobody knows what people were told: what cannot be seen to have changed is no news
    if is_whole:
        said = None if is_ours else updated(text.blocks[:_SHOWN], f"{known}.{_updates(ticket) + 1}")
        edit = replace(edit, said=said, joined=served.newcomers)
    if edit != EditTicket(ticket=ticket.key, url=ticket.url):
        yield edit


def _updates(ticket: SeenTicket) -> int:
    return sum(note_kind(note.mark.mark) == "update" for note in ticket.notes)


def due_date(due: Sequence[Finding]) -> date | None:
    """The first day on which one of them is late."""
    return min((each.due_at.date() for each in due if each.due_at is not None), default=None)


def _summary(key: str, due: Sequence[Finding], outcome: Outcome, rules: Jira) -> str:
    return summary_line(template_of(key, due, outcome).text(rules.summary))


def _told(ticket: SeenTicket) -> str:
    """The fingerprint of what people were told last; empty when they took our mark out and nothing was said since."""
    mark = ticket.mark
    updates = [note_word(note.mark.mark) for note in ticket.notes if note_kind(note.mark.mark) == "update"]
    if updates and (mark is None or not mark.is_as_written):
        return updates[-1].partition(".")[0]
    return "" if mark is None else known_in(mark.mark)


def _edit(served: Served[SeenTicket], text: Text | None, summary: str, rules: Jira) -> EditTicket:
    """What is to be written over what we wrote; nothing that anybody else ever touched."""
    ticket, due = served.item, served.due
    priority, day = rules.priorities.of(due[0].severity), due_date(due) if rules.due else None
    label = about_label(served.key)
    return EditTicket(
        ticket=ticket.key,
        url=ticket.url,
        summary=summary if summary != ticket.summary and "summary" not in ticket.touched else None,
        text=text,
        priority=priority if priority not in ("", ticket.priority) and "priority" not in ticket.touched else None,
        due=day if day != ticket.due and "duedate" not in ticket.touched else None,
        add_labels=() if label in ticket.labels or "labels" in ticket.touched else (label,),
    )
