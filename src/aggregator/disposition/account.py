"""The exceptions' account: which findings each one was charged with, and what is to be said about it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from aggregator.disposition.limit import NO_LIMITS, ends_at
from aggregator.disposition.selection import anchor, selects, words
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Finding
from aggregator.policy import ExceptionRule
from aggregator.policy.limits import ExceptionLimits


class Charge(NamedTuple):
    """An exception that means a finding, and the first moment at which it no longer holds for it."""

    rule: ExceptionRule
    expires_at: datetime


class Entry(NamedTuple):
    """One exception and what it was charged with.

    Attributes:
        found: how many findings it means, expired or not.
        cuts: where the policy's limit ends it for findings, before its own end.
    """

    rule: ExceptionRule
    found: int
    cuts: tuple[datetime, ...]


class Account:
    """Finds the exceptions that mean a finding and counts, for each exception, the findings it means."""

    def __init__(
        self,
        rules: tuple[ExceptionRule, ...],
        now: datetime,
        limits: ExceptionLimits = NO_LIMITS,
        product: str = "",
    ) -> None:
        self.is_empty = not rules
        self._rules = rules
        self._now = now
        self._limits = limits
        self._product = product
        self._counts = [0] * len(rules)
        self._cuts: defaultdict[int, list[datetime]] = defaultdict(list)
        # A rule that names one word exactly is looked at only for findings that have the word.
        self._anchored: defaultdict[str, list[int]] = defaultdict(list)
        self._free: list[int] = []
        for index, rule in enumerate(rules):
            word = anchor(rule)
            (self._free if word is None else self._anchored[word]).append(index)

    def charge(self, finding: Finding) -> list[Charge]:
        """The exceptions that mean the finding, expired ones included, in the order they are written."""
        indexes = list(self._free)
        if self._anchored:
            for word in words(finding):
                indexes += self._anchored.get(word, ())
        meant = (index for index in sorted(indexes) if selects(self._rules[index], finding, self._product))
        return [self._charged(index, finding) for index in meant]

    def _charged(self, index: int, finding: Finding) -> Charge:
        rule = self._rules[index]
        end = ends_at(rule, finding, self._now, self._limits)
        self._counts[index] += 1
        if end < rule.expires_at:
            self._cuts[index].append(end)
        return Charge(rule, end)

    def entries(self) -> tuple[Entry, ...]:
        """Every exception with what it was charged with so far, in the order they are written."""
        return tuple(
            Entry(rule, self._counts[index], tuple(sorted(self._cuts.get(index, ()))))
            for index, rule in enumerate(self._rules)
        )

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be said about the exceptions, in the order they are written."""
        soon = timedelta(days=self._limits.warn_days)
        return tuple(said for entry in self.entries() for said in _said(entry, self._now, soon))


def _said(entry: Entry, now: datetime, soon: timedelta) -> list[Diagnostic]:
    rule, count, cuts = entry
    if now >= rule.expires_at:
        return [of_expired(rule, f"; it matches {_many(count)}")]
    if not count:
        step = "Remove it, or correct what it selects."
        return [Diagnostic("exception-unmatched", Level.NOTE, rule.place, "The exception matches no finding.", step)]
    said: list[Diagnostic] = []
    if rule.expect is not None and count > rule.expect:
        reason = f"The exception matches {_many(count)} and expects {rule.expect}."
        said.append(
            _warning(rule, "exception-overmatches", reason, "Narrow what it selects, or raise what it expects.")
        )
    if cuts:
        said.append(_too_long(rule, cuts, now))
    if rule.expires_at - now <= soon:
        said.append(of_ending(rule, f" and matches {_many(count)}"))
    return said


def of_expired(rule: ExceptionRule, more: str = "") -> Diagnostic:
    """That the exception is over."""
    reason = f"The exception expired on {rule.expires.isoformat()} and no longer applies{more}."
    return _warning(rule, "exception-expired", reason, "Decide again and renew it, or remove it.")


def of_ending(rule: ExceptionRule, more: str = "") -> Diagnostic:
    """That the exception will soon be over."""
    reason = f"The exception ends after {rule.expires.isoformat()} (UTC){more}."
    return _warning(rule, "exception-expires-soon", reason, "Fix them, or decide again and renew it.")


def _too_long(rule: ExceptionRule, cuts: tuple[datetime, ...], now: datetime) -> Diagnostic:
    """That the policy allows less than the exception says."""
    last = (cuts[0] - timedelta(days=1)).date().isoformat()
    over = sum(cut <= now for cut in cuts)
    reason = (
        f"The exception runs until {rule.expires.isoformat()}, longer than the policy allows for {_many(len(cuts))};"
        f" the first of them {'was' if over else 'is'} accepted until {last}"
        f"{f', and {over} of them no longer' if over else ''}."
    )
    step = "Fix them; or decide again, and write the day as `decided`."
    return _warning(rule, "exception-too-long", reason, step)


def _warning(rule: ExceptionRule, code: str, reason: str, next_step: str) -> Diagnostic:
    return Diagnostic(code, Level.WARNING, rule.place, reason, next_step)


def _many(count: int) -> str:
    return "1 finding" if count == 1 else f"{count} findings"
