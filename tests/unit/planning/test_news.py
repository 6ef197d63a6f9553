from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.finding import Baseline, Decision, Disposition, Finding, Standing, Transition
from aggregator.model.news import News, Topic, Trouble
from aggregator.model.outcome import Outcome
from aggregator.model.severity import Severity
from aggregator.model.state import RunRef, State
from aggregator.planning.news import MOST_RULES, gather_news
from aggregator.planning.tellings import Past, digits_of
from aggregator.policy import Policy
from aggregator.policy.chat import Audience, Chat, Route
from tests.builders import BEFORE, LINE, NOW, finding, outcome, result, scan, tracked

DAY = timedelta(days=1)
YESTERDAY = NOW - DAY
AUDIENCE = Chat().audiences(LINE)[0]
TOLD = Past(since=YESTERDAY, by=frozenset({digits_of("1")}))
ACCEPTED = Decision(Disposition.RISK_ACCEPTED, "Known.", "ann", "exceptions", YESTERDAY, NOW + 40 * DAY)


def step(to: str, days_ago: float = 0.0, run: str = "2", reason: str = "") -> Transition:
    return Transition(NOW - days_ago * DAY, to, run, reason)


def before(*findings: Finding, days_ago: float = 1.0) -> State:
    """The state of the last run, which told everything when it was a day ago."""
    known = tuple(tracked(each) for each in findings)
    return State(line=LINE, run=RunRef("1"), at=NOW - days_ago * DAY, findings=known)


def news(run: Outcome, previous: State | None = None, past: Past = TOLD, audience: Audience = AUDIENCE) -> News:
    return gather_news(run, audience, past, previous if previous is not None else before(), Policy())


def told(*findings: Finding, previous: State | None = None, past: Past = TOLD) -> dict[str, list[str]]:
    """What is told, ids by topic."""
    found = news(outcome(*findings), previous, past)
    return {story.topic.value: [each.id for each in story.findings] for story in found.stories}


def late(days_ago: float, **fields: Any) -> Finding:
    """A finding whose due date was so many days ago."""
    return finding(standing=Standing.BREACHED, due_at=NOW - days_ago * DAY, **fields)


def soon(days: float, **fields: Any) -> Finding:
    """A finding that is due in so many days, of thirty."""
    due = NOW + days * DAY
    return finding(standing=Standing.APPROACHING, due_at=due, clock_start=due - 30 * DAY, **fields)


def test_arrivals_are_told_once() -> None:
    """What is new or back since the last telling is told; what came before it is not."""
    here = finding(id="F-1", history=(step("new"),))
    old = finding(id="F-2", history=(step("new", 2),))
    back = finding(id="F-3", history=(step("new", 9), step("absent", 4), step("reopened")))
    doubted = finding(id="F-4", history=(step("absent", 4), step("doubted", 0.5)))
    run = (here, old, back, doubted)
    assert told(*run, previous=before(old, back)) == {"new": ["F-1"], "reopened": ["F-3", "F-4"]}


def test_an_earlier_run_that_told_nobody_is_made_good() -> None:
    """What a run in between found is told, though it is not new in this run."""
    found = finding(history=(step("new", 0.5),))
    assert told(found, previous=before(found, days_ago=0.5)) == {"new": ["F-1111111111"]}


def test_a_clock_that_stands_still_hides_nothing() -> None:
    """A run of the same moment as the telling is told by who it was, and this run's own news always are."""
    mine = finding(id="F-1", history=(step("new", 1, run="2"),))
    others = finding(id="F-2", history=(step("new", 1, run="3"),))
    known = finding(id="F-3", history=(step("new", 1, run="1"),))
    assert told(mine, others, known, previous=before(others, known)) == {"new": ["F-1", "F-2"]}


def test_what_is_fixed_is_told_whenever_it_was() -> None:
    """Closings since the telling are told, of this run and of earlier ones that are only remembered."""
    now = finding(id="F-1", baseline=Baseline.ABSENT, closed_at=NOW, history=(step("absent"),))
    earlier = finding(id="F-2", closed_at=NOW - DAY / 2, history=(step("absent", 0.5),))
    long_ago = finding(id="F-3", closed_at=NOW - 3 * DAY, history=(step("absent", 3),))
    run = outcome(
        now, state=State(line=LINE, run=RunRef("2"), at=NOW, findings=tuple(map(tracked, [earlier, long_ago])))
    )
    assert [each.id for each in news(run, before(earlier, long_ago)).of(Topic.FIXED)] == ["F-1", "F-2"]


