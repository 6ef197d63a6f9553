"""What it means that people resolved a ticket, and until when it holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.model.finding import Decision, Disposition
from aggregator.planning.jira_observed import SeenTicket
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


_DISPOSITIONS = {
    Meaning.ACCEPTED: Disposition.RISK_ACCEPTED,
    Meaning.FALSE_POSITIVE: Disposition.FALSE_POSITIVE,
}


def meaning(ticket: SeenTicket, rules: Jira) -> Meaning | None:
    """What people said by moving it; ``None`` while it is open, and of what we moved ourselves.

    A status may say as much as a resolution: projects that have no resolutions have such columns.
    """
    if ticket.is_open or ticket.is_gone or ticket.moved_by_us:
        return None
    said = {_letters(ticket.status), _letters(ticket.resolution)}
    names = rules.resolutions
    for kind, known in (
        (Meaning.DUPLICATE, names.duplicate),
        (Meaning.ACCEPTED, names.accepted),
        (Meaning.FALSE_POSITIVE, names.false_positive),
    ):
        if any(_letters(name) in said for name in known):
            return kind
    return Meaning.CLAIMED


def decision_of(ticket: SeenTicket, rules: Jira) -> Decision | None:
    """The decision that a resolution is; it may be over."""
    kind = meaning(ticket, rules)
    disposition = None if kind is None or not rules.decisions else _DISPOSITIONS.get(kind)
    if disposition is None:
        return None
    name = clip(plain(ticket.resolution or ticket.status), _LONGEST_NAME)
    ends = end_of_acceptance(ticket, rules) if kind is Meaning.ACCEPTED else None
    return Decision(
        disposition, f"Its ticket was resolved as {name}.", ticket.moved_by, ORIGIN, ticket.moved_at, expires_at=ends
    )


def end_of_acceptance(ticket: SeenTicket, rules: Jira) -> datetime | None:
    """The first moment at which an accepted risk is accepted no more; whole days, UTC."""
    since = moved_at(ticket)
    if rules.accept_days is None or since is None:
        return None
    return end_of(since.date() + timedelta(days=rules.accept_days))


def moved_at(ticket: SeenTicket) -> datetime | None:
    """When it came into its status, or what is known that comes nearest."""
    return ticket.moved_at or ticket.updated_at or ticket.created_at


def _letters(name: str) -> str:
    """A name without what people write differently: case, blanks, apostrophes."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
