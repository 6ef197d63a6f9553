"""Tickets in Jira: which to create, edit, remind, close and open again, decided as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.model.state import Tracked
from aggregator.planning.desk import Desk, Grouping, Pace, Served, Wanted, arrange, paced
from aggregator.planning.jira_actions import CommentTicket, CreateTicket, EditTicket, JiraAction, MoveTicket
from aggregator.planning.jira_cards import cards_of
from aggregator.planning.jira_demand import Demand
from aggregator.planning.jira_editing import due_date
from aggregator.planning.jira_marks import LABEL, about_label, home_label
from aggregator.planning.jira_observed import SeenTicket
from aggregator.planning.jira_tending import close_double, tend
from aggregator.planning.jira_texts import replaced, template_of, text_of, upgrade_of
from aggregator.policy.jira import Jira
from aggregator.state.settle import Learned
from aggregator.writers.issue_marks import rule_key
from aggregator.writers.ticket_marks import note_kind
from aggregator.writers.ticket_text import summary_line

_ANYBODY = "*"
_EDIT, _CLOSE, _REOPEN, _REMINDER, _WORD = "edit", "close", "reopen", "reminder", "word"
_WAITING = (
    (_EDIT, "jira-edits-left", "brought up to date", "edits"),
    (_CLOSE, "jira-moves-left", "closed", "closes"),
    (_REOPEN, "jira-moves-left", "opened again", "opens again"),
    (_WORD, "jira-words-left", "commented on", "comments on"),
)
"""What is told of each sort that waits; of reminders nothing is: they come again by themselves."""


class TicketPlan(Struct, frozen=True):
    """What is to be done about tickets.

    Attributes:
        tickets: which findings the tickets that stand there are about, for the state.
    """

    actions: tuple[JiraAction, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    tickets: tuple[Learned, ...] = ()


def plan_tickets(
    outcome: Outcome, tickets: tuple[SeenTicket, ...] | None, rules: Jira, since: datetime | None
) -> TicketPlan:
    """The whole of it; nothing where the tickets, or what was remembered, could not be read.

    Args:
        outcome: the run's.
        tickets: all that stand there; ``None`` when nobody could say.
        rules: the policy's.
        since: of the first run with Jira; ``None`` when this is it. What was there then is no news.
    """
    is_first = outcome.is_baseline or since is None
    if tickets is None or outcome.context.is_past_unread or (outcome.is_baseline and not rules.backlog):
        return TicketPlan()
    demand = Demand(outcome, tickets, rules, None if is_first else since)
    open_ones = [finding for finding in outcome.findings if finding.is_open]
    everything: tuple[Finding | Tracked, ...] = (*outcome.findings, *outcome.state.findings)
    cards = cards_of(tickets, everything, rules, outcome.upgrades)
    desk = arrange(outcome, open_ones, cards, Grouping(demand.wants, _sharing(outcome, rules), rules.most))
    actions, left = paced(_actions(desk, outcome, rules, demand), _pace, rules.most, outcome.now.toordinal())
    notes = (*_left(desk, rules), *_waiting(left, rules))
    return TicketPlan(actions, notes, tuple(_learned(desk.served)))


def _sharing(outcome: Outcome, rules: Jira) -> Callable[[Finding], str]:
    """The key of the ticket that a finding has to share, as the policy wishes; empty for one of its own."""
    if rules.group_by == "rule":
        return lambda finding: rule_key(finding.tool, finding.rule_id)
    upgrades = outcome.upgrades if rules.group_by == "upgrade" else ()
    keys = {id_: upgrade_of(each) for each in reversed(upgrades) for id_ in each.closes}
    return lambda finding: keys.get(finding.id, "")


def _actions(desk: Desk[SeenTicket], outcome: Outcome, rules: Jira, demand: Demand) -> Iterator[JiraAction]:
    for ticket, same in desk.doubles:
        yield from close_double(ticket, same, rules)
    for served in desk.served:
        yield from tend(served, outcome, rules)
    for wanted in desk.wanted:
        yield _create(wanted, outcome, rules, demand)


def _pace(action: JiraAction) -> Pace | None:
    """Jira sends mail about whatever is done. News, findings that joined a ticket, does not wait."""
    match action:
        case EditTicket() if not action.joined:
            return Pace(_EDIT, action.ticket)
        case CommentTicket():
            return Pace(_REMINDER if note_kind(action.text.mark) == _REMINDER else _WORD, action.ticket)
        case MoveTicket():
            return Pace(_CLOSE if action.intent == "done" else _REOPEN, action.ticket)
        case _:
            return None


def _create(wanted: Wanted, outcome: Outcome, rules: Jira, demand: Demand) -> CreateTicket:
    key, due = wanted.key, wanted.due
    marks = home_label(outcome.context.line), about_label(key)
    template = template_of(key, due, outcome)
    gone = next(filter(None, map(demand.gone, due)), None)
    labels = (LABEL, *marks, *(template.label(label) for label in rules.labels))
    return CreateTicket(
        about=key,
        marks=marks,
        project=rules.project,
        issue_type=rules.issue_type,
        summary=summary_line(template.text(rules.summary)),
        text=text_of(key, due, outcome, rules, *(() if gone is None else (replaced(*gone),))),
        priority=rules.priorities.of(due[0].severity),
        due=due_date(due) if rules.due else None,
        labels=tuple(dict.fromkeys(labels)),
        components=tuple(template.text(name) for name in rules.components),
        assignee=_assignee(due, rules),
        fields=tuple((name, template.field(value)) for name, value in sorted(rules.fields.items())),
        findings=tuple(finding.id for finding in due),
    )


def _assignee(due: Sequence[Finding], rules: Jira) -> str:
    """Who answers for the first owner that the policy knows."""
    named = (rules.assignees[owner] for each in due for owner in each.owners if owner in rules.assignees)
    return next(named, rules.assignees.get(_ANYBODY, ""))


def _left(desk: Desk[SeenTicket], rules: Jira) -> Iterator[Diagnostic]:
    if desk.rest:
        count = len(desk.rest)
        many = "1 more ticket is" if count == 1 else f"{count} more tickets are"
        reason = f"{many} to be created: one run creates {rules.most} at most, and the next ones go on."
        step = "Group by rule or upgrade, raise the threshold, or raise jira.most."
        yield Diagnostic("jira-tickets-left", Level.WARNING, "Jira", reason, step)


def _waiting(left: Counter[str], rules: Jira) -> Iterator[Diagnostic]:
    for sort, code, done, does in _WAITING:
        if left[sort]:
            many = "1 more ticket is" if left[sort] == 1 else f"{left[sort]} more tickets are"
            reason = f"{many} to be {done}: one run {does} {rules.most} at most, and the next ones go on."
            step = "Wait for the next runs, or raise jira.most for one of them."
            yield Diagnostic(code, Level.WARNING, "Jira", reason, step)


def _learned(served: Iterable[Served[SeenTicket]]) -> Iterator[Learned]:
    """What the state does not know yet: members that tickets name, and new addresses of tickets that were moved."""
    for each in served:
        url, earlier = each.item.url, each.item.earlier
        new = {
            known.id: None
            for known in each.subjects
            if url not in known.tickets or not set(known.tickets).isdisjoint(earlier)
        }
        if new:
            yield Learned(url, tuple(new), earlier)