def test_what_people_set_aside_is_told() -> None:
    """A decision is told when it is made, its end when it is near, and that it ended."""
    made = finding(id="F-1", decision=ACCEPTED, history=(step("risk_accepted"),))
    kept = finding(id="F-2", decision=ACCEPTED, history=(step("risk_accepted", 3),))
    ending = replace(ACCEPTED, expires_at=NOW + 13.5 * DAY, decided_at=NOW - 9 * DAY)
    near = finding(id="F-3", decision=ending, history=(step("risk_accepted", 9),))
    known = replace(ACCEPTED, expires_at=NOW + 3 * DAY, decided_at=None)
    nearer = finding(id="F-4", decision=known, history=(step("risk_accepted", 9),))
    for_ever = finding(id="F-5", decision=replace(ACCEPTED, expires_at=None))
    over = finding(id="F-6", history=(step("risk_accepted", 9), step("open")))
    verified = finding(id="F-7", history=(step("open", 20), step("verified")))
    run = (made, kept, near, nearer, for_ever, over, verified)
    assert told(*run, previous=before(*run[1:])) == {"lapsed": ["F-6"], "accepted": ["F-1"], "expiring": ["F-3"]}


def test_a_severity_that_rises_to_what_is_told() -> None:
    """A finding that was too mild is told when it becomes grave, and one that was grave already is not."""
    risen = finding(id="F-1", history=(step("updated", reason="severity MEDIUM -> HIGH; title reworded"),))
    worse = finding(
        result(severity=Severity.CRITICAL), id="F-2", history=(step("updated", reason="severity HIGH -> CRITICAL"),)
    )
    moved = finding(id="F-3", history=(step("updated", reason="moved from a.py to b.py"),))
    assert told(risen, worse, moved, previous=before(worse)) == {"raised": ["F-1"]}


def test_deadlines_are_told_when_they_pass() -> None:
    """A finding is told when it becomes late or soon will be, and not while it stays so."""
    gone, going = late(0.5, id="F-1"), soon(5.5, id="F-2")
    was = (replace(gone, standing=Standing.APPROACHING), replace(going, standing=Standing.WITHIN))
    assert told(gone, going, previous=before(*was)) == {"breached": ["F-1"], "approaching": ["F-2"]}
    assert told(gone, going, previous=before(gone, going)) == {}
    assert told(replace(going, due_at=None), previous=before(*was)) == {}


def test_a_deadline_that_moves_is_told() -> None:
    """Where the rules change, what becomes late by that is told, though its day was long ago."""
    was = late(20, id="F-1")
    assert told(was, previous=before(replace(was, standing=Standing.WITHIN))) == {"breached": ["F-1"]}


def test_a_deadline_that_passed_while_nobody_was_told() -> None:
    """Over runs that told nobody, the day itself says whether it was told."""
    past = replace(TOLD, since=NOW - 3 * DAY)
    new, old = late(2, id="F-1"), late(9, id="F-2")
    soon_new, soon_old = soon(4, id="F-3"), soon(1, id="F-4")
    open_again = late(30, id="F-5", history=(step("risk_accepted", 40), step("open", 2)))
    graver = late(9, id="F-6", history=(step("updated", 2, reason="severity MEDIUM -> HIGH"),))
    undated = late(9, id="F-7", first_seen=None)
    run = (new, old, soon_new, soon_old, open_again, graver, undated)
    assert told(*run, previous=before(*run), past=past) == {
        "lapsed": ["F-5"],
        "raised": ["F-6"],
        "breached": ["F-1"],
        "approaching": ["F-3"],
    }


def test_a_graver_finding_that_is_late() -> None:
    """A finding that was grave already and whose clock ran out when it became graver is told over such runs too."""
    graver = late(
        9,
        history=(step("updated", 2, reason="severity HIGH -> CRITICAL"),),
    )
    past = replace(TOLD, since=NOW - 3 * DAY)
    assert told(graver, previous=before(graver), past=past) == {"breached": ["F-1111111111"]}


@pytest.mark.parametrize(
    ("topic", "holds", "ended"),
    [
        (Topic.NEW, finding(), finding(closed_at=BEFORE)),
        (Topic.FIXED, finding(closed_at=BEFORE), finding()),
        (Topic.ACCEPTED, finding(decision=ACCEPTED), finding()),
        (Topic.EXPIRING, finding(decision=ACCEPTED), finding(decision=ACCEPTED, closed_at=BEFORE)),
        (Topic.BREACHED, late(9), finding()),
        (Topic.APPROACHING, soon(1), late(9)),
    ],
)
def test_what_is_owed_is_told_while_it_holds(topic: Topic, holds: Finding, ended: Finding) -> None:
    """News that did not arrive are told by the next message, unless they are no longer so."""
    past = replace(TOLD, owed={holds.id: frozenset({topic})})
    assert told(holds, previous=before(holds), past=past) == {topic.value: [holds.id]}
    assert told(ended, previous=before(ended), past=past) == {}


