"""What one audience is to be told: everything that happened since it was last told, and nothing that it knows.

The news are read off the findings' histories and dates, not off this run alone: a run whose message did not arrive, or
that had nobody to tell, is made good by the next one that has.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from aggregator.model.finding import Disposition, Finding, Standing, Transition
from aggregator.model.news import News, RuleCount, Story, Topic
from aggregator.model.outcome import Outcome
from aggregator.model.severity import WORST_FIRST, Severity
from aggregator.model.state import State, Tracked
from aggregator.planning.tellings import Past, digits_of
from aggregator.planning.troubles import still_failing, troubles
from aggregator.policy import Policy
from aggregator.policy.chat import Audience
from aggregator.state.lineage import own_runs

MOST_RULES = 5
"""Rules that the first message names."""

_ARRIVALS = {"new": Topic.NEW, "reopened": Topic.REOPENED, "doubted": Topic.REOPENED}
_LIFE = frozenset({*_ARRIVALS, "absent"})
_OPENINGS = frozenset({*_ARRIVALS, "open", "verified"})
_SILENCES = frozenset(each.value for each in Disposition if each.silences)
_DECISIONS = frozenset(each.value for each in Disposition)
_RESCORED = re.compile(rf"severity ({'|'.join(Severity)}) -> (?:{'|'.join(Severity)})")
_SHARED = tuple(name for name in Tracked.__struct_fields__ if name in Finding.__struct_fields__)


def gather_news(outcome: Outcome, audience: Audience, past: Past, previous: State | None, policy: Policy) -> News:
    """What the audience is to be told after this run, given what it was told and the state before this run."""
    mine = [finding for finding in _known(outcome) if audience.means(finding)]
    alive = [finding for finding in mine if finding.is_open]
    counts = Counter(finding.severity for finding in alive)
    news = News(
        since=past.since,
        open={severity: counts[severity] for severity in WORST_FIRST if counts[severity]},
        breached=sum(finding.standing is Standing.BREACHED for finding in alive),
        is_repeat=past.is_unsure,
    )
    if audience.hears_of_scans:
        owed = still_failing(frozenset(each.key for each in past.troubles), outcome)
        found = (*(each for each in past.troubles if each.key in owed), *troubles(outcome))
        failing = {each.key: each for each in found if each.key not in past.failing}
        news = replace(news, troubles=tuple(sorted(failing.values(), key=lambda each: (each.name, each.key))))
    if past.since is None:
        return replace(news, rules=_rules(alive))
    return replace(news, stories=_stories(mine, _Since(past.since, outcome, past, previous, policy), audience))


def _known(outcome: Outcome) -> Iterator[Finding]:
    """This run's findings, then those closed in earlier runs that are remembered."""
    yield from outcome.findings
    here = {name for finding in outcome.findings for name in (finding.id, *finding.aliases)}
    for tracked in outcome.state.findings:
        if tracked.closed_at is not None and tracked.id not in here:
            yield Finding(**{name: getattr(tracked, name) for name in _SHARED})


def _stories(mine: Iterable[Finding], since: _Since, audience: Audience) -> tuple[Story, ...]:
    told: defaultdict[Topic, list[Finding]] = defaultdict(list)
    for finding in mine:
        topic = next(filter(audience.hears, since.topics(finding, audience)), None)
        if topic is not None:
            told[topic].append(finding)
    return tuple(Story(topic, tuple(told[topic])) for topic in Topic if topic in told)


def _rules(alive: Iterable[Finding]) -> tuple[RuleCount, ...]:
    """The rules with the worst findings, and of those the ones with most of them."""
    groups: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in alive:
        groups[finding.tool, finding.rule_id].append(finding)
    counted = []
    for (tool, rule_id), findings in groups.items():
        worst = max(findings, key=lambda each: each.severity.rank)  # of equals the first
        counted.append(RuleCount(tool, rule_id, worst.title, worst.severity, len(findings)))
    counted.sort(key=lambda each: (-each.severity.rank, -each.count, each.tool, each.rule_id))
    return tuple(counted[:MOST_RULES])


