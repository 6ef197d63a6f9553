"""The exceptions' account: which findings each one was charged with, and what is to be said about it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from aggregator.disposition.selection import anchor, selects, words
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Finding
from aggregator.policy import ExceptionRule

SOON = timedelta(days=14)
"""How long before its end an exception is announced."""


class Account:
    """Finds the exceptions that mean a finding and counts, for each exception, the findings it means."""

    def __init__(self, rules: tuple[ExceptionRule, ...]) -> None:
        self.is_empty = not rules
        self._rules = rules
        self._counts = [0] * len(rules)
        # A rule that names one word exactly is looked at only for findings that have the word.
        self._anchored: defaultdict[str, list[int]] = defaultdict(list)
        self._free: list[int] = []
        for index, rule in enumerate(rules):
            word = anchor(rule)
            (self._free if word is None else self._anchored[word]).append(index)

    def charge(self, finding: Finding) -> list[ExceptionRule]:
        """The exceptions that mean the finding, expired ones included, in the order they are written."""
        indexes = list(self._free)
        if self._anchored:
            for word in words(finding):
                indexes += self._anchored.get(word, ())
        charged: list[ExceptionRule] = []
        for index in sorted(indexes):
            if selects(self._rules[index], finding):
                self._counts[index] += 1
                charged.append(self._rules[index])
        return charged

    def diagnostics(self, now: datetime) -> tuple[Diagnostic, ...]:
        """What is to be said about the exceptions, in the order they are written."""
        return tuple(
            said for rule, count in zip(self._rules, self._counts, strict=True) for said in _said(rule, count, now)
        )


def _said(rule: ExceptionRule, count: int, now: datetime) -> list[Diagnostic]:
    if now >= rule.expires_at:
        reason = (
            f"The exception expired on {rule.expires.isoformat()} and no longer applies; it matches {_many(count)}."
        )
        return [_warning(rule, "exception-expired", reason, "Decide again and renew it, or remove it.")]
    if not count:
        step = "Remove it, or correct what it selects."
        return [Diagnostic("exception-unmatched", Level.NOTE, rule.place, "The exception matches no finding.", step)]
    said: list[Diagnostic] = []
    if rule.expect is not None and count > rule.expect:
        reason = f"The exception matches {_many(count)} and expects {rule.expect}."
        said.append(
            _warning(rule, "exception-overmatches", reason, "Narrow what it selects, or raise what it expects.")
        )
    if rule.expires_at - now <= SOON:
        reason = f"The exception ends after {rule.expires.isoformat()} (UTC) and matches {_many(count)}."
        said.append(_warning(rule, "exception-expires-soon", reason, "Fix them, or decide again and renew it."))
    return said


def _warning(rule: ExceptionRule, code: str, reason: str, next_step: str) -> Diagnostic:
    return Diagnostic(code, Level.WARNING, rule.place, reason, next_step)


def _many(count: int) -> str:
    return "1 finding" if count == 1 else f"{count} findings"
