"""Our tickets in Jira: what stands there, and changes to it."""

from __future__ import annotations

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.actions import Action
from aggregator.planning.jira_actions import CommentTicket, CreateTicket, EditTicket, Intent, MoveTicket
from aggregator.planning.jira_observed import SeenTicket, Sought
from aggregator.sinks.jira.client import JiraClient
from aggregator.sinks.jira.fields import Bodies, LeftOut, edited, new_fields, offered
from aggregator.sinks.jira.moves import Move, NoMove, move_for
from aggregator.sinks.jira.rows import IssueRow, Person, text_of
from aggregator.sinks.jira.sight import seen
from aggregator.transport.exchange import Clock
from aggregator.transport.retry import UNCLEAR
from aggregator.writers.ticket_blocks import Text
from aggregator.writers.ticket_marks import mark_in

_NO_LOOK = frozenset({Fault.PERMISSION, Fault.MISSING, Fault.REFUSED})
_LOOKS = (2.0, 5.0, 10.0)
"""Seconds before each look for a ticket that may have been created: the index of Jira Cloud lags behind."""
_SHORT = 10_000
"""Characters of a description where the usual number is refused."""
_DONE = "done"


class JiraTickets:
    """Observes and changes the tickets that bear our labels.

    Args:
        client: the Jira they are in.
        clock: says how long to wait for Jira's index.

    Attributes:
        notes: what is to be said that is no failure: a field that Jira would not take.
    """

    def __init__(self, client: JiraClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._made: dict[tuple[str, str], str] = {}
        self.notes: list[Diagnostic] = []

    # --- what stands there

    def observe(self, sought: Sought) -> tuple[SeenTicket, ...]:
        """All that bear the label, and those that the state names, by key. Raises ``ServiceError``."""
        found = {row.key: row for row in self._client.search((sought.label,))}
        earlier: dict[str, list[str]] = {}
        gone = []
        for url in sorted(set(sought.urls)):
            key = self._client.access.key_of(url)
            if not key or key in found:
                continue
            row = self._client.issue(key)
            if row is None:
                gone.append(SeenTicket(key=key, url=url, is_gone=True))
            else:
                found.setdefault(row.key, row)
                if row.key != key:
                    earlier.setdefault(row.key, []).append(url)
        rows = sorted(found.values(), key=lambda row: _order(row.key))
        return (*(self._seen(row, tuple(earlier.get(row.key, ()))) for row in rows), *gone)

    def _seen(self, row: IssueRow, earlier: tuple[str, ...]) -> SeenTicket:
        page = row.fields.comment
        is_whole = page is not None and len(page.comments) >= page.total
        comments = page.comments if page is not None and is_whole else self._client.comments(row.key)
        url = self._client.access.browse(row.key)
        client = self._client
        return seen(row, url, client.me(), comments, client.history(row), client.status, earlier)

    # --- changes to it

    def accepts(self, action: Action) -> bool:
        """Whether it is about a ticket."""
        return isinstance(action, CreateTicket | EditTicket | CommentTicket | MoveTicket)

    def apply(self, action: Action) -> str:
        """Carry it out. Gives the address of a ticket that was created, else nothing. Raises ``ServiceError``."""
        match action:
            case CreateTicket():
                return self._create(action)
            case EditTicket():
                self._edit(action)
            case CommentTicket():
                self._say(action.ticket, action.text)
            case MoveTicket():
                self._move(action)
            case _:
                pass
        return ""

    def _create(self, action: CreateTicket) -> str:
        """Jira is asked first: another run, or an answer that was lost, may have created it."""
        url = self._made.get(action.marks) or self._standing(action) or self._created(action)
        self._made[action.marks] = url
        return url

    def _standing(self, action: CreateTicket) -> str:
        """The address of the ticket with both marks: ours rather than a clone, then the oldest; empty for none."""
        me = self._client.me()
        rows = [row for row in self._client.search(action.marks) if _is_about(row, action.text)]
        ours = [row for row in rows if row.fields.creator is not None and row.fields.creator.id == me.id]
        first = min(ours or rows, key=lambda row: _order(row.key), default=None)
        return "" if first is None else self._client.access.browse(first.key)

    def _created(self, action: CreateTicket) -> str:
        person = self._assignee(action.project, action.assignee)
        draft = new_fields(action, self._bodies(action.text), person)
        try:
            key = offered(draft, self._client.create, self._note)
        except ServiceError as error:
            found = self._found_late(action) if error.fault in UNCLEAR else ""
            if not found:
                raise
            return found
        return self._client.access.browse(key)

    def _assignee(self, project: str, name: str) -> Person | None:
        """Who is meant. An account that may not look people up can still assign a ticket by an id."""
        if not name:
            return None
        try:
            person = self._client.assignable(project, name)
        except ServiceError as error:
            if error.fault not in _NO_LOOK:
                raise
            person = None if "@" in name else self._client.person(name)
        if person is None:
            self._note(LeftOut("assignee", f"nobody of that name can be assigned in {project}"))
        return person

    def _found_late(self, action: CreateTicket) -> str:
        """Whether it was created after all. Where nobody can tell, the next run looks before it creates."""
        for seconds in _LOOKS:
            self._clock.sleep(seconds)
            if found := self._standing(action):
                return found
        return ""

    def _edit(self, action: EditTicket) -> None:
        draft = edited(action, None if action.text is None else self._bodies(action.text))

        def send(fields: dict[str, object]) -> str:
            labels = fields.pop("labels", None)
            if fields or labels:
                self._client.edit(action.ticket, fields, action.add_labels if labels else ())
            return action.ticket

        try:
            offered(draft, send, self._note)
        except ServiceError as error:
            if error.fault is not Fault.REFUSED:
                raise
            self._say(action.ticket, action.said)  # trying again in the next run would not help
            step = "Its status or its screens may not allow it: look at the project's workflow and screens."
            raise ServiceError(Fault.MISSING, error.reason, step) from None
        self._say(action.ticket, action.said)

    def _bodies(self, text: Text) -> Bodies:
        return self._client.body(text), self._client.body(text, _SHORT)

    def _say(self, ticket: str, text: Text | None) -> None:
        """Once: a comment of ours with the same mark says it already."""
        if text is None or self._stands(ticket, text):
            return
        try:
            self._client.comment(ticket, text)
        except ServiceError as error:
            if error.fault not in UNCLEAR or not self._stands(ticket, text):
                raise

    def _stands(self, ticket: str, text: Text) -> bool:
        me = self._client.me()
        for each in self._client.comments(ticket):
            mark = mark_in(text_of(each.body))
            if mark is not None and mark.mark == text.mark and each.author is not None and each.author.id == me.id:
                return True
        return False

    def _move(self, action: MoveTicket) -> None:
        if self._is_there(action.ticket, action.intent):
            return
        ways = self._client.transitions(action.ticket)
        move = move_for(ways, action.intent, action.resolutions, (), action.never)
        if isinstance(move, NoMove) and move.lacking:
            filled = self._client.filled(action.ticket, [id_ for id_, _ in move.lacking])
            move = move_for(ways, action.intent, action.resolutions, filled, action.never)
        if isinstance(move, NoMove):
            raise _no_way(action.ticket, action.intent, move)
        self._say(action.ticket, action.text)
        self._transit(action, move)

    def _transit(self, action: MoveTicket, move: Move) -> None:
        try:
            self._client.transit(action.ticket, move.transition, move.fields)
        except ServiceError as error:
            if error.fault in UNCLEAR and self._is_there(action.ticket, action.intent):
                return
            if error.fault is Fault.REFUSED:
                reason = f"Jira refused to move ticket {action.ticket}: a rule of its workflow stands against it."
                raise ServiceError(Fault.MISSING, reason, "Move it by hand, or look at the workflow's rules.") from None
            raise

    def _is_there(self, ticket: str, intent: Intent) -> bool:
        """Whether it is as we want it: a person may have been faster, and is not overruled."""
        row = self._client.issue(ticket)
        if row is None:
            reason = f"Ticket {ticket} is gone, or the account of the token may not see it."
            raise ServiceError(Fault.MISSING, reason, "Look whether it was deleted or moved.")
        return (row.fields.status.statusCategory.key == _DONE) is (intent == "done")

    def _note(self, left: LeftOut) -> None:
        note = Diagnostic("jira-field-left-out", Level.WARNING, "Jira", left.sentence(), left.next_step)
        if note not in self.notes:
            self.notes.append(note)


def _is_about(row: IssueRow, text: Text) -> bool:
    """Both labels are its; a mark that names something else tells that people have made another ticket of it."""
    mark = mark_in(text_of(row.fields.description))
    return mark is None or _about(mark.mark) == _about(text.mark)


def _about(mark: str) -> str:
    """The mark without what its text was made of."""
    return " ".join(mark.split()[:3])


def _order(key: str) -> tuple[str, int, str]:
    project, _, number = key.rpartition("-")
    return project, int(number) if number.isascii() and number.isdecimal() else 0, key


def _names(why: NoMove) -> str:
    return ", ".join(name for _, name in why.lacking)


def _no_way(ticket: str, intent: Intent, why: NoMove) -> ServiceError:
    """Nobody will do better by trying again, so it is no failure of the run; a person has to do something."""
    verb = "close" if intent == "done" else "reopen"
    if why.lacking:
        reason = f"Every way to {verb} ticket {ticket} asks for what Onefold cannot know: {_names(why)}."
        step = f"{verb.capitalize()} it by hand, or let the workflow's screen do without."
    elif why.untrue:
        names = " or ".join(why.untrue)
        reason = f"What ticket {ticket} is about is fixed, and its workflow offers no way from here but to {names}."
        step = "Close it by hand, or give the workflow a transition that says that it is done."
    else:
        reason = f"The workflow of ticket {ticket} offers the account of the token no way to {verb} it from here."
        step = f"{verb.capitalize()} it by hand, or give the workflow such a transition."
    return ServiceError(Fault.MISSING, reason, step)
