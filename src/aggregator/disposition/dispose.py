"""Each finding's disposition in this run, and every change of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from aggregator.disposition.account import Account, Charge
from aggregator.disposition.agreement import agreed
from aggregator.disposition.ending import of_words
from aggregator.disposition.heard import Heard, decisions
from aggregator.disposition.limit import NO_LIMITS
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import AGREEMENT, Decision, Disposition, Finding, Transition
from aggregator.model.statement import NOTHING_SAID, Statements
from aggregator.policy import ExceptionRule
from aggregator.policy.limits import ExceptionLimits

_EXCEPTIONS = "exceptions"
_TOOL = "tool"
_OPEN = Disposition.OPEN  # asked for every finding; slow to reach through its class


class Disposed(Struct, frozen=True):
    """The findings with their decisions, in the order they came, and what is to be said about the exceptions."""

    findings: tuple[Finding, ...]
    diagnostics: tuple[Diagnostic, ...]


def dispose(  # noqa: PLR0913, PLR0917 - everything that is said about findings, each part named
    findings: tuple[Finding, ...],
    rules: tuple[ExceptionRule, ...],
    now: datetime,
    run: str = "",
    statements: Statements = NOTHING_SAID,
    limits: ExceptionLimits = NO_LIMITS,
    tools: int | None = None,
    product: str = "",
) -> Disposed:
    """Decide each finding's disposition; the strictest word wins, and every change enters the finding's history.

    Candidates are the exceptions that match and hold, what people state elsewhere, an earlier decision that holds, and
    the tool's own mark when every source of this run bears it. What a rule, a mark or a place that was listened to
    said is undone when it says so no more. A finding closed in this run keeps what was decided. An exception holds no
    longer than the ``limits`` allow. Where nobody has decided, a finding that so many ``tools`` report is verified.
    ``product`` is that of findings that say no other.
    """
    account, heard = Account(rules, now, limits, product), Heard(statements)
    decided = tuple(_disposed(finding, account, heard, _Moment(now, run, tools)) for finding in findings)
    ending = of_words(decided, now, limits.warn_days, _EXCEPTIONS)
    return Disposed(decided, (*account.diagnostics(), *heard.diagnostics(), *ending))


class _Moment(NamedTuple):
    """When it is decided, in which run, and how many tools verify a finding."""

    now: datetime
    run: str
    tools: int | None


def _disposed(finding: Finding, account: Account, heard: Heard, moment: _Moment) -> Finding:
    (now, run, tools), old, sources = moment, finding.decision, finding.sources
    together = None if tools is None else agreed(finding, tools)
    stated = () if heard.is_empty else heard.about(finding)
    is_marked = bool(sources and sources[0].suppression)
    if account.is_empty and not (stated or together or is_marked) and old.disposition is _OPEN:
        return finding  # the common case, and there may be 100 000 of them
    charged = account.charge(finding)
    if finding.closed_at is not None:
        return finding
    if stated and charged:
        heard.compare(stated, [charge.rule for charge in charged if now < charge.expires_at], now)
    said = [_by_exception(charge) for charge in charged] + decisions(stated)
    said += _remembered(finding, heard.origins) + _marked(finding)
    holding = [decision for decision in said if decision.expires_at is None or now < decision.expires_at]
    new = min(holding, key=_rank) if holding else together or _opened(old, expired=bool(said))
    if new.disposition is old.disposition is _OPEN or replace(new, decided_at=old.decided_at) == old:
        return finding
    step = Transition(at=now, to=new.disposition.value, run=run, reason=new.reason)
    return replace(finding, decision=replace(new, decided_at=new.decided_at or now), history=(*finding.history, step))


def _rank(decision: Decision) -> tuple[int, str, str, str, str, str]:
    """The strictest first, then the one that ends first; the texts only settle the order."""
    ends = "~" if decision.expires_at is None else decision.expires_at.isoformat()
    return (
        decision.disposition.strictness,
        ends,
        decision.origin,
        decision.author,
        decision.reason,
        decision.justification,
    )


def _by_exception(charge: Charge) -> Decision:
    rule = charge.rule
    return Decision(
        Disposition(rule.status),
        rule.reason,
        author=rule.owner,
        origin=_EXCEPTIONS,
        expires_at=charge.expires_at,
        justification=rule.justification or "",
    )


def _remembered(finding: Finding, listened: frozenset[str]) -> list[Decision]:
    """The decision as it stood, unless this run finds it afresh."""
    origin = finding.decision.origin
    found_afresh = origin in ("", _EXCEPTIONS, AGREEMENT) or origin in listened or (origin == _TOOL and finding.sources)
    return [] if found_afresh else [finding.decision]


def _marked(finding: Finding) -> list[Decision]:
    """The tool's own mark, when every source of this run bears one."""
    marks = [source.suppression for source in finding.sources if source.suppression is not None]
    if not marks or len(marks) < len(finding.sources):
        return []
    return [Decision(Disposition(mark.disposition), mark.reason, finding.tool, _TOOL) for mark in marks]


def _opened(old: Decision, *, expired: bool) -> Decision:
    """That a decision holds no longer. What tools let go of nobody decided, so it outweighs no word of people."""
    if old.origin == AGREEMENT:
        why = "The tools no longer agree on it, or the policy no longer asks whether they do."
        return Decision(reason=why, origin=AGREEMENT)
    return Decision(reason=_why_open(old, expired=expired))


def _why_open(old: Decision, *, expired: bool) -> str:
    if expired:
        return "The decision has expired."
    if old.origin == _TOOL:
        return "The tool no longer marks it."
    return "No exception names it any more." if old.origin == _EXCEPTIONS else "The decision was taken back."
