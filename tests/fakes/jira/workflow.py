"""Workflows: statuses of three kinds, and transitions with screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

Screen = Mapping[str, Mapping[str, Any]]


class Transition(NamedTuple):
    """One way: ``start`` is empty where it leads from everywhere."""

    id: str
    name: str
    to: str
    start: frozenset[str] = frozenset()
    screen: Screen = MappingProxyType({})
    is_available: bool = True


class Workflow(NamedTuple):
    """Statuses with their category, the first one for new tickets.

    Attributes:
        resolves: the resolution that a status sets by itself, as a post function does.
    """

    statuses: Mapping[str, str]
    transitions: Sequence[Transition]
    resolves: Mapping[str, str] = {}

    def offered(self, status: str) -> list[Transition]:
        """What can be done from a status."""
        return [each for each in self.transitions if not each.start or status in each.start]


SIMPLE = Workflow(
    {"To Do": "new", "In Progress": "indeterminate", "Done": "done"},
    (
        Transition("11", "To Do", "To Do"),
        Transition("21", "In Progress", "In Progress"),
        Transition("31", "Done", "Done"),
    ),
    {"Done": "Done"},
)
"""What a new project of Cloud has: everything from everywhere."""

RESOLUTIONS = ("Done", "Won't Do", "False Positive", "Duplicate")


def resolution_field(names: Sequence[str] = RESOLUTIONS, *, required: bool = True) -> dict[str, Any]:
    """The field of a screen that asks how it ended."""
    return {
        "required": required,
        "name": "Resolution",
        "hasDefaultValue": False,
        "operations": ["set"],
        "key": "resolution",
        "schema": {"type": "resolution", "system": "resolution"},
        "allowedValues": [{"id": str(10000 + RESOLUTIONS.index(name)), "name": name} for name in names],
    }


CLASSIC = Workflow(
    {"Open": "new", "In Progress": "indeterminate", "Resolved": "done", "Closed": "done", "Reopened": "new"},
    (
        Transition("4", "Start Progress", "In Progress", frozenset({"Open", "Reopened"})),
        Transition(
            "5",
            "Resolve Issue",
            "Resolved",
            frozenset({"Open", "In Progress", "Reopened"}),
            {"resolution": resolution_field()},
        ),
        Transition("2", "Close Issue", "Closed", frozenset({"Resolved"})),
        Transition("3", "Reopen Issue", "Reopened", frozenset({"Resolved", "Closed"})),
    ),
)
"""What Jira had from its beginnings: a screen asks for the resolution, and closed is not resolved."""

STRICT = Workflow(
    {"Backlog": "new", "Doing": "indeterminate", "Shipped": "done", "Cancelled": "done"},
    (
        Transition("1", "Begin", "Doing", frozenset({"Backlog"})),
        Transition(
            "7",
            "Ship",
            "Shipped",
            frozenset({"Doing"}),
            {"customfield_10042": {"required": True, "name": "Release", "hasDefaultValue": False, "allowedValues": []}},
        ),
    ),
)
"""A team's own: no way back, and no way forward without a value that only people know."""
