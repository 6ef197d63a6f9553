"""What it means that people resolved a ticket, and until when it holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.model.finding import Decision, Disposition
from aggregator.planning.jira_observed import SeenMove, SeenTicket
from aggregator.policy.exception import end_of
from aggregator.policy.jira import Jira
from aggregator.writers.escape import clip, plain

ORIGIN = "jira"
"""What a decision made by resolving a ticket names as its origin."""

_LONGEST_NAME = 60


class Meaning(StrEnum):
    """What a ticket in a status of the category done says about its findings."""

    CLAIMED = "claimed"
    """Somebody says that it is fixed; only a scan can prove it."""
    ACCEPTED = "accepted"
    FALSE_POSITIVE = "false_positive"
    DUPLICATE = "duplicate"
    """It is tracked somewhere else."""


_DECIDED = (Meaning.DUPLICATE, Meaning.ACCEPTED, Meaning.FALSE_POSITIVE)
"""What either name may say, the first one counts."""
_DISPOSITIONS = {
    Meaning.ACCEPTED: Disposition.RISK_ACCEPTED,
    Meaning.FALSE_POSITIVE: Disposition.FALSE_POSITIVE,
}


def meaning(ticket: SeenTicket, rules: Jira) -> Meaning | None:
    """What people said by moving it; ``None`` while it is open, and of what we moved ourselves.

    A status may say as much as a resolution: projects that have no resolutions have such columns.
    """
    if ticket.is_open or ticket.is_gone:
        return None
    word = word_of(ticket, rules)
    return None if word.is_ours else _says(word, rules)


def word_of(ticket: SeenTicket, rules: Jira) -> SeenMove:
    """The move that gave a ticket which is done its meaning.

    What only tidies up after it, by whomever, says nothing: from Resolved to Closed, and resolved as it was. Whoever
    resolves it another way, or moves it to a status whose name says something else, has changed their mind.
    """
    word, *later = ticket.moves or (SeenMove(ticket.status, ticket.resolution),)
    for move in later:
        if _is_another(word, move, rules):
            word = move
    return word


def decision_of(ticket: SeenTicket, rules: Jira) -> Decision | None:
    """The decision that a resolution is; it may be over."""
    kind = meaning(ticket, rules)
    disposition = None if kind is None or not rules.decisions else _DISPOSITIONS.get(kind)
    if disposition is None:
        return None
    word = word_of(ticket, rules)
    said = next(name for name in (word.resolution, word.status) if _kind(name, rules) is kind)
    reason = f"Its ticket was resolved as {clip(plain(said), _LONGEST_NAME)}."
    ends = end_of_acceptance(ticket, rules) if kind is Meaning.ACCEPTED else None
    return Decision(disposition, reason, word.by, ORIGIN, word.at, expires_at=ends)


def end_of_acceptance(ticket: SeenTicket, rules: Jira) -> datetime | None:
    """The first moment at which an accepted risk is accepted no more; whole days, UTC."""
    since = ended_at(ticket, rules)
    if rules.accept_days is None or since is None:
        return None
    return end_of(since.date() + timedelta(days=rules.accept_days))


def ended_at(ticket: SeenTicket, rules: Jira) -> datetime | None:
    """When a ticket that is done got its meaning, or what is known that comes nearest."""
    return word_of(ticket, rules).at or ticket.updated_at or ticket.created_at


def _is_another(word: SeenMove, move: SeenMove, rules: Jira) -> bool:
    """Whether a move within done says something else than the word before it."""
    is_resolved_anew = _letters(move.resolution) != _letters(word.resolution)
    if is_resolved_anew and word.resolution and move.resolution:
        return True
    names = (move.status, move.resolution) if is_resolved_anew else (move.status,)
    return any(_kind(name, rules) for name in names) and _says(move, rules) is not _says(word, rules)


def _says(move: SeenMove, rules: Jira) -> Meaning:
    kinds = {_kind(move.status, rules), _kind(move.resolution, rules)}
    return next((kind for kind in _DECIDED if kind in kinds), Meaning.CLAIMED)


def _kind(name: str, rules: Jira) -> Meaning | None:
    """What the policy means by a name; ``None`` for one that it does not know."""
    names = rules.resolutions
    known = {
        Meaning.DUPLICATE: names.duplicate,
        Meaning.ACCEPTED: names.accepted,
        Meaning.FALSE_POSITIVE: names.false_positive,
        Meaning.CLAIMED: names.fixed,
    }
    letters = _letters(name)
    return next((kind for kind, said in known.items() if letters in map(_letters, said)), None)


def _letters(name: str) -> str:
    """A name without what people write differently: case, blanks, apostrophes."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
