"""The exceptions in words, and one of them as people write it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from aggregator.disposition.account import Entry
from aggregator.model.finding import Finding
from aggregator.policy import ExceptionRule
from aggregator.policy.next_entry import FIRST, NextEntry
from aggregator.writers.escape import clip, plain

_SELECTORS = ("id", "tool", "rule", "path", "purl", "vulnerability", "resource", "product")
_TITLE = 100


def exceptions_text(entries: tuple[Entry, ...], now: datetime, *, is_counted: bool) -> Iterator[str]:
    """What is accepted: status, owner and end first, then the findings it matches, its selectors and the reason.

    Args:
        entries: each exception with what it was charged with.
        now: what the days are counted from.
        is_counted: whether the findings of a run are known.
    """
    for entry in entries:
        rule = entry.rule
        matches = f", {_many(entry.found)}" if is_counted else ""
        yield f"{rule.place}: {rule.status.replace('_', ' ')}, by {rule.owner}, {_end(entry, now)}{matches}"
        said = [f"{name} {value}" for name in _SELECTORS if (value := getattr(rule, name))]
        yield f"  {', '.join(said)}"
        why = f"{rule.justification.replace('_', ' ')}: " if rule.justification else ""
        yield f"  {why}{' '.join(rule.reason.split())}"


def _end(entry: Entry, now: datetime) -> str:
    rule = entry.rule
    if now >= rule.expires_at:
        return f"expired on {rule.expires.isoformat()}"
    days = (rule.expires - now.date()).days
    left = "its last day" if not days else f"{days} day{'s' if days > 1 else ''} left"
    cut = f", cut by the policy for {_many(len(entry.cuts))}" if entry.cuts else ""
    return f"until {rule.expires.isoformat()} ({left}{cut})"


def _many(count: int) -> str:
    return "1 finding" if count == 1 else f"{count} findings"


def stanza(rule: ExceptionRule, finding: Finding, where: NextEntry = FIRST, *, is_titled: bool) -> Iterator[str]:
    """The lines to paste into the exceptions file, as they fit what stands there.

    Without a title no report can put a text into them but the names of a package and of a vulnerability.
    """
    if not where.has_key:
        yield "exceptions:"
    margin = " " * where.indent
    if is_titled:
        yield f"{margin}# {finding.severity.value.lower()}: {clip(plain(finding.title), _TITLE)}"
    yield from (f"{margin}{line}" for line in _entry(rule, finding))


def _entry(rule: ExceptionRule, finding: Finding) -> Iterator[str]:
    yield f"- status: {rule.status}  # or false_positive, not_affected, mitigated, out_of_scope"
    if finding.component is not None and finding.vulnerability_ids:
        yield "  # with not_affected: justification: vulnerable_code_not_in_execute_path, or another of VEX's words"
    yield f"  reason: {rule.reason}"
    yield f"  owner: {_quoted(rule.owner)}"
    yield f"  decided: {rule.decided}"
    yield f"  expires: {rule.expires}"
    for name in _SELECTORS:
        if value := getattr(rule, name):
            yield f"  {name}: {_quoted(value)}"
    yield f"  expect: {rule.expect}"


def _quoted(text: str) -> str:
    return json.dumps(text)
