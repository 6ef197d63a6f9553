"""Which findings ask for a ticket: news of some weight, what is late, and nothing whose ticket people deleted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from aggregator.model.finding import Finding, Standing, Transition
from aggregator.model.outcome import Outcome
from aggregator.model.severity import Severity
from aggregator.planning.jira_observed import SeenTicket
from aggregator.policy.jira import Jira

_NEWS = ("new", "reopened", "open")
"""Transitions after which a finding asks for action that did not ask before."""
_RESCORED = re.compile(r"severity ([A-Z]+) -> ([A-Z]+)")


class Demand:
    """Tells for a finding that has no ticket whether it should get one.

    Args:
        outcome: the run's; its state still says what the last run knew of tickets.
        tickets: all that were looked for.
        rules: the policy's.
        since: of the first run with Jira; ``None`` when this is it.
    """

    def __init__(self, outcome: Outcome, tickets: Iterable[SeenTicket], rules: Jira, since: datetime | None) -> None:
        self._rules = rules
        self._since = since
        self._gone = {url: ticket.key for ticket in tickets if ticket.is_gone for url in (ticket.url, *ticket.earlier)}
        self._gone_since = {url: _gone_since(url, outcome) for url in self._gone}

    def wants(self, finding: Finding) -> bool:
        """Whether it is heavy and new enough, or late; and its ticket was not deleted, or something happened since."""
        if finding.severity.rank < self._rules.least.rank or not self._is_news(finding):
            return False
        return not self._missing(finding) or self.gone(finding) is not None

    def _is_news(self, finding: Finding) -> bool:
        if self._rules.backlog:
            return True
        if self._since is None:
            return False
        if finding.standing is Standing.BREACHED:
            return True
        return any(step.to in _NEWS and step.at > self._since for step in finding.history)

    def gone(self, finding: Finding) -> tuple[str, str] | None:
        """The key of its deleted ticket, and why it gets another one nevertheless; ``None`` when it does not."""
        missing = self._missing(finding)
        reasons = (self._why(step, missing) for step in reversed(finding.history) if missing)
        why = next(filter(None, reasons), "")
        return (self._gone[missing[-1]], why) if why else None

    def _missing(self, finding: Finding) -> list[str]:
        return [url for url in finding.tickets if url in self._gone]

    def _why(self, step: Transition, urls: Iterable[str]) -> str:
        """What a step of the history says for a new ticket; what was so while a ticket was there says nothing."""
        if any(step.at < self._gone_since[url] for url in urls):
            return ""
        if step.to == "reopened":
            return "it was fixed and is back"
        rescored = _RESCORED.search(step.reason) if step.to == "updated" else None
        if rescored is None or Severity(rescored[2]).rank <= Severity(rescored[1]).rank:
            return ""
        return f"its severity rose from {rescored[1]} to {rescored[2]}"


def _gone_since(url: str, outcome: Outcome) -> datetime:
    """When the ticket was first missed, or was last known as closed; now, when nobody remembers."""
    known = outcome.tickets.get(url)
    return outcome.now if known is None or known.seen_at is None else known.seen_at
