from aggregator.model.news import News, Story, Topic, Trouble
from aggregator.model.state import RunRecord, RunRef, State, Telling
from aggregator.planning.tellings import Past, arrived, digits_of, lost, past_of
from tests.builders import BEFORE, LINE, NOW, finding

CHANNEL = "slack:default"
NEWS = News(
    since=BEFORE,
    stories=(Story(Topic.NEW, (finding(id="F-1"), finding(id="F-2"))), Story(Topic.FIXED, (finding(id="F-2"),))),
    troubles=(Trouble("scan-1234", "a scan: odd"),),
)


def state(*told: Telling, run: RunRef = RunRef("7"), runs: tuple[RunRecord, ...] = ()) -> State:  # noqa: B008 - a value
    return State(line=LINE, run=run, at=NOW, told=tuple(sorted(told)), runs=runs)


def test_nothing_was_told_yet() -> None:
    """A channel without a record was told nothing."""
    assert past_of((Telling("slack:other", NOW), Telling("slack:default-2", NOW)), CHANNEL) == Past()


def test_what_arrived_is_remembered() -> None:
    """After a message that arrived everything up to the run is told, and what fails is known to fail."""
    told = arrived(state(), CHANNEL, {"scan-b", "scan-a"})
    past = past_of(told, CHANNEL)
    assert (past.since, past.failing, past.by) == (NOW, frozenset({"scan-a", "scan-b"}), frozenset({digits_of("7")}))
    assert (past.owed, past.troubles, past.is_unsure) == ({}, (), False)


def test_runs_of_the_same_moment_are_known() -> None:
    """The record names all runs of its very moment that its state contains."""
    records = (RunRecord(run=RunRef("5"), at=BEFORE, open={}), RunRecord(run=RunRef("6"), at=NOW, open={}))
    told = arrived(state(runs=records), CHANNEL, ())
    assert past_of(told, CHANNEL).by == {digits_of("6"), digits_of("7")}


def test_what_was_lost_is_owed() -> None:
    """News that did not arrive are owed, each by name, and the record of what arrived stays as it was."""
    before = Telling(CHANNEL, BEFORE, "by:x failing:scan-0000")
    told = lost(state(before, Telling("teams:default", BEFORE)), CHANNEL, NEWS)
    past = past_of(told, CHANNEL)
    assert (past.since, past.failing, past.is_unsure) == (BEFORE, frozenset({"scan-0000"}), False)
    assert past.owed == {"F-1": {Topic.NEW}, "F-2": {Topic.NEW, Topic.FIXED}}
    assert past.troubles == (Trouble("scan-1234", "a scan: odd"),)
    assert Telling("teams:default", BEFORE) in told


def test_a_debt_takes_the_place_of_earlier_ones() -> None:
    """What is still owed is part of the news that are lost, so one debt is enough."""
    once = lost(state(), CHANNEL, NEWS)
    twice = lost(state(*once, run=RunRef("8")), CHANNEL, News(since=BEFORE, stories=NEWS.stories[:1]))
    assert [each.channel for each in twice] == [f"{CHANNEL}/{digits_of('8', 1)}"]
    assert past_of(twice, CHANNEL).owed == {"F-1": {Topic.NEW}, "F-2": {Topic.NEW}}


def test_what_may_have_arrived_is_marked() -> None:
    """Where no answer came, the next message is known to be a repetition perhaps."""
    told = lost(state(), CHANNEL, News(since=None, is_repeat=True))
    assert past_of(told, CHANNEL) == Past(is_unsure=True)


def test_nothing_lost_leaves_no_debt() -> None:
    """News without a word in them leave no record."""
    assert lost(state(), CHANNEL, News(since=None)) == ()


def test_a_message_pays_all_debts() -> None:
    """A message that arrives pays what earlier ones owed; a debt that comes back from another memory is known."""
    debts = lost(state(), CHANNEL, NEWS)
    paid = arrived(state(*debts, run=RunRef("8")), CHANNEL, ())
    assert [each.channel for each in paid] == [CHANNEL]
    assert past_of((*paid, *debts), CHANNEL).owed == {}
    again = arrived(state(*paid, *debts, run=RunRef("9")), CHANNEL, ())
    assert past_of((*again, *debts), CHANNEL).owed == {}


def test_few_paid_debts_are_remembered() -> None:
    """Of the debts that were paid the latest eight are known."""
    told: tuple[Telling, ...] = ()
    for number in range(12):
        told = lost(state(*told, run=RunRef(str(number))), CHANNEL, NEWS)
        told = arrived(state(*told, run=RunRef(str(number + 100))), CHANNEL, ())
    assert told[0].digest.count("paid:") == 8
    assert f"paid:{digits_of('11', 1)}" in told[0].digest


def test_debts_of_runs_that_raced_stand_side_by_side() -> None:
    """Two runs that lost different news leave two debts, and both are owed."""
    one = lost(state(run=RunRef("1")), CHANNEL, NEWS)
    other = lost(state(run=RunRef("2")), CHANNEL, News(since=None, stories=(Story(Topic.FIXED, (finding(id="F-3"),)),)))
    assert past_of((*one, *other), CHANNEL).owed.keys() == {"F-1", "F-2", "F-3"}


def test_words_of_a_later_version_are_passed_over() -> None:
    """A word that nobody knows is no mistake."""
    assert past_of((Telling(f"{CHANNEL}/x", NOW, "odd:F-1 word"),), CHANNEL) == Past()
