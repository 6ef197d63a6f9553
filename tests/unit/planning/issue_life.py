"""Runs in a row against an issue tracker in memory: each hears, decides, plans, delivers and remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from aggregator.disposition import dispose
from aggregator.model.errors import ServiceError
from aggregator.model.finding import Finding
from aggregator.model.location import Location
from aggregator.model.outcome import Outcome
from aggregator.model.state import State
from aggregator.planning.github_actions import GitHubAction
from aggregator.planning.issue_memory import remember_issues
from aggregator.planning.issues import IssueFacts, IssuePlan, plan_issues
from aggregator.planning.opened import tickets_joined, tickets_opened
from aggregator.planning.plan import Delivery, Receipt
from aggregator.planning.statements import statements_of_issues
from aggregator.policy import ExceptionRule, Policy
from aggregator.policy.policy import Issues
from aggregator.sinks.github.issues import GitHubIssues
from aggregator.sla import Clock, assess
from aggregator.state.settle import settle
from tests.builders import NOW, finding, outcome, result
from tests.fakes.tracker import Tracker

FACTS = IssueFacts(is_private=True)


def late(number: int = 1, **fields: Any) -> Finding:
    """A finding that is long past its SLA; findings of different numbers are of different rules and files."""
    rule = fields.pop("rule", f"rule-{number}")
    source = result(rule_id=rule, title=f"Flaw of {rule}", location=Location(f"app{number}.py", 3))
    return finding(source, **{"id": f"F-{number:04d}"} | fields)


class Life:
    """One repository over many runs.

    Attributes:
        settings: of issues, in the policy.
        exceptions: what the exceptions file says.
        plan: of the last run.
    """

    def __init__(self, **settings: Any) -> None:
        self.tracker = Tracker()
        self.settings = Issues(**settings)
        self.exceptions: tuple[ExceptionRule, ...] = ()
        self.state: State | None = None
        self.plan = IssuePlan()
        self.outcome: Outcome | None = None
        self.failures = 0

    @property
    def now(self) -> datetime:
        """The time."""
        return self.tracker.now

    def run(self, *findings: Finding, days: float = 1, facts: IssueFacts = FACTS) -> list[str]:
        """Do one run that sees these findings; gives the plan as words: ``open F-0001``, ``close 3 completed``."""
        self.tracker.now += timedelta(days=days)
        self.tracker.now = self.tracker.now.replace(microsecond=0)
        sink = GitHubIssues(self.tracker.client, "onefold")
        try:
            issues = sink.observe(self.state)
        except ServiceError:
            self.failures += 1
            issues = None
        now = self.now
        heard = statements_of_issues(issues, self.state)
        dated = tuple(replace(each, **self._remembered(each), last_seen=now) for each in findings)
        disposed = dispose(dated, self.exceptions, now, "", heard).findings
        self.outcome = outcome(*assess(disposed, Clock(Policy.default(), now)), now=now)
        told = self.state.told if self.state is not None else ()
        self.outcome = replace(self.outcome, state=replace(self.outcome.state, at=now, told=told))
        self.plan = plan_issues(self.outcome, issues, facts, self.settings)
        receipts = [self._deliver(sink, action) for action in self.plan.actions]
        done = (*tickets_opened(self.plan.actions, receipts), *tickets_joined(self.plan.actions, receipts))
        learned = (*self.plan.tickets, *done)
        self.state = settle(self.outcome.state, learned)
        if self.plan.rolling is not None:
            self.state = remember_issues(self.state, self.plan.rolling, self.plan.actions, receipts)
        return [words(action) for action in self.plan.actions]

    def _remembered(self, item: Finding) -> dict[str, Any]:
        for each in self.state.findings if self.state is not None else ():
            if each.id in (item.id, *item.aliases):
                return {"decision": each.decision, "tickets": each.tickets, "history": each.history}
        return {}

    def _deliver(self, sink: GitHubIssues, action: GitHubAction) -> Receipt:
        assert sink.accepts(action)
        try:
            return Receipt(action.key, Delivery.DONE, place=sink.apply(action))
        except ServiceError as error:
            self.failures += 1
            return Receipt(action.key, Delivery.FAILED, error.reason)

    def decisions(self) -> dict[str, str]:
        """What holds for each finding, by id."""
        assert self.outcome is not None
        return {each.id: each.decision.disposition.value for each in self.outcome.findings}

    def issues(self) -> dict[int, str]:
        """Each issue by number: ``open``, ``completed``, ``not_planned``."""
        return {number: "open" if each.is_open else each.state_reason for number, each in self.tracker.kept.items()}


def words(action: GitHubAction) -> str:
    """An action in a few words."""
    kind = type(action).__name__.removesuffix("Issue").lower()
    if kind == "edit" and getattr(action, "reopen"):  # noqa: B009 - of one kind only
        kind = "reopen"
    if kind == "remind":
        kind = action.body.split()[1].removeprefix("onefold:")  # type: ignore[union-attr]
    what = getattr(action, "issue", None) or getattr(action, "number")  # noqa: B009
    reason = f" {getattr(action, 'reason')}" if kind == "close" else ""  # noqa: B009
    return f"{kind} {what}{reason}"


def fixed(item: Finding, at: datetime = NOW) -> Finding:
    """The finding, closed by proof."""
    return replace(item, closed_at=at, closed_reason="Semgrep read app.py again.", sources=())


def many(count: int, rule: str = "one") -> Sequence[Finding]:
    """Late findings of one rule."""
    return [late(number, rule=rule) for number in range(1, count + 1)]
