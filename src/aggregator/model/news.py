"""News: what happened since a place was last told, before anybody has put it into words."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.finding import Finding
from aggregator.model.moment import Moment
from aggregator.model.severity import Severity
from aggregator.model.word import Word


class Topic(Word):
    """What can be told of a finding; where several are true of one, the first of them is told."""

    NEW = "new"
    REOPENED = "reopened"
    LAPSED = "lapsed"
    """What people had decided holds no more: it is open again."""
    RAISED = "raised"
    """Its severity rose to one that is told."""
    BREACHED = "breached"
    APPROACHING = "approaching"
    FIXED = "fixed"
    ACCEPTED = "accepted"
    """People set it aside, for whatever reason."""
    EXPIRING = "expiring"
    """It was set aside, and that ends soon."""


class Story(Struct, frozen=True):
    """What happened to some findings; there is at least one of them, and the worst comes first."""

    topic: Topic
    findings: tuple[Finding, ...]


class Trouble(Struct, frozen=True, order=True):
    """A scan that failed, or a report that is missing.

    Attributes:
        key: a word without blanks, the same as long as the same thing fails.
        name: the tool's, or what people call the report.
    """

    key: str
    name: str


class RuleCount(Struct, frozen=True):
    """How many open findings one rule has; ``title`` is that of the worst of them."""

    tool: str
    rule_id: str
    title: str
    severity: Severity
    count: int


class News(Struct, frozen=True, kw_only=True):
    """What one place is to be told.

    Attributes:
        since: up to when it had been told everything; ``None`` where it is told for the first time: then there are no
            stories, and the counts and rules say how things stand.
        stories: by topic, in the order of :class:`Topic`; empty ones are left out.
        troubles: scans and reports that began to fail.
        open: how many findings that are told about here are open, by severity.
        breached: how many of those are past their due date.
        rules: those with the most open findings, the worst first; only where there is no ``since``.
        is_repeat: whether part of it may have been told before: a message got no answer.
    """

    since: Moment | None
    stories: tuple[Story, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    open: dict[Severity, int] = {}
    breached: int = 0
    rules: tuple[RuleCount, ...] = ()
    is_repeat: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to tell. Who may have heard of open findings is told when there are none."""
        told = self.stories or self.troubles
        return not (told or (self.since is None and (self.open or self.is_repeat)))

    def of(self, topic: Topic) -> tuple[Finding, ...]:
        """The findings of a topic, perhaps none."""
        return next((story.findings for story in self.stories if story.topic is topic), ())
