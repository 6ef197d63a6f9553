"""What people have said on one of our issues: by closing it, by labels, by commands. The last word holds."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from aggregator.model.finding import Decision, Disposition
from aggregator.planning.commands import Command, sense, understand
from aggregator.planning.observed import Remark, SeenIssue
from aggregator.writers.issue_marks import ROLLING, base_key, comment_kind, heard_in

ORIGIN = "issues"
"""What a decision made on an issue names as its origin."""

LABELS = {
    "onefold/verified": Disposition.VERIFIED,
    "onefold/risk-accepted": Disposition.RISK_ACCEPTED,
    "onefold/false-positive": Disposition.FALSE_POSITIVE,
}
"""The labels that decide, the strictest first."""

NOT_PLANNED = "not_planned"
_STEPS = ("closed", "reminder", "doubt")
"""The comments of ours that tell whether we found the issue open when we wrote them."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Word(Struct, frozen=True):
    """One decision in time.

    Attributes:
        finding: the one finding that is meant; empty for all that the issue is about.
        is_answered: whether we told people that we heard it; what they do with labels later counts more.
    """

    decision: Decision
    finding: str = ""
    is_answered: bool = True


def words_of(issue: SeenIssue) -> tuple[Word, ...]:
    """Every decision by word or by closing that was not undone by opening the issue again; oldest first."""
    since, waiting = _undone_until(issue), unanswered(issue)
    words = [
        _word(remark, command, is_answered=remark not in waiting)
        for remark in decisive(issue)
        if remark.created_at > since and isinstance(command := understand(remark.body, remark.created_at), Command)
    ]
    if is_rolling(issue):
        return tuple(word for word in words if word.finding)
    if closed_against(issue):
        reason = "Its issue was closed as not planned."
        closed = Decision(Disposition.RISK_ACCEPTED, reason, issue.closed_by, ORIGIN, issue.closed_at)
        words.append(Word(closed))
    return tuple(sorted(words, key=lambda word: word.decision.decided_at or _BEGINNING))


def decision_on(issue: SeenIssue, words: tuple[Word, ...], finding: str = "") -> Decision | None:
    """What holds for one finding of the issue, or for the whole; ``None`` when nothing is decided here.

    A label counts more than words, except than a command that nobody has answered yet: answering takes labels off, so
    one that is there was set later.
    """
    meant = [word for word in words if word.finding in ("", finding)]
    last = meant[-1] if meant else None
    label = next((label for label in LABELS if label in issue.labels), None)
    if label is not None and not is_rolling(issue) and (last is None or last.is_answered):
        return Decision(LABELS[label], f"Its issue is labelled {label}.", "", ORIGIN)
    if last is None or last.decision.disposition is Disposition.OPEN:
        return None
    return last.decision


def is_rolling(issue: SeenIssue) -> bool:
    """Whether it lists what has no issue of its own; there people decide only about findings that they name."""
    return base_key(issue.key) == ROLLING


def decisive(issue: SeenIssue) -> tuple[Remark, ...]:
    """The commands of those who may decide, oldest first."""
    return tuple(sorted((remark for remark in issue.remarks if remark.may_decide), key=lambda each: each.created_at))


def unanswered(issue: SeenIssue) -> tuple[Remark, ...]:
    """The commands that we have not answered yet, or not as they stand there now, oldest first."""
    heard = heard_in(comment.body for comment in issue.reminders)
    return tuple(each for each in decisive(issue) if heard.get(each.id) != sense(each.body, each.created_at))


def closed_by_person(issue: SeenIssue) -> bool:
    """Whether a person closed it, as far as that is known: neither we nor a bot that tidies up."""
    is_ours = issue.closed_by_us or issue.closed_by.endswith("[bot]")
    return not issue.is_open and issue.is_known and not is_ours


def closed_against(issue: SeenIssue) -> bool:
    """Whether a person closed it as not planned: that is a decision."""
    return closed_by_person(issue) and issue.state_reason == NOT_PLANNED


def kept_open(issue: SeenIssue) -> datetime | None:
    """When we said our last word on an issue that people have opened since; ``None`` where they have not.

    Where its comments were not read it may be any moment up to when it was touched at last.
    """
    if not issue.is_open or issue.state_reason != "reopened":
        return None
    if not issue.is_known:
        return issue.updated_at
    at, kind = next(((at, kind) for at, kind in reversed(_dated(issue)) if kind in _STEPS), (None, ""))
    was_closed = kind == "closed" and at is not None and issue.updated_at is not None and at < issue.updated_at
    return at if was_closed else None


def _word(remark: Remark, command: Command, *, is_answered: bool) -> Word:
    decision = Decision(
        command.disposition, command.reason, remark.author, ORIGIN, remark.created_at, expires_at=command.expires_at
    )
    return Word(decision, command.finding, is_answered=is_answered)


def _undone_until(issue: SeenIssue) -> datetime:
    """Up to when commands were undone: our last closing after which the issue was opened again, by us or by others."""
    dated = _dated(issue)
    closings = [at for at, kind in dated if kind == "closed"]
    last = max((at for at, kind in dated if kind in _STEPS), default=_BEGINNING)
    is_reopened = issue.is_open and issue.state_reason == "reopened"
    return max((at for at in closings if at < last or is_reopened), default=_BEGINNING)


def _dated(issue: SeenIssue) -> list[tuple[datetime, str]]:
    """When we said what, oldest first."""
    return [(each.created_at, comment_kind(each.body)) for each in issue.reminders if each.created_at is not None]
