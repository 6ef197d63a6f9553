"""Laws of what is told in chats: nothing twice, nothing lost, whatever becomes of the messages."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.finding import Standing, Transition
from aggregator.model.location import Location
from aggregator.model.news import News, Topic
from aggregator.model.outcome import Context, Outcome
from aggregator.model.report import Report
from aggregator.model.severity import Severity
from aggregator.model.state import RunRef, State, Telling, Tracked
from aggregator.pipeline import evaluate
from aggregator.planning.chat import Told, plan_chat, remember_told
from aggregator.planning.chat_actions import SERVICES, channel_of
from aggregator.policy import ExceptionRule, Policy
from aggregator.policy.chat import Chat, Route
from aggregator.policy.policy import Closing
from aggregator.state import merge_states
from tests.builders import LINE, NOW, finding, outcome, result, scan

POLICY = Policy(closing=Closing(complete=("Semgrep",)))
GRAVE = (Severity.CRITICAL, Severity.HIGH)
OPENS = {Topic.NEW, Topic.REOPENED, Topic.LAPSED, Topic.RAISED, Topic.BREACHED, Topic.APPROACHING}


class Day(Struct, frozen=True):
    """What one run meets.

    Attributes:
        seen: the severities of the problems that are there, by number.
        accepted: those that people accept, and for how many days from now on.
        arrives: ``yes``; ``no``; ``unheard``: it arrives and its answer does not; ``untold``: nobody is configured.
        is_whole: whether the scan did what it should.
    """

    seen: dict[int, Severity]
    accepted: dict[int, int] = {}
    hours: int = 24
    arrives: str = "yes"
    is_whole: bool = True


SEVERITIES = st.sampled_from([Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM])
DAYS = st.builds(
    Day,
    seen=st.dictionaries(st.integers(0, 3), SEVERITIES, max_size=4),
    accepted=st.dictionaries(st.integers(0, 3), st.sampled_from([3, 20, 40]), max_size=1),
    hours=st.sampled_from([0, 1, 24, 24 * 6, 24 * 25]),
    arrives=st.sampled_from(["yes", "yes", "no", "unheard", "untold"]),
    is_whole=st.booleans() | st.just(True),  # noqa: FBT003
)
LATER = DAYS.map(lambda day: replace(day, hours=day.hours or 2))
"""Days whose order their clocks tell."""
TELLING = LATER.map(lambda day: replace(day, arrives="no") if day.arrives == "untold" else day)
LIVES = st.lists(DAYS, min_size=1, max_size=7)


class Life:
    """One repository, run after run, and one reader who believes what arrives."""

    def __init__(self) -> None:
        self.now = NOW
        self.state: State | None = None
        self.runs = 0
        self.ends: dict[int, date] = {}
        self.messages: list[News] = []
        self.believed: dict[str, str] = {}
        self.late: set[str] = set()
        self.told: Counter[tuple[str, Topic]] = Counter()
        self.became_late: Counter[str] = Counter()
        self.was_late: set[str] = set()

    def run(self, day: Day) -> tuple[Told, ...]:
        """One run, and what becomes of its message."""
        outcome = self.decide(day)
        told = plan_chat("slack", outcome, self.state, POLICY)
        self.state = self.deliver(outcome, told, day.arrives)
        return told

    def decide(self, day: Day) -> Outcome:
        """What the run finds out."""
        self.now += timedelta(hours=day.hours)
        self.runs += 1
        self.ends |= {number: (self.now + timedelta(days=days)).date() for number, days in day.accepted.items()}
        outcome = evaluate(
            [report(day)],
            now=self.now,
            context=Context(line=LINE, run=RunRef(str(self.runs))),
            state=self.state,
            policy=POLICY,
            exceptions=tuple(accepted(number, end) for number, end in sorted(self.ends.items())),
        )
        late = {each.id for each in outcome.findings if each.is_open and each.standing is Standing.BREACHED}
        self.became_late.update(late - self.was_late)
        self.was_late = late
        return outcome

    def deliver(self, outcome: Outcome, told: tuple[Told, ...], arrives: str) -> State:
        """The state that the run leaves."""
        if arrives == "untold":
            return outcome.state
        keys = frozenset(each.message.key for each in told if each.message is not None)
        if arrives in {"yes", "unheard"}:
            self.hear(told[0], outcome)
        done, unsure = (keys, frozenset[str]()) if arrives == "yes" else (frozenset[str](), keys)
        return remember_told(outcome.state, told, outcome, done, unsure if arrives == "unheard" else frozenset())

    def hear(self, told: Told, outcome: Outcome) -> None:
        """The reader takes note."""
        late = {each.id for each in outcome.findings if each.is_open and each.standing is Standing.BREACHED}
        if told.news.since is None:
            self.believed = {each.id: status(each) for each in outcome.state.findings}
            self.late |= late
        if told.message is None:
            return
        self.messages.append(told.news)
        for story in told.news.stories:
            for each in story.findings:
                self.told[each.id, story.topic] += 1
                self.believed[each.id] = "open" if story.topic in OPENS else story.topic.value
                self.late |= {each.id} & late
        self.late &= late | {id_ for id_ in self.late if id_ not in {each.id for each in outcome.findings}}


def report(day: Day) -> Report:
    results = tuple(
        result(
            rule_id=f"rule-{number}", title=f"Problem {number}", severity=severity, location=Location(f"{number}.py", 3)
        )
        for number, severity in sorted(day.seen.items())
    )
    state = Completeness.COMPLETE if day.is_whole else Completeness.FAILED
    looked = scan(results=results if day.is_whole else (), completeness=state)
    return Report(name="semgrep.json", place="semgrep.json", format="semgrep-json", scans=(looked,))


def accepted(number: int, end: date) -> ExceptionRule:
    return ExceptionRule(status="risk_accepted", reason="We know.", owner="team", expires=end, rule=f"rule-{number}")


def status(each: Tracked) -> str:
    if each.closed_at is not None:
        return "fixed"
    return "accepted" if each.decision.disposition.silences else "open"


def lived(days: list[Day]) -> Life:
    life = Life()
    for day in days:
        life.run(day)
    return life


@given(LIVES)
@settings(deadline=None)
def test_nothing_is_lost(days: list[Day]) -> None:
    """Whatever messages are lost, after the next one that arrives its readers believe what is true."""
    life = lived([*days, Day(days[-1].seen, hours=1)])
    assert life.state is not None
    for each in life.state.findings:
        truth, belief = status(each), life.believed.get(each.id)
        if each.severity not in GRAVE:
            continue
        if truth == "open":
            assert belief == "open", each.id
            assert each.standing is not Standing.BREACHED or each.id in life.late, each.id
        elif not any(step.to == "updated" for step in each.history):  # what is decided while it is mild is not told
            assert belief != "open", (each.id, truth)


@given(LIVES.map(lambda days: [day for day in days if day.arrives != "unheard"]))
@settings(deadline=None)
def test_nothing_is_told_twice(days: list[Day]) -> None:
    """Each thing that happens is told once at most where no answer is lost, and how things stand in one message."""
    life = lived(days)
    assert sum(news.since is None for news in life.messages) <= 1
    happened: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in () if life.state is None else life.state.findings:
        happened[each.id] = Counter(step.to for step in each.history)
    for (id_, topic), count in life.told.items():
        steps = happened[id_]
        most = {
            Topic.NEW: steps["new"],
            Topic.REOPENED: steps["reopened"] + steps["doubted"],
            Topic.LAPSED: steps["open"],
            Topic.RAISED: steps["updated"],
            Topic.FIXED: steps["absent"],
            Topic.ACCEPTED: steps["risk_accepted"],
            Topic.EXPIRING: steps["risk_accepted"],
            Topic.BREACHED: life.became_late[id_],
            Topic.APPROACHING: life.runs,
        }[topic]
        assert count <= most, (id_, topic)


@given(LIVES)
@settings(deadline=None)
def test_a_run_that_changes_nothing_tells_nothing(days: list[Day]) -> None:
    """The same run once more, after a message has arrived, has nothing to tell."""
    life = lived([*days, Day(days[-1].seen, is_whole=days[-1].is_whole)])
    (told,) = life.run(Day(days[-1].seen, hours=0, is_whole=days[-1].is_whole))
    assert told.message is None


@given(st.lists(LATER, min_size=1, max_size=5), TELLING, TELLING)
@settings(deadline=None)
def test_runs_that_raced_lose_nothing(days: list[Day], one: Day, other: Day) -> None:
    """Of two runs that raced and whose messages may both be lost, the next one tells what neither could."""
    life = lived([replace(day, arrives="yes") for day in days])
    start, heads = life.state, []
    for day in (one, other):
        life.state = start
        life.run(day)
        assert life.state is not None
        heads.append(life.state)
    life.state = merge_states(heads)
    life.run(Day({}, hours=1, is_whole=False))
    assert life.state is not None
    for each in life.state.findings:
        if each.severity in GRAVE and status(each) == "open":
            assert life.believed.get(each.id) == "open", each.id


def test_the_days_of_a_life_differ() -> None:
    """The lives of these laws hold every kind of news."""
    whole: dict[int, Severity] = {0: Severity.CRITICAL, 1: Severity.HIGH}
    life = lived(
        [
            Day(whole),
            Day({**whole, 2: Severity.MEDIUM, 3: Severity.HIGH}),
            Day({**whole, 2: Severity.HIGH}, accepted={0: 20}),
            Day({**whole, 2: Severity.HIGH}, hours=24 * 10),
            Day({**whole, 2: Severity.HIGH, 3: Severity.HIGH}, hours=24 * 12),
            Day({**whole, 2: Severity.HIGH, 3: Severity.HIGH}, hours=24 * 20),
        ]
    )
    topics = {topic for _, topic in life.told}
    assert topics == set(Topic)


OWNERS = {"ann": "aLpHa", "bob": "bEtA", "": "gAmMa"}
"""Who owns a finding, and a word that stands in every text of it."""


@given(st.lists(st.tuples(st.sampled_from(sorted(OWNERS)), st.sampled_from(GRAVE), st.booleans()), max_size=12))
@settings(deadline=None)
def test_no_route_hears_of_anothers_findings(facts: list[tuple[str, Severity, bool]]) -> None:
    """No word of a finding stands in a message to a route that it is not for, on the first day and later."""
    routes = tuple(Route(name=owner, owners=(owner,)) for owner in ("ann", "bob"))
    policy = Policy(slack=Chat(routes=routes), teams=Chat(routes=routes))
    findings = tuple(
        finding(
            id=f"F-{number}",
            title=OWNERS[owner],
            severity=severity,
            rule_id=OWNERS[owner],
            location=Location(f"{OWNERS[owner]}.py"),
            owners=(owner,) if owner else (),
            history=(Transition(NOW, "new", "1"),) if is_new else (),
            tickets=(f"https://git.example/{OWNERS[owner]}/1",),
        )
        for number, (owner, severity, is_new) in enumerate(facts)
    )
    for service in SERVICES:
        told = tuple(Telling(channel_of(service, route.name), NOW - timedelta(days=1)) for route in routes)
        for records in ((), told):
            run = outcome(*findings, state=State(line=LINE, run=RunRef("2"), at=NOW, told=records))
            planned = plan_chat(service, run, None, policy)
            if not records:
                heard = {each.channel for each in planned if each.message is not None}
                assert heard == {channel_of(service, owner) for owner, _, _ in facts if owner}
            for each in planned:
                if each.message is not None:
                    others = {word for owner, word in OWNERS.items() if owner != each.message.route}
                    assert not [word for word in others if word in each.message.body]
