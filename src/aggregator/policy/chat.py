"""Who is told what in Slack or Microsoft Teams."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from aggregator.model.finding import Finding
from aggregator.model.news import Topic
from aggregator.model.severity import Severity
from aggregator.model.state import Line
from aggregator.policy.globs import matches_text
from aggregator.policy.part import Part, Text
from aggregator.policy.selector import Choice, Selector, SeverityWord

DEFAULT_ROUTE = "default"
"""The route that there is where nobody writes one, and the name of an address that was given none."""
SCANS = "scans"
"""The word for scans that fail and reports that are missing."""

TopicWord = Literal[
    "new", "reopened", "lapsed", "raised", "breached", "approaching", "fixed", "accepted", "expiring", "scans"
]
EVERYTHING: tuple[TopicWord, ...] = get_args(TopicWord)
Inline = Annotated[int, Field(strict=True, ge=0, le=40)]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


def is_name(text: str) -> bool:
    """Whether a route or an address may be called so."""
    return _NAME.fullmatch(text) is not None


def _name(said: str) -> str:
    if not is_name(said):
        raise PydanticCustomError("name", "must be a name of letters, digits, dots, hyphens and underscores")
    return said


Name = Annotated[str, AfterValidator(_name)]


class Route(Part):
    """One conversation: whose findings it is about. What is not written is as the chapter says for all."""

    name: Name = Field(description="The route's name, for messages and the memory of what it was told.")
    webhook: Name | None = Field(None, description="The name of the address it goes to. Default: the route's own name.")
    severity: SeverityWord | None = Field(None, description="Findings of this severity or worse are told.")
    tell: tuple[TopicWord, ...] | None = Field(
        None, description="What is told. Default: as for all; with only or owners without scans."
    )
    most: Inline | None = Field(None, description="Findings that one message shows; the others are counted.")
    only: tuple[Selector, ...] = Field((), description="Only findings that one of these means. Empty: all.")
    owners: tuple[Text, ...] = Field((), description="Only findings of one of these owners; * stands for any text.")


class Chat(Part):
    """What is told of each run, when there is something to tell."""

    severity: SeverityWord = Field("high", description="Findings of this severity or worse are told.")
    tell: tuple[TopicWord, ...] = Field(
        EVERYTHING, description="What is told: what is new, what changed, what is due, and scans that fail."
    )
    most: Inline = Field(10, description="Findings that one message shows; the others are counted.")
    routes: tuple[Route, ...] = Field(
        (), description="Conversations, each with a digest of its own. Empty: all of it to the address named default."
    )

    @model_validator(mode="after")
    def _tells_routes_apart(self) -> Chat:
        names = [route.name for route in self.routes]
        if len(set(names)) < len(names):
            raise PydanticCustomError("routes", "must give each route a name of its own")
        return self

    def audiences(self, line: Line) -> tuple[Audience, ...]:
        """Everybody who is told about a line, in the order they are written."""
        routes = self.routes or (Route.model_construct(name=DEFAULT_ROUTE),)
        return tuple(Audience(self, route, line) for route in routes)


class Audience:
    """Who is told by one route, and of what.

    Attributes:
        name: the route's.
        webhook: the name of the address.
        most: findings that one message shows.
    """

    def __init__(self, chat: Chat, route: Route, line: Line) -> None:
        self.name = route.name
        self.webhook = route.webhook or route.name
        self.most = chat.most if route.most is None else route.most
        self._least = Severity((route.severity or chat.severity).upper())
        self._only = Choice(route.only, line)
        self._owners = route.owners
        self._told = frozenset(chat.tell if route.tell is None else route.tell)
        if route.tell is None and (route.only or route.owners):
            # Scans are nobody's: who hears of some findings alone is not told which reports others have.
            self._told -= {SCANS}

    def hears(self, topic: Topic) -> bool:
        """Whether it is told of such news."""
        return topic.value in self._told

    @property
    def hears_of_scans(self) -> bool:
        """Whether it is told of scans that fail."""
        return SCANS in self._told

    def is_grave(self, severity: Severity) -> bool:
        """Whether findings of this severity are told."""
        return severity.rank >= self._least.rank

    def means(self, finding: Finding) -> bool:
        """Whether the finding is one of theirs."""
        if not self.is_grave(finding.severity) or (self._only and self._only.of(finding) is None):
            return False
        return not self._owners or any(
            matches_text(wanted, owner) for wanted in self._owners for owner in finding.owners
        )
