"""What we say below our tickets: reminders, proofs, why one is opened again. In blocks, each with its mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from aggregator.model.finding import Finding
from aggregator.model.state import Tracked
from aggregator.writers.escape import clip, plain
from aggregator.writers.issue_marks import fingerprint
from aggregator.writers.status_words import last_moment
from aggregator.writers.summary_cells import day, days_since, many
from aggregator.writers.ticket_blocks import Block, Bullets, Line, Paragraph, Span, Text, words
from aggregator.writers.ticket_marks import note_mark

_LISTED = 10
_REASON = 300


def reminder(due: Sequence[Finding], now: datetime) -> Text:
    """Still there, and past its SLA; one a day at most."""
    return Text((Paragraph(words(late(due, now))),), note_mark("reminder", day(now)))


def late(due: Sequence[Finding], now: datetime) -> str:
    """Say so: ``This CRITICAL finding has been open for 12 days. The SLA is 7`` and so on."""
    oldest = min(due, key=lambda each: (each.due_at or now, each.id))
    start, end = oldest.clock_start or now, oldest.due_at or now
    ages = f"has been open for {many(days_since(start, now), 'day')}. The SLA is {(end - start).days}."
    if len(due) == 1:
        return f"This {oldest.severity} finding {ages}"
    return f"{many(len(due), 'finding')} are past their SLA. The oldest, {oldest.severity}, {ages}"


def updated(blocks: Iterable[Block], known: str) -> Text:
    """What holds now, where people have changed the description, so that it is theirs."""
    head = Paragraph(words("What is known has changed. The description is left as people wrote it; this holds now."))
    return Text((head, *blocks), note_mark("update", known))


def fixed(closed: Sequence[Finding | Tracked]) -> Text:
    """The proof."""
    lines = [(_name(each), f": {_sentence(each.closed_reason) or 'closed'}") for each in closed]
    word = fingerprint(f"{each.id} {each.closed_at}" for each in sorted(closed, key=lambda each: each.id))
    return Text((Paragraph(words("Fixed, and proven by a scan.")), _list(lines)), note_mark("closed", word))


def decided(findings: Sequence[Finding | Tracked]) -> Text:
    """Who decided what, somewhere else than here."""
    lines = [(_name(each), f": {decision(each)}") for each in findings]
    word = fingerprint(
        f"{each.id} {each.decision.disposition} {each.decision.origin} {each.decision.expires_at} {each.closed_at}"
        for each in sorted(findings, key=lambda each: each.id)
    )
    return Text((Paragraph(words("Decided.")), _list(lines)), note_mark("closed", word))


def elsewhere(findings: Sequence[Finding | Tracked]) -> Text:
    """Everything in a ticket went to another one: findings turned out to be one, or have tickets of their own."""
    lines = [(_name(each), "") for each in findings]
    word = fingerprint(sorted(each.id for each in findings))
    return Text(
        (Paragraph(words("What it was about stands in other tickets.")), _list(lines)), note_mark("closed", word)
    )


def same_as(ticket: str) -> Text:
    """Two tickets are about one finding."""
    return _said(f"It is the same as {ticket}, which stays.", note_mark("closed", ticket))


def came_back(due: Sequence[Finding], event: str) -> Text:
    """Why a ticket is opened again that was rightly closed: what was done is undone."""
    return _reopened("Opened again: a scan reports this.", due, event)


def lapsed(due: Sequence[Finding], event: str) -> Text:
    """Why a ticket is opened again that accepted the risk."""
    return _reopened("Opened again: the time for which the risk was accepted is over.", due, event)


def taken_back(due: Sequence[Finding], event: str) -> Text:
    """Why a ticket is opened again that we closed because of a decision."""
    return _reopened("Opened again: the decision for which it was closed holds no longer.", due, event)


def doubt(due: Sequence[Finding], accepting: str, event: str) -> Text:
    """Why a ticket is opened again that a person called done; said once, and if they insist it stays closed.

    Args:
        due: what is still reported.
        accepting: the resolution that accepts the risk.
        event: one word for the closing that is doubted.
    """
    seen = max((each.last_seen for each in due if each.last_seen is not None), default=None)
    when = "The last scan" if seen is None else f"The scan of {day(seen)}"
    head = f"Opened again, once: {when[0].lower()}{when[1:]} still reports it."
    more = f" If it is closed as done again, it stays closed. To accept the risk, resolve it as {accepting}."
    return Text((Paragraph(words(head + more)), _list([(_name(each), "") for each in due])), note_mark("doubt", event))


def left_open(findings: Sequence[Finding | Tracked], event: str) -> Text:
    """That a ticket which people opened again stays open, and what is nevertheless so."""
    head = "Left open, as you opened it again. As far as is known nothing is left to do:"
    lines = [(_name(each), f": {_state(each)}") for each in findings]
    return Text((Paragraph(words(head)), _list(lines)), note_mark("left", event))


def differs(due: Sequence[Finding], event: str) -> Text:
    """That a decision made by resolving the ticket does not hold, because a stricter word was said elsewhere."""
    head = "Heard, but it does not hold: somewhere else a stricter word was said about it."
    lines = [(_name(each), f": {decision(each)}") for each in due]
    return Text((Paragraph(words(head)), _list(lines)), note_mark("differs", event))


def decision(finding: Finding | Tracked) -> str:
    """``risk accepted to the end of 2027-06-30 by kim (exceptions). Internal page.``; plain text."""
    told = finding.decision
    until = "" if told.expires_at is None else f" to the end of {day(last_moment(told.expires_at))}"
    by = f" by {clip(plain(told.author), 60)}" if told.author else ""
    origin = f" ({told.origin})" if told.origin else ""
    why = f". {_sentence(told.reason)}" if told.reason else ""
    return f"{told.disposition.value.replace('_', ' ')}{until}{by}{origin}{why}"


def _state(finding: Finding | Tracked) -> str:
    return decision(finding) if finding.closed_at is None else _sentence(finding.closed_reason) or "closed"


def _reopened(head: str, due: Sequence[Finding], event: str) -> Text:
    return Text((Paragraph(words(head)), _list([(_name(each), "") for each in due])), note_mark("reopened", event))


def _said(text: str, mark: str) -> Text:
    return Text((Paragraph(words(text)),), mark)


def _list(lines: Sequence[tuple[Line, str]]) -> Bullets:
    items = [(*name, Span(more)) if more else name for name, more in lines[:_LISTED]]
    rest = len(lines) - _LISTED
    return Bullets((*items, words(f"and {rest} more")) if rest > 0 else tuple(items))


def _name(finding: Finding | Tracked) -> Line:
    return Span(f"{clip(plain(finding.title), 100) or 'Untitled'} "), Span(finding.id, code=True)


def _sentence(text: str) -> str:
    return clip(plain(text), _REASON)
