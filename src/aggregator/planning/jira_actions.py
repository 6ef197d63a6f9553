"""What we do in Jira, as values, in no dialect of its texts. Each key names the thing it brings about."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from aggregator.writers.ticket_blocks import Text

Intent: TypeAlias = Literal["done", "reopen"]
"""What a move is for. Workflows differ: which transition brings it about is found when it is made."""


class CreateTicket(Struct, frozen=True, kw_only=True):
    """Create a ticket, unless one is there that bears both marks: then that one is meant, and its address given back.

    Attributes:
        about: what it is about: a finding's id, a rule's key or ``rolling``; what the mark of its text names.
        marks: the two labels that together find it again, whatever its project: the memory's and the subject's.
        project: the project's key.
        priority: a name; empty for the project's default, which is also taken where Jira knows no such name.
        labels: all of them, the ``marks`` among them.
        assignee: an account id, an e-mail address or a user name; empty for nobody, also taken where Jira refuses it.
        fields: further fields by id, each with its value as JSON.
        findings: the ids of the findings it is about.
    """

    about: str
    marks: tuple[str, str]
    project: str
    issue_type: str
    summary: str
    text: Text
    priority: str = ""
    due: date | None = None
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    assignee: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """One memory has one ticket for each subject."""
        return f"jira-ticket:{':'.join(self.marks)}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"create a ticket in {self.project}: {self.summary}"


class EditTicket(Struct, frozen=True, kw_only=True):
    """Bring a ticket up to date; what is ``None`` or empty stays as it is, and so does whatever is not named here.

    Attributes:
        ticket: Jira's key of it: ``SEC-12``.
        text: the whole description anew: asked for only where the one that is there is ours.
        said: what is said below it once it is so, unless a comment with the same mark is there already.
        joined: the ids of findings that people learn by this that it is about them as well.
        url: where people open it.
    """

    ticket: str
    summary: str | None = None
    text: Text | None = None
    priority: str | None = None
    due: date | None = None
    add_labels: tuple[str, ...] = ()
    said: Text | None = None
    joined: tuple[str, ...] = ()
    url: str = ""

    @property
    def key(self) -> str:
        """A ticket has one text."""
        return f"jira-text:{self.ticket}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"update ticket {self.ticket}" + (f": {self.summary}" if self.summary else "")


class CommentTicket(Struct, frozen=True):
    """Say something below a ticket, unless a comment with the same mark is there already."""

    ticket: str
    text: Text

    @property
    def key(self) -> str:
        """The mark tells one comment from the next."""
        return f"jira-comment:{self.ticket}:{self.text.mark}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"comment on ticket {self.ticket}"


class MoveTicket(Struct, frozen=True):
    """Bring a ticket into a status that means what we intend, and say why first.

    Attributes:
        text: said before it is moved, unless a comment with the same mark is there; ``None`` when there is nothing
            to say.
        resolutions: names to choose from where the transition asks for one, the best first; empty for Jira's default.
        never: names of resolutions and statuses that would not be true, because the finding is fixed; with them no name
            will do that says that nothing was done. ``None`` where any end will do.
    """

    ticket: str
    intent: Intent
    text: Text | None = None
    resolutions: tuple[str, ...] = ()
    never: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """A ticket is done or it is not."""
        return f"jira-move:{self.ticket}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"{'close' if self.intent == 'done' else 'reopen'} ticket {self.ticket}"


JiraAction: TypeAlias = CreateTicket | EditTicket | CommentTicket | MoveTicket
