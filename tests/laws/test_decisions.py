"""Laws of decisions made in several places: the exceptions file, an issue and an alert on GitHub, a ticket in Jira.

Whatever people say where, in whatever order, with runs between or not: the strictest of the last words holds, both
trackers come to rest, nothing is doubled, and nobody is told the same twice.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.disposition import dispose
from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.state import State, Telling
from aggregator.model.statement import Statement, Statements
from aggregator.planning.issues import IssueFacts, plan_issues
from aggregator.planning.jira import plan_tickets
from aggregator.planning.jira_marks import home_label
from aggregator.planning.jira_statements import statements_of_tickets
from aggregator.planning.opened import tickets_opened
from aggregator.planning.plan import Delivery, Receipt
from aggregator.planning.statements import merge_statements, statements_of_issues
from aggregator.policy import ExceptionRule, Policy
from aggregator.policy.jira import Jira
from aggregator.policy.policy import Issues
from aggregator.sinks.github.issues import GitHubIssues
from aggregator.sla import Clock, assess
from aggregator.state.settle import settle
from tests.builders import BEFORE, LINE, NOW, outcome
from tests.fakes.tracker import Tracker as Issueboard
from tests.unit.planning.issue_life import late
from tests.unit.planning.jira_life import Tracker

OPEN, VERIFIED = Disposition.OPEN, Disposition.VERIFIED
ACCEPTED, WRONG = Disposition.RISK_ACCEPTED, Disposition.FALSE_POSITIVE
LABELS = {VERIFIED: "onefold/verified", ACCEPTED: "onefold/risk-accepted", WRONG: "onefold/false-positive"}
RESOLUTIONS = {OPEN: "", ACCEPTED: "Won't Do", WRONG: "False Positive"}
RULES = Jira(project="SEC")
Act = tuple[str, Disposition]


class Both:
    """One late finding, talked about in three places.

    Attributes:
        said: the last word of people in each place.
        plans: how many actions each run wanted, by tracker.
    """

    def __init__(self) -> None:
        self.issues, self.jira = Issueboard(), Tracker()
        self.exceptions: tuple[ExceptionRule, ...] = ()
        self.said: dict[str, Disposition] = {}
        self.state: State | None = None
        self.now = NOW
        self.plans: list[tuple[int, int]] = []
        self.decision = Decision()

    def run(self) -> None:
        """Half an hour later: hear both, decide, plan for both, deliver, remember."""
        self.now = self.issues.now = self.jira.now = self.now + timedelta(minutes=30)
        sink, state, now = GitHubIssues(self.issues.client, "onefold"), self.state, self.now
        seen = sink.observe(state)
        urls = [url for each in (state.findings if state else ()) for url in each.tickets if "browse" in url]
        tickets = self.jira.observe(home_label(LINE), urls)
        in_jira = statements_of_tickets(tickets, state, RULES)
        heard = merge_statements([statements_of_issues(seen, state), self._dismissed(), in_jira])
        found = dispose((self._finding(),), self.exceptions, now, "", heard).findings
        made = outcome(*assess(found, Clock(Policy.default(), now)), now=now)
        made = replace(made, state=replace(made.state, at=now, told=(Telling("jira", BEFORE),)))
        self.decision = made.findings[0].decision
        on_issues = plan_issues(made, seen, IssueFacts(is_private=True), Issues())
        receipts = [Receipt(each.key, Delivery.DONE, place=sink.apply(each)) for each in on_issues.actions]
        on_jira = plan_tickets(made, tickets, RULES, BEFORE)
        done = [Receipt(each.key, Delivery.DONE, place=self.jira.apply(each)) for each in on_jira.actions]
        learned = (*on_issues.tickets, *tickets_opened(on_issues.actions, receipts))
        self.state = settle(made.state, (*learned, *on_jira.tickets, *tickets_opened(on_jira.actions, done)))
        self.plans.append((len(on_issues.actions), len(on_jira.actions)))

    def _dismissed(self) -> Statements:
        """What the Security tab says."""
        word = self.said.get("alert", OPEN)
        said = (Statement("F-0001", Decision(word, "Dismissed.", "lee", "alerts"), "alert 1"),)
        return Statements(frozenset({"alerts"}), () if word is OPEN else said)

    def _finding(self) -> Finding:
        before = self.state.findings[0] if self.state is not None else None
        carried = {} if before is None else {"decision": before.decision, "tickets": before.tickets}
        return replace(late(), last_seen=self.now, **carried)

    def say(self, where: str, word: Disposition) -> None:
        """What people do in one of the places, at any time; where there is no such word nothing is done."""
        self.jira.now = self.now = self.now + timedelta(minutes=10)
        if where == "alert":
            word = OPEN if word is VERIFIED else word
        elif where == "exceptions":
            self._write(word)
        elif where == "issue":
            self._label(word)
        elif word in RESOLUTIONS:
            self.jira.move("SEC-1", "kim", RESOLUTIONS[word])
        if where != "jira" or word in RESOLUTIONS:
            self.said[where] = word

    def _write(self, word: Disposition) -> None:
        about = {"reason": "Known.", "owner": "kim", "expires": date(2027, 11, 1), "id": "F-0001"}
        rules = [ExceptionRule.model_validate({"status": word.value, **about})] if word in {ACCEPTED, WRONG} else []
        self.exceptions = tuple(rule.placed("exceptions.yml:1") for rule in rules)
        if word not in {ACCEPTED, WRONG}:
            self.said["exceptions"] = OPEN

    def _label(self, word: Disposition) -> None:
        kept = self.issues.kept[1]
        others = tuple(each for each in kept.labels if each not in LABELS.values())
        self.issues.change(1, labels=(*others, *([LABELS[word]] if word in LABELS else [])))


def holds(said: dict[str, Disposition]) -> Disposition:
    """The strictest of the words; who says nothing, or that it is open, says nothing."""
    words = [word for place, word in said.items() if word is not OPEN and (place, word) != ("exceptions", VERIFIED)]
    return min(words, key=lambda word: word.strictness, default=OPEN)


PLACES = st.sampled_from(["exceptions", "issue", "alert", "jira"])
WORDS = st.sampled_from([OPEN, VERIFIED, ACCEPTED, WRONG])
ACTS = st.lists(st.tuples(PLACES, WORDS, st.booleans()), max_size=9)
THREE: list[Act] = [("exceptions", WRONG), ("issue", VERIFIED), ("jira", ACCEPTED)]


@given(ACTS)
@example([("jira", ACCEPTED, True), ("issue", VERIFIED, True), ("exceptions", WRONG, True), ("jira", OPEN, True)])
@example([("exceptions", ACCEPTED, True), ("jira", OPEN, True), ("exceptions", OPEN, True), ("jira", WRONG, False)])
def test_decisions_meet_in_every_order(acts: list[tuple[str, Disposition, bool]]) -> None:
    """The strictest of the last words holds, and after few runs nothing is left to do in either tracker."""
    both = Both()
    both.run()
    for where, word, runs in acts:
        both.say(where, word)
        if runs:
            both.run()
    for _ in range(4):
        both.run()
    assert both.decision.disposition is holds(both.said)
    assert both.plans[-1] == (0, 0)
    assert (len(both.issues.kept), list(both.jira.kept)) == (1, ["SEC-1"])
    marks = [said.mark for _, said in both.jira.kept["SEC-1"].said]
    assert len(marks) == len(set(marks))


@given(st.permutations(THREE), st.lists(st.booleans(), min_size=3, max_size=3))
def test_the_order_makes_no_difference(acts: list[Act], runs: list[bool]) -> None:
    """The same three words in any order, with runs between or without, end in the same."""
    both = Both()
    both.run()
    for (where, word), is_run in zip(acts, runs, strict=True):
        both.say(where, word)
        if is_run:
            both.run()
    both.run()
    both.run()
    assert both.decision.disposition is VERIFIED
    both.say("issue", OPEN)
    both.run()
    assert both.decision.disposition is ACCEPTED


class Told(NamedTuple):
    """What happens between two runs, and what the second one hears.

    Attributes:
        words: the new last word of some places, with the days until it ends; ``None`` where it is taken back.
        exceptions: what the file says from now on, with the days until it ends.
    """

    hours: int
    words: dict[str, tuple[Disposition, int] | None]
    exceptions: tuple[tuple[Disposition, int], ...] | None
    heard: frozenset[str]
    is_tick: bool


HEARABLE = st.sampled_from(["issues", "alerts", "jira"])
SPOKEN = st.sampled_from([VERIFIED, ACCEPTED, WRONG])
TOLD = st.builds(
    Told,
    st.integers(1, 96),
    st.dictionaries(HEARABLE, st.none() | st.tuples(SPOKEN, st.integers(1, 9)), max_size=2),
    st.none() | st.lists(st.tuples(SPOKEN, st.integers(0, 9)), max_size=2).map(tuple),
    st.frozensets(HEARABLE),
    st.booleans(),
)


@given(st.lists(TOLD, max_size=20))
def test_what_is_not_heard_holds_on(steps: list[Told]) -> None:
    """Whatever a run may listen to, the strictest of the words that every place said when it was last heard holds."""
    now, item, rules = NOW, late(), tuple[ExceptionRule, ...]()
    words: dict[str, Decision] = {}
    known: dict[str, Decision] = {}
    for number, step in enumerate(steps):
        now += timedelta(hours=step.hours)
        for place, said in step.words.items():
            words.pop(place, None)
            if said is not None:
                words[place] = Decision(said[0], f"{number}", "kim", place, now, now + timedelta(days=said[1]))
        if step.exceptions is not None:
            rules = tuple(_rule(status, (now + timedelta(days=days)).date()) for status, days in step.exceptions)
        known = {place: word for place, word in known.items() if place not in step.heard}
        known |= {place: word for place, word in words.items() if place in step.heard}
        heard = tuple(Statement(item.id, words[place], place) for place in sorted(step.heard & words.keys()))
        shown = replace(item, sources=() if step.is_tick else late().sources)
        (item,) = dispose((shown,), rules, now, "", Statements(step.heard, heard)).findings
        holding = [word.disposition for word in known.values() if word.expires_at is not None and now < word.expires_at]
        holding += [Disposition(rule.status) for rule in rules if now < rule.expires_at]
        assert item.decision.disposition is min(holding, key=lambda word: word.strictness, default=OPEN)


def _rule(status: Disposition, expires: date) -> ExceptionRule:
    about = {"status": status.value, "reason": "Known.", "owner": "kim", "expires": expires, "id": "F-0001"}
    return ExceptionRule.model_validate(about)
