"""What a ticket that stands there needs: another text, a reminder, to be closed or opened again. People are not fought.

What a person did is never undone without news: each thing is said or done once for each move of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from aggregator.model.finding import Disposition, Finding, Standing
from aggregator.model.outcome import Outcome
from aggregator.model.state import Tracked
from aggregator.planning.claims import seen_since
from aggregator.planning.desk import Served
from aggregator.planning.jira_actions import CommentTicket, JiraAction, MoveTicket
from aggregator.planning.jira_editing import refresh
from aggregator.planning.jira_meaning import Meaning, decision_of, ended_at, meaning
from aggregator.planning.jira_observed import SeenTicket
from aggregator.policy.jira import Jira
from aggregator.writers import ticket_notes as notes
from aggregator.writers.issue_marks import moment_word
from aggregator.writers.ticket_blocks import Text
from aggregator.writers.ticket_marks import note_kind

_ASKING = ("reminder", "doubt", "reopened")
_ENDING = ("closed", "reopened")


def tend(served: Served[SeenTicket], outcome: Outcome, rules: Jira) -> Iterator[JiraAction]:
    """What is to be done about a ticket; nothing when all is as it should be."""
    ticket, due = served.item, served.due
    if ticket.is_open and due:
        yield from refresh(served, outcome, rules)
        if _is_to_remind(ticket, due, outcome.now, rules.remind_days):
            yield CommentTicket(ticket.key, notes.reminder(_late(due), outcome.now))
    elif ticket.is_open:
        yield from _close(served, rules)
    elif due:
        yield from _open_again(ticket, due, outcome.now, rules)
    elif meaning(ticket, rules) is Meaning.CLAIMED:
        yield from _confirm(served)


def close_double(ticket: SeenTicket, same: SeenTicket, rules: Jira) -> Iterator[JiraAction]:
    """Close what says the same as another one, unless people opened it again."""
    yield from _move_to_done(ticket, notes.same_as(same.key), rules.resolutions.duplicate, ())


# --- closing


def _close(served: Served[SeenTicket], rules: Jira) -> Iterator[JiraAction]:
    """Closed only when it is known what became of the findings; a ticket about forgotten ones is left alone."""
    subjects, names = served.subjects, rules.resolutions
    if not subjects or served.forgotten:
        return
    closed = [each for each in subjects if each.closed_at is not None]
    silenced = [each for each in subjects if each.closed_at is None and each.decision.disposition.silences]
    if len(closed) == len(subjects):
        never = (*names.accepted, *names.false_positive, *names.duplicate)
        yield from _move_to_done(served.item, notes.fixed(closed), names.fixed, closed, never)
    elif silenced:
        yield from _move_to_done(served.item, notes.decided(silenced), _names(silenced, rules), silenced)
    else:
        yield from _move_to_done(served.item, notes.elsewhere(subjects), names.fixed, subjects)


def _names(silenced: Sequence[Finding | Tracked], rules: Jira) -> tuple[str, ...]:
    """The resolution that says what people decided somewhere else."""
    wrong = all(each.decision.disposition is Disposition.FALSE_POSITIVE for each in silenced)
    return rules.resolutions.false_positive if wrong else rules.resolutions.accepted


def _move_to_done(
    ticket: SeenTicket,
    text: Text,
    names: tuple[str, ...],
    findings: Sequence[Finding | Tracked],
    never: tuple[str, ...] | None = None,
) -> Iterator[JiraAction]:
    """Close it with a last word, once for each reason: whoever opens it again afterwards is answered and left alone."""
    last, ours = next(reversed(ticket.moves), None), ticket.moved_by_us_at
    kinds = [note_kind(note.mark.mark) for note in ticket.notes]
    reopened = max((place for place, kind in enumerate(kinds) if kind == "reopened"), default=-1)
    said = [note for note in ticket.notes[reopened + 1 :] if note.mark.mark == text.mark]
    was_closed = ours is not None and any(note.created_at <= ours for note in said)
    if last is not None and last.at is not None and not last.is_ours and was_closed:
        if findings:
            yield from _say_once(ticket, notes.left_open(findings, moment_word(last.at)))
        return
    yield MoveTicket(ticket.key, "done", text, names, never)


def _confirm(served: Served[SeenTicket]) -> Iterator[JiraAction]:
    """Say that a scan proves what people claimed when they closed the ticket."""
    subjects = () if served.forgotten else served.subjects
    if subjects and all(each.closed_at is not None for each in subjects):
        yield from _say_once(served.item, notes.fixed(subjects))


# --- opening again


def _open_again(ticket: SeenTicket, due: Sequence[Finding], now: datetime, rules: Jira) -> Iterator[JiraAction]:
    """What to do about a closed ticket whose findings ask for action."""
    at = ended_at(ticket, rules) or now
    event = moment_word(at)
    kind = meaning(ticket, rules)
    if kind is None:
        is_back = any(_is_since(each, at) for each in due)
        text = notes.came_back(due, event) if is_back else notes.taken_back(due, event)
        yield MoveTicket(ticket.key, "reopen", text)
    elif kind is Meaning.CLAIMED:
        yield from _doubt(ticket, due, at, rules)
    elif kind is not Meaning.DUPLICATE:
        yield from _differ(ticket, due, now, rules)


def _is_since(finding: Finding, at: datetime) -> bool:
    """Whether it came, or came back, after the ticket was closed."""
    return any(each is not None and each > at for each in (finding.reopened_at, finding.first_seen))


def _doubt(ticket: SeenTicket, due: Sequence[Finding], at: datetime, rules: Jira) -> Iterator[JiraAction]:
    """A scan that is later than the closing still reports it: say so once. If people insist it is theirs to know."""
    event = moment_word(at)
    if any(each.reopened_at is not None and each.reopened_at > at for each in due):
        yield MoveTicket(ticket.key, "reopen", notes.came_back(due, event))
        return
    kinds = [note_kind(note.mark.mark) for note in ticket.notes if note.created_at <= at]
    ended = max((place for place, kind in enumerate(kinds) if kind in _ENDING), default=-1)
    if "doubt" in kinds[ended + 1 :]:
        return
    if seen := seen_since(due, at):
        accepting = next(iter(rules.resolutions.accepted), "")
        yield MoveTicket(ticket.key, "reopen", notes.doubt(seen, accepting, event))


def _differ(ticket: SeenTicket, due: Sequence[Finding], now: datetime, rules: Jira) -> Iterator[JiraAction]:
    """It was resolved by a decision that does not hold: its time is over, or a stricter word was said elsewhere."""
    decision, at = decision_of(ticket, rules), ended_at(ticket, rules) or now
    if decision is None:
        return
    if decision.expires_at is not None and decision.expires_at <= now:
        yield MoveTicket(ticket.key, "reopen", notes.lapsed(due, moment_word(at)))
    else:
        yield from _say_once(ticket, notes.differs(due, moment_word(at)))


# --- asking


def _is_to_remind(ticket: SeenTicket, due: Sequence[Finding], now: datetime, days: int) -> bool:
    """Whether it is late, and so many days went by since we last asked; a ticket that was born late has asked."""
    late = _late(due)
    if not late:
        return False
    since = min(each.due_at or now for each in late)
    asked = [note.created_at for note in ticket.notes if note_kind(note.mark.mark) in _ASKING]
    if ticket.created_at is not None:
        asked.append(ticket.created_at)
    if any(each.date() == now.date() for each in asked):
        return False
    last = max((each for each in asked if each >= since), default=None)
    return last is None or (now.date() - last.date()).days >= days


def _late(due: Sequence[Finding]) -> list[Finding]:
    return [each for each in due if each.standing is Standing.BREACHED]


def _say_once(ticket: SeenTicket, text: Text) -> Iterator[JiraAction]:
    if all(note.mark.mark != text.mark for note in ticket.notes):
        yield CommentTicket(ticket.key, text)
