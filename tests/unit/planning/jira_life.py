"""Runs in a row against a Jira in memory: each hears, decides, plans, delivers and remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from aggregator.disposition import dispose
from aggregator.model.finding import Finding, Transition
from aggregator.model.location import Location
from aggregator.model.outcome import Outcome
from aggregator.model.severity import Severity
from aggregator.model.state import State, Telling
from aggregator.model.statement import Statements
from aggregator.model.ticket import Ticket
from aggregator.planning.jira import TicketPlan, plan_tickets
from aggregator.planning.jira_actions import CommentTicket, CreateTicket, EditTicket, JiraAction, MoveTicket
from aggregator.planning.jira_marks import home_label
from aggregator.planning.jira_observed import Category, SeenMove, SeenNote, SeenTicket
from aggregator.planning.jira_statements import statements_of_tickets, tickets_read
from aggregator.planning.opened import tickets_joined, tickets_opened
from aggregator.planning.plan import Delivery, Receipt
from aggregator.planning.statements import merge_statements
from aggregator.policy import ExceptionRule, Policy
from aggregator.policy.jira import Jira
from aggregator.sla import Clock, assess
from aggregator.state.settle import settle
from aggregator.writers.ticket_blocks import Text, lines_of
from aggregator.writers.ticket_marks import SeenMark, note_kind
from tests.builders import LINE, NOW, finding, outcome, result

SITE = "https://acme.example.net"


@dataclass
class Kept:
    """A ticket as Jira keeps it.

    Attributes:
        text: ``None`` when people wrote over it and our mark went with it.
        is_edited: people changed it and left our mark.
    """

    key: str
    summary: str
    text: Text | None
    created_at: datetime
    labels: list[str]
    priority: str = ""
    due: date | None = None
    assignee: str = ""
    issue_type: str = "Task"
    category: Category = Category.NEW
    status: str = "To Do"
    resolution: str = ""
    moves: list[SeenMove] = field(default_factory=list)
    moved_by_us_at: datetime | None = None
    is_edited: bool = False
    is_ours: bool = True
    touched: list[str] = field(default_factory=list)
    said: list[tuple[datetime, Text]] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    updated_at: datetime | None = None


US = "Onefold"


class Tracker:
    """A Jira in memory; its people do to tickets what people do.

    Attributes:
        deny: which actions fail.
    """

    def __init__(self) -> None:
        self.now = NOW
        self.kept: dict[str, Kept] = {}
        self.deleted: list[str] = []
        self.number = 0
        self.deny: Callable[[JiraAction], bool] = lambda _: False

    # --- what the wire does

    def observe(self, label: str, urls: Iterable[str]) -> tuple[SeenTicket, ...]:
        """All that bear the label or are named, and those that are named and gone."""
        seen = {}
        gone = []
        for url in urls:
            key = url.rpartition("/")[2]
            now = next((each for each in self.kept.values() if key in (each.key, *each.earlier)), None)
            if now is None:
                gone.append(SeenTicket(key=key, url=url, is_gone=True))
            else:
                seen[now.key] = now
        seen.update({key: each for key, each in self.kept.items() if label in each.labels})
        return (*(self._seen(seen[key], urls) for key in sorted(seen, key=lambda key: int(key[4:]))), *gone)

    def _seen(self, kept: Kept, urls: Iterable[str]) -> SeenTicket:
        text = kept.text
        return SeenTicket(
            key=kept.key,
            url=f"{SITE}/browse/{kept.key}",
            earlier=tuple(f"{SITE}/browse/{key}" for key in kept.earlier if f"{SITE}/browse/{key}" in urls),
            is_ours=kept.is_ours,
            mark=None if text is None else SeenMark(text.mark, not kept.is_edited),
            members=() if text is None else text.members,
            summary=kept.summary,
            status=kept.status,
            category=kept.category,
            resolution=kept.resolution,
            assignee=kept.assignee,
            labels=tuple(kept.labels),
            priority=kept.priority,
            due=kept.due,
            touched=tuple(kept.touched),
            notes=tuple(
                SeenNote(str(n), SeenMark(said.mark, is_as_written=True), at) for n, (at, said) in enumerate(kept.said)
            ),
            moves=tuple(kept.moves),
            moved_by_us_at=kept.moved_by_us_at,
            created_at=kept.created_at,
            updated_at=kept.updated_at or kept.created_at,
        )

    def apply(self, action: JiraAction) -> str:
        """Do it; a comment and a ticket with the same marks are there once."""
        match action:
            case CreateTicket():
                same = [each for each in self.kept.values() if set(action.marks) <= set(each.labels) and each.is_ours]
                return f"{SITE}/browse/{(same[0] if same else self._create(action)).key}"
            case EditTicket():
                self._edit(self.kept[action.ticket], action)
            case CommentTicket():
                self._say(self.kept[action.ticket], action.text)
            case MoveTicket():
                kept = self.kept[action.ticket]
                if action.text is not None:
                    self._say(kept, action.text)
                self.move(kept.key, US, action.resolutions[0] if action.intent == "done" else "")
        return ""

    def _create(self, action: CreateTicket) -> Kept:
        self.number += 1
        kept = Kept(
            f"{action.project}-{self.number}", action.summary, action.text, self.now, list(action.labels),
            action.priority, action.due, action.assignee, action.issue_type,
        )  # fmt: skip
        self.kept[kept.key] = kept
        return kept

    def _edit(self, kept: Kept, action: EditTicket) -> None:
        assert action.text is None or not kept.is_edited, "a person's text was written over"
        for name in ("summary", "text", "priority", "due"):
            new = getattr(action, name)
            if new is not None:
                assert name not in kept.touched, "a person's field was written over"
                setattr(kept, name, new)
        kept.labels += action.add_labels
        if action.said is not None:
            self._say(kept, action.said)

    def say(self, key: str, text: Text) -> None:
        """Write our comment below a ticket, and do nothing else."""
        self._say(self.kept[key], text)

    def _say(self, kept: Kept, text: Text) -> None:
        if all(said.mark != text.mark for _, said in kept.said):
            kept.said.append((self.now, text))

    # --- what people do

    def move(self, key: str, by: str, resolution: str = "", *, status: str = "") -> None:
        """Resolve it, or, without a resolution and a status, open it again."""
        kept, was_done = self.kept[key], self.kept[key].category is Category.DONE
        kept.category = Category.DONE if resolution or status else Category.NEW
        kept.status = status or ("Done" if resolution else "To Do")
        kept.resolution = resolution
        move = SeenMove(kept.status, resolution, by, by == US, self.now)
        kept.moves = [*kept.moves, move] if was_done and kept.category is Category.DONE else [move]
        kept.moved_by_us_at = self.now if by == US else kept.moved_by_us_at

    def tidy(self, key: str, by: str, status: str = "Closed") -> None:
        """Move it on within done, resolved as it was."""
        self.move(key, by, self.kept[key].resolution, status=status)

    def rewrite(self, key: str, *, keep_mark: bool) -> None:
        """Write over the description."""
        kept = self.kept[key]
        kept.is_edited = True
        kept.touched.append("description")
        if not keep_mark:
            kept.text = None

    def touch(self, key: str, **fields: Any) -> None:
        """Change fields."""
        for name, value in fields.items():
            setattr(self.kept[key], name, value)
            self.kept[key].touched.append({"due": "duedate", "issue_type": "issuetype"}.get(name, name))

    def delete(self, key: str) -> None:
        """Delete it."""
        del self.kept[key]

    def move_project(self, key: str, new: str) -> None:
        """Move it to another project; the old key leads there."""
        kept = self.kept.pop(key)
        kept.earlier.append(key)
        kept.key = new
        self.kept[new] = kept

    def clone(self, key: str) -> str:
        """Clone it: labels and description come along."""
        self.number += 1
        new = f"SEC-{self.number}"
        old = self.kept[key]
        self.kept[new] = Kept(new, old.summary, old.text, self.now, list(old.labels), is_ours=False)
        return new


class Life:
    """One repository over many runs.

    Attributes:
        elsewhere: what is heard in other places.
        plan: of the last run.
    """

    def __init__(self, **settings: Any) -> None:
        self.tracker = Tracker()
        self.rules = Jira.model_validate({"project": "SEC", **settings})
        self.exceptions: tuple[ExceptionRule, ...] = ()
        self.elsewhere: tuple[Statements, ...] = ()
        self.state: State | None = State(line=LINE, run=outcome().context.run, at=NOW, told=(Telling("jira", NOW),))
        self.plan = TicketPlan()
        self.outcome: Outcome | None = None
        self.is_deaf = False

    @property
    def now(self) -> datetime:
        """The time."""
        return self.tracker.now

    def run(self, *findings: Finding, days: float = 1, **fields: Any) -> list[str]:
        """Do one run that sees these findings; gives the plan as words: ``create F-0001``, ``done SEC-1``."""
        self.tracker.now = (self.tracker.now + timedelta(days=days)).replace(microsecond=0)
        now = self.now
        seen = None if self.is_deaf else self.tracker.observe(home_label(LINE), self._named())
        heard = merge_statements([statements_of_tickets(seen, self.state, self.rules), *self.elsewhere])
        dated = tuple(self._carried(each, now) for each in findings)
        disposed = dispose(dated, self.exceptions, now, "", heard).findings
        made = outcome(*assess(disposed, Clock(Policy.default(), now)), now=now)
        before = {ticket.url: ticket for ticket in (self.state.tickets if self.state else ())}
        read = {each.url: each for each in tickets_read(seen or (), before, now)}
        told = self.state.told if self.state else ()
        state = replace(made.state, at=now, told=told, tickets=tuple({**before, **read}.values()))
        self.outcome = replace(made, state=state, tickets={**before, **read}, **fields)
        self.plan = plan_tickets(self.outcome, seen, self.rules, next((each.at for each in told), None))
        receipts = [self._deliver(action) for action in self.plan.actions]
        learned = tickets_opened(self.plan.actions, receipts)
        self.state = settle(
            self.outcome.state, (*self.plan.tickets, *learned, *tickets_joined(self.plan.actions, receipts))
        )
        fresh = tuple(Ticket(each.ticket, seen_at=now) for each in learned)
        self.state = replace(self.state, tickets=(*self.state.tickets, *fresh), told=told or (Telling("jira", now),))
        return words(*self.plan.actions)

    def _named(self) -> list[str]:
        return sorted({url for each in (self.state.findings if self.state else ()) for url in each.tickets})

    def _carried(self, item: Finding, now: datetime) -> Finding:
        """What the state remembers of it; a finding that nobody remembers is new."""
        for each in self.state.findings if self.state is not None else ():
            if each.id in (item.id, *item.aliases):
                history = (*each.history, *item.history)
                return replace(
                    item, decision=each.decision, tickets=each.tickets, history=history, last_seen=now,
                    first_seen=each.first_seen, clock_start=each.clock_start,
                )  # fmt: skip
        arrived = (Transition(now, "new"), *item.history)
        return replace(item, first_seen=now, clock_start=item.clock_start, last_seen=now, history=arrived)

    def _deliver(self, action: JiraAction) -> Receipt:
        if self.tracker.deny(action):
            return Receipt(action.key, Delivery.FAILED, "no")
        return Receipt(action.key, Delivery.DONE, place=self.tracker.apply(action))

    def forget(self) -> None:
        """The state is lost."""
        self.state = None

    def decisions(self) -> dict[str, str]:
        """What holds for each finding, by id."""
        assert self.outcome is not None
        return {each.id: each.decision.disposition.value for each in self.outcome.findings}

    def said(self, key: str) -> list[str]:
        """The kinds of our comments below a ticket."""
        return [note_kind(text.mark) for _, text in self.tracker.kept[key].said]

    def last(self, key: str) -> str:
        """The words of our last comment below it."""
        return read(self.tracker.kept[key].said[-1][1])


def new(number: int = 1, **fields: Any) -> Finding:
    """A finding that is within its SLA; findings of different numbers are of different rules and files."""
    rule = fields.pop("rule", f"rule-{number}")
    source = result(rule_id=rule, title=f"Flaw of {rule}", location=Location(f"app{number}.py", 3))
    return finding(source, **{"id": f"F-{number:04d}", "clock_start": NOW, "severity": Severity.HIGH} | fields)


def fixed(item: Finding, at: datetime, reason: str = "Semgrep read app.py again.") -> Finding:
    """The finding, closed by proof."""
    return replace(item, closed_at=at, closed_reason=reason, sources=())


def read(text: Text) -> str:
    """All words of a text."""
    return "\n".join("".join(span.text for span in line) for block in text.blocks for line in lines_of(block))


def words(*actions: JiraAction) -> list[str]:
    """Actions in a few words each; an edit that says something below the ticket is two."""
    return [text for action in actions for text in _words(action)]


def _words(action: JiraAction) -> Iterator[str]:
    match action:
        case CreateTicket(about=about):
            yield f"create {about}"
        case EditTicket(ticket=ticket, said=said):
            if replace(action, said=None, joined=(), url="") != EditTicket(ticket=ticket):
                yield f"edit {ticket}"
            if said is not None:
                yield f"{note_kind(said.mark)} {ticket}"
        case CommentTicket(ticket=ticket, text=text):
            yield f"{note_kind(text.mark)} {ticket}"
        case MoveTicket(ticket=ticket, intent=intent, text=said):
            yield f"{intent} {ticket}" + (f" {note_kind(said.mark)}" if said and intent == "reopen" else "")