def test_what_is_owed_to_an_alias_is_told() -> None:
    """Of two findings that became one, what was owed of either is told of the one."""
    past = replace(TOLD, owed={"F-2": frozenset({Topic.NEW})})
    one = finding(id="F-1", aliases=("F-2",))
    assert told(one, previous=before(one), past=past) == {"new": ["F-1"]}


def test_the_first_of_several_topics_is_told() -> None:
    """A finding has one place in a message: what happened to it first of all."""
    both = late(0.5, history=(step("new"),))
    assert told(both) == {"new": ["F-1111111111"]}


def test_a_topic_that_nobody_hears_gives_way() -> None:
    """Where one topic is not told the next that is true of the finding is."""
    chat = Chat(tell=("breached",))
    audience = chat.audiences(LINE)[0]
    found = news(outcome(late(0.5, history=(step("new"),))), audience=audience)
    assert [story.topic for story in found.stories] == [Topic.BREACHED]


def test_a_short_decision_ends_soon_from_its_first_day() -> None:
    """Who hears only of ends hears of a decision that is made for less than the days of the announcement."""
    short = replace(ACCEPTED, expires_at=NOW + 3 * DAY, decided_at=NOW)
    audience = Chat(tell=("expiring",)).audiences(LINE)[0]
    found = news(outcome(finding(decision=short, history=(step("risk_accepted"),))), audience=audience)
    assert [story.topic for story in found.stories] == [Topic.EXPIRING]


def test_only_theirs_is_told_and_counted() -> None:
    """Neither stories nor numbers hold a finding that the route is not for."""
    chat = Chat(routes=(Route(name="a", owners=("ann",)),))
    mine = finding(id="F-1", owners=("ann",), history=(step("new"),))
    other = late(0.5, id="F-2", owners=("bob",), history=(step("new"),))
    found = news(outcome(mine, other), audience=chat.audiences(LINE)[0])
    assert [each.id for story in found.stories for each in story.findings] == ["F-1"]
    assert (found.open, found.breached) == ({Severity.HIGH: 1}, 0)


def test_runs_that_raced_may_open_what_was_told_as_fixed() -> None:
    """Where the memories of two runs met and the finding stayed open, it is told, once."""
    found = finding(history=(step("new", 9), step("absent", 2)))
    merged = replace(before(found), parents=(RunRef("0"), RunRef("1")))
    assert told(found, previous=merged) == {"reopened": ["F-1111111111"]}
    assert told(found, previous=before(found)) == {}


def test_the_first_message_says_how_things_stand() -> None:
    """A place that was told nothing yet gets counts and the worst rules, and no stories."""
    many = [finding(id=f"F-{n}", rule_id=f"rule-{n // 3}", history=(step("new"),)) for n in range(24)]
    grave = finding(
        result(severity=Severity.CRITICAL), id="F-99", rule_id="rule-0", title="Worst", standing=Standing.BREACHED
    )
    found = gather_news(outcome(*many, grave), AUDIENCE, Past(), None, Policy())
    assert found.stories == ()
    assert (found.open, found.breached) == ({Severity.CRITICAL: 1, Severity.HIGH: 24}, 1)
    assert [(each.rule_id, each.count) for each in found.rules] == [
        ("rule-0", 4),
        *((f"rule-{n}", 3) for n in range(1, MOST_RULES)),
    ]
    assert (found.rules[0].title, found.rules[0].severity) == ("Worst", Severity.CRITICAL)


def test_nothing_is_silent() -> None:
    """Without news, and on a first look at nothing, there is nothing to say; one who may have heard is told."""
    assert news(outcome()).is_silent
    assert gather_news(outcome(), AUDIENCE, Past(), None, Policy()).is_silent
    assert not gather_news(outcome(), AUDIENCE, Past(is_unsure=True), None, Policy()).is_silent
    assert not gather_news(outcome(finding()), AUDIENCE, Past(), None, Policy()).is_silent


def test_scans_that_began_to_fail_are_told() -> None:
    """A failing scan is told once, one that is owed as long as it fails, and none to who does not hear of scans."""
    run = outcome(scans=(scan(completeness=Completeness.FAILED),))
    (trouble,) = news(run).troubles
    assert trouble.name == "Semgrep"
    assert news(run, past=replace(TOLD, failing=frozenset({trouble.key}))).troubles == ()
    owing = replace(TOLD, troubles=(trouble, Trouble("scan-12345678", "Nightly")))
    assert [each.name for each in news(run, past=owing).troubles] == ["Nightly", "Semgrep"]
    assert [each.name for each in news(outcome(scans=(scan(),)), past=owing).troubles] == ["Nightly"]
    quiet = Chat(tell=("new",)).audiences(LINE)[0]
    assert news(run, audience=quiet).troubles == ()
