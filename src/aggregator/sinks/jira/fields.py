"""The fields of a new or changed ticket, and what is done about those that Jira does not take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec
from msgspec import Struct

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.jira_actions import CreateTicket, EditTicket
from aggregator.sinks.jira.api import Refused
from aggregator.sinks.jira.rows import Person
from aggregator.writers.ticket_adf import Document

_STEPS = {
    "project": "Look at jira.project: it is the project's key, as in SEC-12.",
    "issuetype": "Look at jira.issue-type.",
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


_TEXT = "description"
Bodies: TypeAlias = tuple[Document | str, Document | str]


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
    """Fields by id, and what can be done where Jira does not take them.

    Attributes:
        optional: the fields that a ticket can do without.
        shorter: the description once more, where an administrator allows less than Jira does by itself.
    """

    fields: dict[str, object]
    optional: frozenset[str]
    shorter: Document | str | None = None


def new_fields(action: CreateTicket, bodies: Bodies, assignee: Person | None) -> Draft:
    """The fields of a new ticket.

    Args:
        action: what is wanted.
        bodies: its text as this Jira takes it, and a shorter one.
        assignee: who was found under that name.
    """
    needed: dict[str, object] = {
        "project": {"key": action.project},
        "issuetype": {"name": action.issue_type},
        "summary": action.summary,
        "description": bodies[0],
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
    return Draft({**optional, **needed}, frozenset(optional.keys() - needed.keys()), _shorter(bodies))


def edited(action: EditTicket, bodies: Bodies | None) -> Draft:
    """The fields of a change; ``labels`` stands for those that are added."""
    given: dict[str, object | None] = {
        "summary": action.summary,
        "description": None if bodies is None else bodies[0],
        "priority": {"name": action.priority} if action.priority else None,
        "duedate": None if action.due is None else action.due.isoformat(),
        "labels": action.add_labels or None,
    }
    fields = {name: value for name, value in given.items() if value is not None}
    optional = frozenset({"priority", "duedate", "labels"} & fields.keys())
    return Draft(fields, optional, None if bodies is None else _shorter(bodies))


def _shorter(bodies: Bodies) -> Document | str | None:
    return None if bodies[0] == bodies[1] else bodies[1]


def offered(draft: Draft, send: Callable[[dict[str, object]], str], note: Callable[[LeftOut], None]) -> str:
    """What sending gives. Fields that Jira refuses are left out one refusal after another, as long as that helps.

    A description is made shorter instead, once; also where Jira does not name a field, as it does for some texts.
    Nothing was done by a request that was refused, so it may be sent again.
    """
    fields, shorter = dict(draft.fields), draft.shorter
    while True:
        try:
            return send(dict(fields))
        except Refused as refused:
            droppable = [name for name in refused.fields if name in draft.optional and name in fields]
            shortens = shorter is not None and (not refused.fields or _TEXT in refused.fields)
            helped = {*droppable, _TEXT} if shortens else set(droppable)
            if not helped or set(refused.fields) - helped or refused.fault is not Fault.REFUSED:
                raise _meant(refused) from None
            if shortens:
                fields[_TEXT], shorter = shorter, None
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
        wish = "a value for it, or another one" if len(refused.fields) == 1 else "values for them, or other ones"
        reason = f"{refused.reason.rstrip('.')}: the project wants {wish}."
        return ServiceError(refused.fault, reason, "Say in jira.fields what it is to be.")
    return refused
