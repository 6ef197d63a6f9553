"""What people decided on our issues, as statements about findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from aggregator.model.overruled import words_by
from aggregator.model.state import State, Tracked
from aggregator.model.statement import NOTHING_SAID, Statement, Statements
from aggregator.planning.issue_desk import cards_of
from aggregator.planning.issue_words import ORIGIN, decision_on, is_rolling, words_of
from aggregator.planning.observed import SeenIssue
from aggregator.planning.subjects import Card, Subjects
from aggregator.writers.issue_marks import since_in


def statements_of_issues(issues: tuple[SeenIssue, ...] | None, state: State | None) -> Statements:
    """What holds by the word of people on our issues; nothing was listened to when the issues could not be read.

    What was decided on an issue about several findings holds for those that the state knows to be in it. Where nobody
    touched an issue, so that its comments were not read again, what was heard there before is said again.
    """
    if issues is None:
        return NOTHING_SAID
    cards = cards_of(issues)
    subjects = Subjects(() if state is None else state.findings, cards)
    said = (statement for card in cards for statement in _said(card, subjects))
    return Statements(frozenset({ORIGIN}), tuple(sorted(said, key=_order)))


def first_seen_of_issues(issues: tuple[SeenIssue, ...] | None) -> dict[str, datetime]:
    """When our issues say that their findings were first seen, by id: what a state that is lost is made good from."""
    dates: dict[str, datetime] = {}
    for issue in issues or ():
        for finding, moment in since_in(issue.body).items():
            dates[finding] = min(moment, dates.get(finding, moment))
    return dates


def merge_statements(parts: Iterable[Statements]) -> Statements:
    """All that was heard in several places. Each place needs an origin of its own: one may fail while another talks."""
    parts = tuple(parts)
    said = sorted({statement for part in parts for statement in part.said}, key=_order)
    return Statements(frozenset(origin for part in parts for origin in part.origins), tuple(said))


def _said(card: Card[SeenIssue], subjects: Subjects[Tracked]) -> Iterator[Statement]:
    issue = card.item
    words, where = words_of(issue), f"issue #{issue.number}"
    members = subjects.named(card)
    for finding in members or _named(issue):
        decision, known = decision_on(issue, words, finding), members.get(finding)
        if decision is not None:
            yield Statement(finding, decision, where)
        elif known is not None and not issue.is_known:
            yield from (Statement(finding, word, where) for word in words_by(known.decision, ORIGIN))


def _named(issue: SeenIssue) -> tuple[str, ...]:
    """The findings that commands on the rolling issue name; what is said there without a name means none."""
    if not is_rolling(issue):
        return ()
    return tuple(dict.fromkeys(word.finding for word in words_of(issue) if word.finding))


def _order(statement: Statement) -> tuple[str, str, int, str]:
    decision = statement.decision
    return statement.finding, statement.where, decision.disposition.strictness, decision.reason
