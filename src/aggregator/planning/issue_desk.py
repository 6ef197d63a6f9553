"""Which issue each late finding belongs to: one of those that stand there, a new one, or the rolling one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from aggregator.model.finding import Finding, Standing
from aggregator.model.outcome import Outcome
from aggregator.model.state import Tracked
from aggregator.planning.issue_words import decision_on, is_rolling, words_of
from aggregator.planning.observed import SeenIssue
from aggregator.policy.policy import Issues
from aggregator.writers.issue_marks import base_key, is_rule_key, members_in, rule_key

MOST_SINGLE = 10
"""So many findings of one rule may have issues of their own; from there on its late findings share one."""


class Served(Struct, frozen=True):
    """An issue that stands there.

    Attributes:
        late: the findings past their SLA that belong to it, worst first.
        subjects: all findings it is known to be about, late or not, seen in this run or closed earlier.
    """

    issue: SeenIssue
    late: tuple[Finding, ...]
    subjects: tuple[Finding | Tracked, ...]


class Wanted(Struct, frozen=True):
    """An issue that ought to stand there."""

    key: str
    late: tuple[Finding, ...]


class Desk(Struct, frozen=True):
    """All issues of one run.

    Attributes:
        served: those that stand there, by number; the rolling one is not among them.
        wanted: those to be opened, the worst first, at most as many as one run may open.
        rest: late findings that are left for the rolling issue.
        doubles: issues that say what another one says, with the number of that one.
    """

    served: tuple[Served, ...]
    wanted: tuple[Wanted, ...]
    rolling: SeenIssue | None
    rest: tuple[Finding, ...]
    doubles: tuple[tuple[SeenIssue, int], ...]


def arrange(outcome: Outcome, issues: Sequence[SeenIssue], rules: Issues) -> Desk:
    """Every late finding at its issue. What has one keeps it, whatever the policy says about new ones."""
    late = [finding for finding in outcome.findings if finding.standing is Standing.BREACHED]
    known = _Known(outcome, issues)
    kept, doubles = _kept(issues, known)
    seats = _Seats(kept, known)
    seated: defaultdict[int, list[Finding]] = defaultdict(list)
    homeless = []
    for finding in late:
        issue = seats.of(finding)
        if issue is None:
            homeless.append(finding)
        else:
            seated[issue.number].append(finding)
    wanted = list(_wanted(homeless, _singles(seated.values(), kept, known), issues, rules))
    rolling = next((issue for issue in kept if is_rolling(issue)), None)
    served = tuple(
        Served(issue, tuple(seated[issue.number]), known.subjects(issue))
        for issue in sorted(kept, key=lambda each: each.number)
        if issue is not rolling
    )
    rest = tuple(finding for each in wanted[rules.most :] for finding in each.late)
    return Desk(served, tuple(wanted[: rules.most]), rolling, rest, doubles)


class _Known:
    """What this run and the state know about the findings of the issues."""

    def __init__(self, outcome: Outcome, issues: Sequence[SeenIssue]) -> None:
        keys = {name for issue in issues for name in (base_key(issue.key), *members_in(issue.body))}
        urls = {issue.url for issue in issues}
        self._by_name: dict[str, Finding | Tracked] = {}
        self._by_ticket: defaultdict[str, dict[str, Finding | Tracked]] = defaultdict(dict)
        everything: tuple[Finding | Tracked, ...] = (*outcome.findings, *outcome.state.findings) if issues else ()
        for each in everything:
            if each.id in keys:
                self._by_name.setdefault(each.id, each)
            for alias in each.aliases:
                if alias in keys:
                    self._by_name.setdefault(alias, each)
            for ticket in each.tickets:
                if ticket in urls:
                    self._by_ticket[ticket].setdefault(each.id, each)

    def subjects(self, issue: SeenIssue) -> tuple[Finding | Tracked, ...]:
        """The findings that an issue is about, as far as they are remembered."""
        key = base_key(issue.key)
        if is_rule_key(key):
            named = (self._by_name[name] for name in members_in(issue.body) if name in self._by_name)
            return tuple({each.id: each for each in (*self._by_ticket[issue.url].values(), *named)}.values())
        return (self._by_name[key],) if key in self._by_name else ()

    def name(self, issue: SeenIssue) -> str:
        """The issue's key, in which a finding goes by the id it has today."""
        key = base_key(issue.key)
        return self._by_name[key].id if key in self._by_name else issue.key


