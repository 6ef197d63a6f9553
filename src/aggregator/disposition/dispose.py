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
from aggregator.disposition.marks import ORIGIN as TOOL
from aggregator.disposition.marks import is_marked, marks, unmarking, with_marks
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import AGREEMENT, Decision, Disposition, Finding, Transition
from aggregator.model.overruled import EXCEPTIONS, is_found_anew, overruling, rank, words_in
from aggregator.model.statement import NOTHING_SAID, Statements
from aggregator.policy import ExceptionRule
from aggregator.policy.limits import ExceptionLimits

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

    Candidates are the exceptions that match and hold, what people state elsewhere, what they stated before in places
    that were not listened to, and tools' own marks where no tool reports the finding plainly. What a rule, a mark or a
    place that was listened to said is undone when it says so no more. The words that hold and do not win are remembered
    beside the decision. A finding closed in this run keeps what was decided. An exception holds no
    longer than the ``limits`` allow. Where nobody has decided, a finding that so many ``tools`` report is verified.
    ``product`` is that of findings that say no other.
    """
    account, heard = Account(rules, now, limits, product), Heard(statements)
    decided = tuple(_disposed(finding, account, heard, _Moment(now, run, tools)) for finding in findings)
    ending = of_words(decided, now, limits.warn_days, EXCEPTIONS)
    return Disposed(decided, (*account.diagnostics(), *heard.diagnostics(), *ending))


class _Moment(NamedTuple):
    """When it is decided, in which run, and how many tools verify a finding."""

    now: datetime
    run: str
    tools: int | None


def _disposed(finding: Finding, account: Account, heard: Heard, moment: _Moment) -> Finding:
    now, old = moment.now, finding.decision
    together = None if moment.tools is None else agreed(finding, moment.tools)
    stated = () if heard.is_empty else heard.about(finding)
    has_marks = is_marked(finding)
    is_unsaid = old.disposition is _OPEN and not (stated or together or has_marks or old.overruled)
    if account.is_empty and is_unsaid:
        return finding  # the common case, and there may be 100 000 of them
    charged = account.charge(finding)
    if finding.closed_at is not None or (is_unsaid and not charged):
        return finding
    finding = with_marks(finding) if has_marks else finding
    if stated and charged:
        heard.compare(stated, [charge.rule for charge in charged if now < charge.expires_at], now)
    said = [_by_exception(charge) for charge in charged] + decisions(stated)
    said += _remembered(old, heard.origins) + marks(finding)
    holding = [decision for decision in said if decision.expires_at is None or now < decision.expires_at]
    if holding:
        return _with(finding, overruling(min(holding, key=rank), holding), moment)
    is_over = old.expires_at is not None and old.expires_at <= now
    return _with(finding, together or _opened(finding, expired=is_over), moment)


def _with(finding: Finding, new: Decision, moment: _Moment) -> Finding:
    """The finding with this run's decision; what only the words below it tell apart is no change of it."""
    old = finding.decision
    is_open = new.disposition is old.disposition is _OPEN
    if is_open or replace(new, decided_at=old.decided_at, overruled=old.overruled) == old:
        is_all = new.overruled == old.overruled
        return finding if is_all else replace(finding, decision=replace(old, overruled=new.overruled))
    step = Transition(at=moment.now, to=new.disposition.value, run=moment.run, reason=new.reason)
    decision = replace(new, decided_at=new.decided_at or moment.now)
    return replace(finding, decision=decision, history=(*finding.history, step))


def _by_exception(charge: Charge) -> Decision:
    rule = charge.rule
    return Decision(
        Disposition(rule.status),
        rule.reason,
        author=rule.owner,
        origin=EXCEPTIONS,
        expires_at=charge.expires_at,
        justification=rule.justification or "",
    )


def _remembered(old: Decision, listened: frozenset[str]) -> list[Decision]:
    """What was decided where this run does not listen, as it stood. Marks are looked at by themselves."""
    return [
        word
        for word in words_in(old)
        if word.origin not in listened and word.origin != TOOL and not is_found_anew(word)
    ]


def _opened(finding: Finding, *, expired: bool) -> Decision:
    """That a decision holds no longer. What tools let go of nobody decided, so it outweighs no word of people."""
    if finding.decision.origin == AGREEMENT:
        why = "The tools no longer agree on it, or the policy no longer asks whether they do."
        return Decision(reason=why, origin=AGREEMENT)
    return Decision(reason=_why_open(finding, expired=expired))


def _why_open(finding: Finding, *, expired: bool) -> str:
    origin = finding.decision.origin
    if origin == TOOL:
        return unmarking(finding)
    if expired:
        return "The decision has expired."
    return "No exception names it any more." if origin == EXCEPTIONS else "The decision was taken back."