class _Since:
    """What happened to findings after a moment."""

    def __init__(self, since: datetime, outcome: Outcome, past: Past, previous: State | None, policy: Policy) -> None:
        self._since = since
        self._now = outcome.now
        self._owed = past.owed
        self._by = past.by
        self._was = _by_name(previous)
        # Whether the last run told everything: then how things stood in it is how they were told.
        self._is_unbroken = previous is not None and since >= previous.at and self._has_told(previous.run.id)
        # Runs that raced: what one of them closed, and told, the other may have seen.
        self._is_merged = previous is not None and len(own_runs(previous)) > 1
        self._share = policy.sla.approaching_share
        self._least = timedelta(days=policy.sla.approaching_days)
        self._warning = timedelta(days=policy.exceptions.warn_days)

    def topics(self, finding: Finding, audience: Audience) -> Iterator[Topic]:
        """Everything to be told of a finding, the first thing first."""
        was = [self._was[name] for name in (finding.id, *finding.aliases) if name in self._was]
        fresh = self._fresh(finding, was)
        found = set(self._happened(finding, was, fresh))
        if finding.is_open and _is_raised(fresh, audience):
            found.add(Topic.RAISED)
        for name in (finding.id, *finding.aliases):
            found.update(topic for topic in self._owed.get(name, ()) if _holds(topic, finding))
        return (topic for topic in Topic if topic in found)

    def _fresh(self, finding: Finding, was: list[Tracked]) -> tuple[Transition, ...]:
        """The lines of its history that nobody was told: later than the telling, or written by this run.

        A run whose clock is behind takes the last run's time for its own.
        """
        if not finding.history or (finding.history[-1].at < self._since and was):
            return ()
        known = {step for tracked in was for step in tracked.history}
        return tuple(step for step in finding.history if self._is_fresh(step) or step not in known)

    def _is_fresh(self, step: Transition) -> bool:
        return step.at > self._since or (step.at == self._since and not self._has_told(step.run))

    def _has_told(self, run: str) -> bool:
        """Whether a run of the very moment of the telling was one of those who told."""
        return digits_of(run) in self._by

    def _happened(self, finding: Finding, was: list[Tracked], fresh: tuple[Transition, ...]) -> Iterator[Topic]:
        if finding.closed_at is not None:
            if any(step.to == "absent" for step in fresh):
                yield Topic.FIXED
        elif finding.decision.disposition.silences:
            yield from self._set_aside(finding, fresh)
        else:
            arrivals = [_ARRIVALS[step.to] for step in fresh if step.to in _ARRIVALS]
            yield from arrivals[-1:]
            if self._is_merged and _is_reopened_unsaid(finding):
                yield Topic.REOPENED
            if _is_lapsed(finding.history, fresh):
                yield Topic.LAPSED
            yield from self._stands(finding, was, fresh)

    def _set_aside(self, finding: Finding, fresh: tuple[Transition, ...]) -> Iterator[Topic]:
        if any(step.to in _SILENCES for step in fresh):
            yield Topic.ACCEPTED
        decision = finding.decision
        if decision.expires_at is not None:
            begins = max(decision.expires_at - self._warning, decision.decided_at or self._since)
            if self._is_news(begins):
                yield Topic.EXPIRING

    def _stands(self, finding: Finding, was: list[Tracked], fresh: tuple[Transition, ...]) -> Iterator[Topic]:
        """That its clock has run out or will soon, when that was not so before."""
        due, standing = finding.due_at, finding.standing
        if due is None or standing not in {Standing.BREACHED, Standing.APPROACHING}:
            return
        is_late = standing is Standing.BREACHED
        before = {tracked.standing for tracked in was}
        known = {Standing.BREACHED} if is_late else {Standing.BREACHED, Standing.APPROACHING}
        if before.isdisjoint(known):
            is_news = True
        elif self._is_unbroken:
            is_news = False
        else:
            begins = max(due if is_late else self._presses(finding, due), _opened(finding) or due)
            is_news = self._is_news(begins) or any(_RESCORED.search(step.reason) for step in fresh)
        if is_news:
            yield Topic.BREACHED if is_late else Topic.APPROACHING

    def _presses(self, finding: Finding, due: datetime) -> datetime:
        """When a finding's time began to press, as its clock stands now."""
        allowed = due - (finding.clock_start or due)
        return due - max(allowed * self._share, self._least)

    def _is_news(self, moment: datetime) -> bool:
        return self._since < moment <= self._now


def _by_name(previous: State | None) -> Mapping[str, Tracked]:
    """What was remembered, by every id it goes by."""
    known = () if previous is None else previous.findings
    return {name: tracked for tracked in known for name in (*tracked.aliases, tracked.id)}


def _opened(finding: Finding) -> datetime | None:
    """Since when it is open."""
    steps = [step.at for step in finding.history if step.to in _OPENINGS]
    return steps[-1] if steps else finding.first_seen


def _is_reopened_unsaid(finding: Finding) -> bool:
    """Whether it is open although the last thing its history tells is that it was closed."""
    return [step.to for step in finding.history if step.to in _LIFE][-1:] == ["absent"]


def _is_lapsed(history: tuple[Transition, ...], fresh: tuple[Transition, ...]) -> bool:
    """Whether the last decision opened it again, and nobody was told."""
    decisions = [step for step in history if step.to in _DECISIONS][-2:]
    return len(decisions) > 1 and decisions[0].to in _SILENCES and decisions[1] in fresh


def _is_raised(fresh: tuple[Transition, ...], audience: Audience) -> bool:
    """Whether it was too mild to be told before one of these updates."""
    found = (_RESCORED.search(step.reason) for step in fresh if step.to == "updated")
    return any(not audience.is_grave(Severity(match[1])) for match in found if match)


def _holds(topic: Topic, finding: Finding) -> bool:
    """Whether news that were not told are still so."""
    if topic is Topic.FIXED:
        return finding.closed_at is not None
    if topic in {Topic.ACCEPTED, Topic.EXPIRING}:
        return finding.closed_at is None and finding.decision.disposition.silences
    if topic is Topic.BREACHED:
        return finding.is_open and finding.standing is Standing.BREACHED
    if topic is Topic.APPROACHING:
        return finding.is_open and finding.standing is Standing.APPROACHING
    return finding.is_open
