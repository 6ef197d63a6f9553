"""The exceptions held against findings and the clock, outside a run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from aggregator.disposition.account import Account, Entry, of_ending, of_expired
from aggregator.disposition.limit import NO_LIMITS
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Disposition, Finding
from aggregator.policy import ExceptionRule
from aggregator.policy.limits import ExceptionLimits


class Review(Struct, frozen=True):
    """Every exception with what it means, and what is to be said about them, in the order they are written."""

    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...]


def review(
    rules: tuple[ExceptionRule, ...],
    findings: Iterable[Finding] | None,
    now: datetime,
    limits: ExceptionLimits = NO_LIMITS,
) -> Review:
    """Hold the exceptions against the findings of a run; with ``None``, when they are not known, only the clock."""
    account = Account(rules, now, limits)
    if findings is None:
        soon = timedelta(days=limits.warn_days)
        return Review(account.entries(), tuple(said for rule in rules for said in _timely(rule, now, soon)))
    unjustified: set[str] = set()
    for finding in findings:
        charged = account.charge(finding)
        if finding.component is not None and finding.vulnerability_ids:
            unjustified.update(charge.rule.place for charge in charged if _lacks_justification(charge.rule))
    said = (*account.diagnostics(), *(_unjustified(rule) for rule in rules if rule.place in unjustified))
    place = {rule.place: number for number, rule in enumerate(rules)}
    return Review(account.entries(), tuple(sorted(said, key=lambda each: place[each.subject])))


def _timely(rule: ExceptionRule, now: datetime, soon: timedelta) -> list[Diagnostic]:
    if now >= rule.expires_at:
        return [of_expired(rule)]
    return [of_ending(rule)] if rule.expires_at - now <= soon else []


def _lacks_justification(rule: ExceptionRule) -> bool:
    return rule.status == Disposition.NOT_AFFECTED.value and rule.justification is None


def _unjustified(rule: ExceptionRule) -> Diagnostic:
    reason = "The exception says not_affected about a package and has no justification, which readers of VEX go by."
    step = "Write the one that is true as `justification`; `onefold schema exceptions` lists all five."
    return Diagnostic("exception-without-justification", Level.NOTE, rule.place, reason, step)
