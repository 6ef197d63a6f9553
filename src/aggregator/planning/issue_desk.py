"""Which issue each late finding belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from aggregator.model.finding import Finding, Standing
from aggregator.model.outcome import Outcome
from aggregator.planning import desk
from aggregator.planning.desk import Grouping
from aggregator.planning.issue_words import closed_by_person, decision_on, words_of
from aggregator.planning.observed import SeenIssue
from aggregator.planning.subjects import Card
from aggregator.policy.policy import Issues
from aggregator.writers.issue_marks import members_in, rule_key

Desk: TypeAlias = desk.Desk[SeenIssue]
Served: TypeAlias = desk.Served[SeenIssue]


def arrange(outcome: Outcome, issues: Sequence[SeenIssue], rules: Issues) -> Desk:
    """Every finding past its SLA at its issue."""
    late = [finding for finding in outcome.findings if finding.standing is Standing.BREACHED]
    by_rule = rules.group_by == "rule"

    def shared(finding: Finding) -> str:
        return rule_key(finding.tool, finding.rule_id) if by_rule else ""

    return desk.arrange(outcome, late, cards_of(issues), Grouping(lambda _: True, shared, rules.most))


def cards_of(issues: Iterable[SeenIssue]) -> tuple[Card[SeenIssue], ...]:
    """What issues say about themselves."""
    return tuple(
        Card(
            issue,
            issue.number,
            issue.key,
            (issue.url,),
            issue.is_open,
            members_in(issue.body),
            is_settled=_is_settled(issue),
            was_closed=issue.state_reason == "reopened",
        )
        for issue in issues
    )


def _is_settled(issue: SeenIssue) -> bool:
    """Whether people had their say about the whole of it: what they have not seen is not put under their word."""
    if closed_by_person(issue) or (not issue.is_open and issue.state_reason in ("not_planned", "duplicate")):
        return True
    decision = decision_on(issue, words_of(issue))
    return decision is not None and decision.disposition.silences