class _Seats:
    """Finds the issue of a finding."""

    def __init__(self, kept: Sequence[SeenIssue], known: _Known) -> None:
        self._own = {known.name(issue): issue for issue in kept if not is_rule_key(issue.key)}
        shared = [issue for issue in kept if is_rule_key(issue.key)]
        self._by_ticket = {issue.url: issue for issue in shared}
        self._by_member: defaultdict[str, list[SeenIssue]] = defaultdict(list)
        for issue in shared:
            for name in members_in(issue.body):
                self._by_member[name].append(issue)
        self._by_rule = {base_key(issue.key): issue for issue in reversed(shared) if not _is_settled(issue)}

    def of(self, finding: Finding) -> SeenIssue | None:
        """Its own issue, else the one it was put in, else the one of its rule that takes new ones."""
        own = self._own.get(finding.id)
        if own is not None:
            return own
        shared = [self._by_ticket[ticket] for ticket in finding.tickets if ticket in self._by_ticket]
        for name in (finding.id, *finding.aliases):
            shared += self._by_member.get(name, ())
        if shared:
            return min(shared, key=_preference)
        return self._by_rule.get(rule_key(finding.tool, finding.rule_id)) if self._by_rule else None


def _kept(issues: Iterable[SeenIssue], known: _Known) -> tuple[list[SeenIssue], tuple[tuple[SeenIssue, int], ...]]:
    """One issue for each key, an open one where there is one; further open ones are doubles."""
    by_name: defaultdict[str, list[SeenIssue]] = defaultdict(list)
    for issue in sorted(issues, key=_preference):
        by_name[known.name(issue)].append(issue)
    doubles = [(issue, first.number) for first, *more in by_name.values() for issue in more if issue.is_open]
    kept = sorted((same[0] for same in by_name.values()), key=_preference)
    return kept, tuple(sorted(doubles, key=lambda each: each[0].number))


def _preference(issue: SeenIssue) -> tuple[bool, int]:
    """Open before closed; of open ones the oldest, of closed ones the latest."""
    return not issue.is_open, issue.number if issue.is_open else -issue.number


def _is_settled(issue: SeenIssue) -> bool:
    """Whether people decided about the whole of it: what they have not seen is not put under their decision."""
    if not issue.is_open and issue.state_reason in ("not_planned", "duplicate"):
        return True
    decision = decision_on(issue, words_of(issue))
    return decision is not None and decision.disposition.silences


def _singles(seated: Iterable[Sequence[Finding]], kept: Iterable[SeenIssue], known: _Known) -> Counter[str]:
    """How many late findings of each rule have issues of their own."""
    own = {known.name(issue) for issue in kept if not is_rule_key(issue.key)}
    return Counter(rule_key(each.tool, each.rule_id) for some in seated for each in some if each.id in own)


def _wanted(
    homeless: Sequence[Finding], singles: Counter[str], issues: Sequence[SeenIssue], rules: Issues
) -> Iterator[Wanted]:
    """The issues that are missing, each where its worst finding stands."""
    keys = [rule_key(finding.tool, finding.rule_id) for finding in homeless]
    of_rule = Counter(keys)
    generations = Counter(base_key(issue.key) for issue in issues)
    wanted: dict[str, list[Finding]] = {}
    for finding, rule in zip(homeless, keys, strict=True):
        is_single = rules.group_by == "finding" and singles[rule] + of_rule[rule] < MOST_SINGLE
        key = finding.id if is_single else rule
        if not is_single and generations[rule]:
            key = f"{rule}~{generations[rule] + 1}"
        wanted.setdefault(key, []).append(finding)
    return (Wanted(key, tuple(late)) for key, late in wanted.items())
