"""A run's findings sorted into what a summary speaks about, in one pass."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from msgspec import Struct, field

from aggregator.model.finding import Baseline, Finding, Observation, Standing
from aggregator.model.outcome import Outcome

# On Python 3.11 an enum's member costs 150 ns to reach through its class.
_OBSERVED = Observation.OBSERVED
_NEW, _UPDATED = Baseline.NEW, Baseline.UPDATED
_BREACHED, _APPROACHING = Standing.BREACHED, Standing.APPROACHING


class Groups(Struct):
    """Findings by what happened to them, each group in the outcome's order; a finding may stand in several.

    Attributes:
        open: everything that asks for action; the others but ``fixed``, ``silenced`` and ``ending`` are part of it.
        ending: silenced ones whose decision ends within the days of the policy.
        unseen: open ones that were not seen and not closed, counted by observation and reason.
    """

    open: list[Finding] = field(default_factory=list)
    new: list[Finding] = field(default_factory=list)
    reopened: list[Finding] = field(default_factory=list)
    updated: list[Finding] = field(default_factory=list)
    breached: list[Finding] = field(default_factory=list)
    approaching: list[Finding] = field(default_factory=list)
    fixed: list[Finding] = field(default_factory=list)
    silenced: list[Finding] = field(default_factory=list)
    ending: list[Finding] = field(default_factory=list)
    unseen: Counter[tuple[Observation, str]] = field(default_factory=Counter)


def group(outcome: Outcome) -> Groups:
    """Sort all findings of the run."""
    groups, soon = Groups(), outcome.now + timedelta(days=outcome.warn_days)
    for finding in outcome.findings:
        if finding.closed_at is not None:
            if finding.baseline is Baseline.ABSENT:
                groups.fixed.append(finding)
        elif finding.decision.disposition.silences:
            _add_silenced(groups, finding, soon)
        else:
            _add_open(groups, finding)
    return groups


def _add_silenced(groups: Groups, finding: Finding, soon: datetime) -> None:
    groups.silenced.append(finding)
    ends = finding.decision.expires_at
    if ends is not None and ends <= soon:
        groups.ending.append(finding)


def _add_open(groups: Groups, finding: Finding) -> None:
    groups.open.append(finding)
    if finding.observation is not _OBSERVED:
        groups.unseen[finding.observation, finding.observation_reason] += 1
    if finding.is_back:
        groups.reopened.append(finding)
    elif finding.baseline is _NEW:
        groups.new.append(finding)
    elif finding.baseline is _UPDATED:
        groups.updated.append(finding)
    if finding.standing is _BREACHED:
        groups.breached.append(finding)
    elif finding.standing is _APPROACHING:
        groups.approaching.append(finding)
