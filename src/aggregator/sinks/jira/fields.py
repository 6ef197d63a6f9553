"""The fields of a new or changed ticket, and what is done about those that Jira does not take."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

from aggregator.model.errors import ServiceError
from aggregator.planning.jira_actions import CreateTicket, EditTicket
from aggregator.sinks.jira.api import Refused
from aggregator.sinks.jira.rows import Person
from aggregator.writers.ticket_adf import Document

_STEPS = {
    "priority": "Look at jira.priorities: the project may use another priority scheme.",
    "assignee": "Look at who may be assigned in the project, and at the owners of the policy.",
    "components": "Look at jira.components: the project has to have them.",
    "duedate": "Put the field Due date on the project's screens, or do without.",
    "labels": "Put the field Labels on the project's screens: tickets are found again by it.",
}
_MEANINGS = {
    "project": "there is no such project, or the account of the token may not create tickets in it",
    "issuetype": "the project has no such type of ticket",
    "labels": "the field Labels is not on the project's screens, and tickets are found again by it",
    "summary": "the summary cannot be set",
    "description": "the description cannot be set",
}


class LeftOut(Struct, frozen=True):
    """A field that was left out, and why in our words."""

    field: str
    why: str = "Jira does not take it as it was given"

    def sentence(self) -> str:
        """For a person."""
        return f"The field {self.field} was left out of a ticket: {self.why}."

    @property
    def next_step(self) -> str:
        """What to do about it."""
        return _STEPS.get(self.field, "Look at jira.fields, and at the fields on the project's screens.")


class Draft(Struct, frozen=True):
    """Fields by id, and which of them a ticket can do without."""

    fields: dict[str, object]
    optional: frozenset[str]


def new_fields(action: CreateTicket, body: Document | str, assignee: Person | None) -> Draft:
    """The fields of a new ticket.

    Args:
        action: what is wanted.
        body: its text as this Jira takes it.
        assignee: who was found under that name.
    """
    needed: dict[str, object] = {
        "project": {"key": action.project},
        "issuetype": {"name": action.issue_type},
        "summary": action.summary,
        "description": body,
        "labels": sorted({*action.labels, *action.marks}),
    }
    optional: dict[str, object] = {name: msgspec.Raw(value.encode()) for name, value in action.fields}
    if action.priority:
        optional["priority"] = {"name": action.priority}
    if action.due is not None:
        optional["duedate"] = action.due.isoformat()
    if action.components:
        optional["components"] = [{"name": name} for name in action.components]
    if assignee is not None:
        optional["assignee"] = {"accountId": assignee.accountId} if assignee.accountId else {"name": assignee.name}
    return Draft({**optional, **needed}, frozenset(optional.keys() - needed.keys()))


def edited(action: EditTicket, body: Document | str | None) -> Draft:
    """The fields of a change; ``labels`` stands for those that are added."""
    given: dict[str, object | None] = {
        "summary": action.summary,
        "description": body,
        "priority": {"name": action.priority} if action.priority else None,
        "duedate": None if action.due is None else action.due.isoformat(),
        "labels": action.add_labels or None,
    }
    fields = {name: value for name, value in given.items() if value is not None}
    return Draft(fields, frozenset({"priority", "duedate", "labels"} & fields.keys()))


def offered(draft: Draft, send: Callable[[dict[str, object]], str], note: Callable[[LeftOut], None]) -> str:
    """What sending gives. Fields that Jira refuses are left out one refusal after another, as long as it can be.

    Nothing was done by a request that was refused, so it may be sent again.
    """
    fields = dict(draft.fields)
    while True:
        try:
            return send(dict(fields))
        except Refused as refused:
            droppable = [name for name in refused.fields if name in draft.optional and name in fields]
            if not droppable or len(droppable) < len(refused.fields):
                raise _meant(refused) from None
            for name in droppable:
                del fields[name]
                note(LeftOut(name))


def _meant(refused: Refused) -> ServiceError:
    """The refusal with what a person should do about the first field that cannot be left out."""
    known = next((name for name in refused.fields if name in _MEANINGS), "")
    if known:
        reason = f"{refused.reason.rstrip('.')}: {_MEANINGS[known]}."
        return ServiceError(refused.fault, reason, _STEPS.get(known, "Look at the policy under jira."))
    if refused.fields:
        reason = f"{refused.reason.rstrip('.')}: the project wants values for them, or other ones."
        return ServiceError(refused.fault, reason, "Give their values in jira.fields.")
    return refused
