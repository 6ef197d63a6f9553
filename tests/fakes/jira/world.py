"""A Jira in memory, Cloud or Data Center, with people in it: what our program and they do meets here."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aggregator.sinks.jira.access import Access, Flavour
from tests.fakes.github.clock import FakeClock
from tests.fakes.jira.workflow import RESOLUTIONS, SIMPLE, Workflow


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    id: str
    name: str
    email: str = ""


BOT = Person("712020:bot", "Onefold", "onefold@example.com")
ANN = Person("712020:ann", "Ann Able", "ann@example.com")
BEN = Person("712020:ben", "Ben Best", "ben@example.com")

ON_SCREENS = frozenset(
    {"summary", "description", "issuetype", "project", "labels", "priority", "duedate", "components", "assignee"}
)


@dataclass
class Ticket:
    """A ticket as it is, and as it was at each change: what search finds is what it was a while ago.

    Attributes:
        keys: its key now, then all earlier ones.
        versions: time and picture after each change.
    """

    id: str
    keys: list[str]
    creator: Person
    created: float
    fields: dict[str, Any]
    status: str
    updated: float = 0.0
    resolution: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    versions: list[tuple[float, Ticket]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Its key now."""
        return self.keys[0]


@dataclass
class World:
    """One Jira.

    Attributes:
        lag: seconds until search sees a change (assumed: seconds to minutes in Cloud, none in Data Center).
        inline: how many comments and changes come along with a ticket.
        required: further fields that a new ticket needs, with their names.
        site_id: where it is set, tokens count at the gateway alone, as tokens with scopes do.
        longest: characters of a description, as an administrator has set them.
        faults: see :class:`tests.fakes.jira.wire.JiraWire`.
    """

    flavour: Flavour = Flavour.CLOUD
    clock: FakeClock = field(default_factory=FakeClock)
    url: str = "https://jira.example"
    token: str = "canary-jira-token"
    projects: dict[str, str] = field(default_factory=lambda: {"SEC": "", "OPS": ""})
    issue_types: tuple[str, ...] = ("Task", "Bug")
    priorities: tuple[str, ...] = ("Highest", "High", "Medium", "Low", "Lowest")
    components: tuple[str, ...] = ("payments",)
    people: tuple[Person, ...] = (BOT, ANN, BEN)
    assignable: tuple[Person, ...] = (BOT, ANN, BEN)
    workflow: Workflow = SIMPLE
    screens: frozenset[str] = ON_SCREENS
    required: dict[str, str] = field(default_factory=dict)
    may: frozenset[str] = frozenset({"browse", "create", "edit", "comment", "transition", "people"})
    lag: float = 0.0
    inline: int = 20
    site_id: str = ""
    longest: int = 32_767
    tickets: list[Ticket] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(10001))
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def access(self) -> Access:
        """What a job is given."""
        user = BOT.email if self.flavour is Flavour.CLOUD else ""
        return Access(self.url, user, self.token)

    @property
    def root(self) -> str:
        """Where the REST API answers to our token."""
        return f"https://api.atlassian.com/ex/jira/{self.site_id}/rest/api/3" if self.site_id else self.access.api

    # --- what anybody does

    def find(self, key: str) -> Ticket | None:
        """A ticket by any key it ever had."""
        return next((each for each in self.tickets if key in each.keys), None)

    def get(self, key: str) -> Ticket:
        """A ticket that has to be there."""
        found = self.find(key)
        assert found is not None, f"there is no {key}"
        return found

    def create(self, fields: dict[str, Any], who: Person) -> Ticket:
        """A new ticket."""
        key, now = self._next(fields["project"]["key"]), self.clock.now()
        ticket = Ticket(str(next(self.numbers)), [key], who, now, dict(fields), next(iter(self.workflow.statuses)))
        self.tickets.append(ticket)
        self.touch(ticket)
        return ticket

    def set(self, key: str, who: Person, **fields: Any) -> None:
        """Change fields; the history tells."""
        ticket = self.get(key)
        items = [{"field": name, "fieldId": name} for name, value in fields.items() if ticket.fields.get(name) != value]
        ticket.fields |= fields
        self._tell(ticket, who, items)

    def move(self, key: str, to: str, who: Person, resolution: str = "") -> None:
        """Change its status, along whatever transition."""
        ticket = self.get(key)
        assert to in self.workflow.statuses, to
        items = [_item("status", ticket.status, to)]
        ended = resolution or self.workflow.resolves.get(to, "")
        ended = ended if self.workflow.statuses[to] == "done" else ""
        if ended != ticket.resolution:
            items.append(_item("resolution", ticket.resolution, ended))
        ticket.status, ticket.resolution = to, ended
        assert not ended or ended in RESOLUTIONS, ended
        self._tell(ticket, who, items)

    def resolve(self, key: str, resolution: str, who: Person) -> None:
        """Change how it was resolved, and leave it where it is."""
        ticket = self.get(key)
        items = [_item("resolution", ticket.resolution, resolution)]
        ticket.resolution = resolution
        self._tell(ticket, who, items)

    def say(self, key: str, who: Person, body: Any) -> dict[str, Any]:
        """A comment; plain text of people becomes what their Jira makes of it."""
        ticket = self.get(key)
        if isinstance(body, str) and self.flavour is Flavour.CLOUD:
            body = document(body)
        made = {"id": str(next(self.numbers)), "author": who, "body": body, "created": self.clock.now()}
        ticket.comments.append(made)
        self.touch(ticket)
        return made

    def delete(self, key: str) -> None:
        """It is gone."""
        self.tickets.remove(self.get(key))

    def transfer(self, key: str, project: str, who: Person = ANN) -> str:
        """Move it to another project: it gets a new key, and the old one still leads there."""
        ticket = self.get(key)
        ticket.keys.insert(0, self._next(project))
        ticket.fields["project"] = {"key": project}
        self._tell(ticket, who, [{"field": "Key", "fieldId": ""}, {"field": "project", "fieldId": "project"}])
        return ticket.key

    def clone(self, key: str, who: Person = ANN) -> str:
        """What Jira's own button does: the same fields, another creator (assumed: labels and text come along)."""
        return self.create(copy.deepcopy(self.get(key).fields), who).key

    # --- what comes of it

    def touch(self, ticket: Ticket) -> None:
        """Remember how it looks now."""
        ticket.updated = self.clock.now()
        picture = copy.copy(ticket)
        picture.fields, picture.keys = dict(ticket.fields), list(ticket.keys)
        picture.comments, picture.history = list(ticket.comments), list(ticket.history)
        ticket.versions.append((ticket.updated, picture))

    def indexed(self) -> list[Ticket]:
        """What search sees: each ticket as it was a while ago; deleted ones are gone at once."""
        until = self.clock.now() - self.lag
        pictures = [[picture for at, picture in each.versions if at <= until] for each in self.tickets]
        return [some[-1] for some in pictures if some]

    def _next(self, project: str) -> str:
        self.counts[project] = self.counts.get(project, 0) + 1
        return f"{project}-{self.counts[project]}"

    def _tell(self, ticket: Ticket, who: Person, items: list[dict[str, Any]]) -> None:
        if items:
            made = {"id": str(next(self.numbers)), "author": who, "created": self.clock.now(), "items": items}
            ticket.history.append(made)
            self.touch(ticket)


def _item(field: str, before: str, after: str) -> dict[str, Any]:
    """What a history tells of a status or a resolution; in this double their names are their ids."""
    told = {"from": before or None, "fromString": before or None, "to": after or None, "toString": after or None}
    return {"field": field, "fieldId": field, **told}


def document(text: str) -> dict[str, Any]:
    """A person's text in Cloud."""
    lines = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in text.split("\n") if line]
    return {"version": 1, "type": "doc", "content": lines}


def stamp(seconds: float) -> str:
    """As Jira writes a moment."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
