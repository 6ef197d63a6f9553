"""How long an exception holds for one finding: to its own end, or to the policy's limit where that comes first."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from aggregator.model.finding import Disposition, Finding
from aggregator.policy import ExceptionRule
from aggregator.policy.exception import end_of
from aggregator.policy.limits import ExceptionLimits

NO_LIMITS = ExceptionLimits.model_construct()


def ends_at(rule: ExceptionRule, finding: Finding, now: datetime, limits: ExceptionLimits) -> datetime:
    """The first moment at which the exception no longer holds for the finding."""
    longest = limits.longest(finding.severity)
    if longest is None or rule.status == Disposition.VERIFIED.value:
        return rule.expires_at  # whoever calls it real puts nothing off
    last = _decided(rule, finding, now) + timedelta(days=longest)
    return end_of(last) if last < rule.expires else rule.expires_at


def _decided(rule: ExceptionRule, finding: Finding, now: datetime) -> date:
    """The day the limit counts from: as it is written, else when the finding's history first tells of the decision.

    The history outlives the decision, so that an entry which was cut does not begin anew in the next run. A day to
    come counts for nothing.
    """
    if rule.decided is not None:
        return min(rule.decided, now.date())
    told = (step.at for step in finding.history if step.to == rule.status and step.reason == rule.reason)
    return min(told, default=now).date()
