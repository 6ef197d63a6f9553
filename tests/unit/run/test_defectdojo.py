"""Tests of :mod:`aggregator.run.defectdojo`."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from aggregator.model.diagnostic import Level
from aggregator.model.errors import UsageError
from aggregator.model.finding import Disposition
from aggregator.model.severity import Severity
from aggregator.model.statement import NOTHING_SAID
from aggregator.planning.plan import Delivery
from aggregator.policy.defectdojo import DefectDojo
from aggregator.run.defectdojo import DefectDojoLetters
from aggregator.run.outside import Outside
from aggregator.settings import Settings
from aggregator.transport.exchange import Break, Reply
from aggregator.transport.wire import RequestsWire
from tests.builders import finding, outcome
from tests.fakes.defectdojo.life import Life
from tests.fakes.defectdojo.server import FakeDefectDojo
from tests.fakes.faults import After
from tests.fakes.github.clock import FakeClock

SEMGREP, BANDIT = ("Semgrep", "src"), ("Bandit", "src")
FIRST = {SEMGREP: frozenset({1, 2}), BANDIT: frozenset({3})}


def letters(url: str = "https://dojo.example", token: str = "k3y", held: str = "") -> DefectDojoLetters:  # noqa: S107
    """Its part of the talk, with a server that nobody asked yet."""
    settings = Settings(defectdojo_url=url, defectdojo_token=SecretStr(token))
    outside = Outside(clock=FakeClock, patient=lambda _: FakeDefectDojo())
    return DefectDojoLetters(settings, DefectDojo(), held, outside)


def test_nothing_is_heard_from_it() -> None:
    """People's changes there stay there."""
    talk = letters()
    assert talk.listen(None) == NOTHING_SAID
    assert (talk.dates(), talk.tickets(), talk.remarks()) == ({}, (), ())


def test_an_address_that_is_none_is_refused_at_the_start() -> None:
    """Before anything is read or written."""
    with pytest.raises(UsageError, match="defectdojo-url is no address"):
        letters("dojo")


@pytest.mark.parametrize("token", ["", "k"])
def test_what_must_not_be_pushed_is_held(token: str) -> None:
    """A pull request of a fork has no token, and needs none: the run goes on and says what it would do."""
    talk = letters(token=token, held="it is late")
    proposal = talk.propose(outcome(finding()))
    assert (proposal.actions, [each.reason for each in proposal.held], proposal.notes) == ((), ["it is late"], ())
    assert talk.sinks(outcome(finding()), tuple) == ()


def test_a_token_that_is_missing_is_said_aloud() -> None:
    """Where the run would push with it; as with Jira it is a warning, for a fork's own runs have no secrets."""
    talk = letters(token="")
    proposal = talk.propose(outcome(finding()))
    assert (proposal.actions, [each.reason for each in proposal.held]) == ((), ["there is no token to push with"])
    (note,) = proposal.notes
    assert (note.code, note.level) == ("defectdojo-without-token", Level.WARNING)
    assert note.sentence() == "DefectDojo: There is no token to push to DefectDojo with. Set defectdojo-token."
    assert talk.sinks(outcome(finding()), tuple) == ()


@pytest.mark.parametrize(
    ("url", "warned"),
    [("http://dojo.example", True), ("https://dojo.example", False), ("http://127.0.0.1:8080", False)],
)
def test_an_open_line_is_said_aloud(url: str, warned: bool) -> None:
    """Without https the token and the findings can be read on their way."""
    notes = letters(url).propose(outcome(finding())).notes
    assert [note.code for note in notes] == (["defectdojo-in-clear"] if warned else [])
    assert letters(url).propose(outcome()).notes == ()


def test_a_run_pushes_what_is_open_and_remembers_it() -> None:
    """The first run fills the tests in, and a run in which nothing changed asks nothing at all."""
    life = Life()
    life.run(FIRST)
    assert sorted(life.dojo.tests) == [
        ("shop", "Onefold (main)", "Bandit src"),
        ("shop", "Onefold (main)", "Semgrep src"),
    ]
    assert life.dojo.open() == life.open()
    life.run(FIRST)
    calls = len(life.dojo.calls)
    life.run(FIRST)
    assert len(life.dojo.calls) == calls
    assert [receipt.delivery for receipt in life.receipts] == []


def test_a_fixed_finding_is_closed_there_though_its_scope_is_not_covered() -> None:
    """A proof here closes it there by name; everything else of the test stays as it is."""
    life = Life()
    life.run(FIRST)
    life.run(FIRST)
    life.run({SEMGREP: frozenset({1})})
    (closed,) = [row for row in life.dojo.rows if not row.is_open]
    assert (closed.title, closed.is_mitigated) == ("Problem 2", True)
    assert life.dojo.open() == life.open()
    life.run({SEMGREP: frozenset({1, 2})})
    assert life.dojo.open() == life.open()
    assert len(life.dojo.rows) == 3


def test_what_nobody_looked_at_stays_open() -> None:
    """A scan that broke, or did not run, changes nothing there."""
    life = Life()
    life.run(FIRST)
    life.run(FIRST)
    before = life.dojo.open()
    for reports, broken in (({SEMGREP: frozenset()}, {SEMGREP}), ({}, set()), ({BANDIT: frozenset({3})}, set())):
        life.run(reports, broken=frozenset(broken))
        assert life.dojo.open() == before == life.open()


def test_a_lost_memory_closes_nothing() -> None:
    """A run that starts anew does not know what it no longer sees."""
    life = Life()
    life.run(FIRST)
    life.state = None
    life.run({SEMGREP: frozenset({1})})
    assert len(life.dojo.open()) == 3
    third = [row.unique_id_from_tool.partition("/")[0] for row in life.dojo.rows if row.title == "Problem 3"]
    life.run({SEMGREP: frozenset({1}), BANDIT: frozenset()})
    assert life.dojo.open() == sorted([*life.ids(1), *third])


@pytest.mark.parametrize("algorithm", ["hash_code", "unique_id_from_tool"])
@pytest.mark.parametrize("disposition", [each for each in Disposition if each.silences])
def test_decisions_go_there_and_are_taken_back(algorithm: Any, disposition: Disposition) -> None:
    """What people silence here is silent there, never as mitigated by mistake, and open again when it is over."""
    life = Life()
    life.dojo.algorithm = algorithm
    life.run(FIRST)
    life.run(FIRST)
    life.decided[1] = disposition
    life.run(FIRST)
    assert life.dojo.open() == life.open()
    (row,) = [row for row in life.dojo.rows if row.title == "Problem 1"]
    assert row.is_mitigated is (disposition is Disposition.MITIGATED)
    life.run(FIRST)
    assert life.dojo.open() == life.open()
    life.decided.clear()
    life.run(FIRST)
    assert life.dojo.open() == life.open()
    assert row.is_open
    assert not row.is_mitigated


@pytest.mark.parametrize("then", [Disposition.FALSE_POSITIVE, Disposition.RISK_ACCEPTED, Disposition.OUT_OF_SCOPE])
def test_what_is_closed_there_and_then_silenced_is_not_open(then: Disposition) -> None:
    """Telling it opens it first, so it is told until it is silent, before anything closes."""
    life = Life()
    life.run(FIRST)
    life.run(FIRST)
    life.decided[1] = Disposition.MITIGATED
    life.run(FIRST)
    life.decided[1] = then
    life.run(FIRST)
    assert life.dojo.open() == life.open()
    (row,) = [row for row in life.dojo.rows if row.title == "Problem 1"]
    assert (row.is_mitigated, row.is_open) == (False, False)


@pytest.mark.parametrize("forgets", [False, True])
def test_what_is_back_and_still_accepted_stays_so_there(forgets: bool) -> None:
    """A fixed finding that was accepted is back: no push shows it as open, with or without a memory of it."""
    life = Life()
    life.decided[1] = Disposition.RISK_ACCEPTED
    for problems in ({1, 2}, {1, 2}, {2}):
        life.run({SEMGREP: frozenset(problems)})
    (row,) = [each for each in life.dojo.rows if each.file_path == "src/file1.py"]
    life.run({SEMGREP: frozenset({2})}, days=9)
    assert row.is_mitigated
    if forgets:
        life.state = None
        life.run({SEMGREP: frozenset({1, 2})})
    for _ in range(4):
        life.run({SEMGREP: frozenset({1, 2})}, days=8)
        assert (row.risk_accepted, row.active, row.is_mitigated) == (True, False, False)


def test_a_new_severity_goes_there() -> None:
    """A reimport does not refresh it, so it is edited."""
    life = Life()
    life.run(FIRST)
    life.severity[1] = Severity.LOW
    life.run(FIRST)
    assert [row.severity for row in life.dojo.rows if row.title == "Problem 1"] == ["Low"]


def test_a_token_that_may_not_edit_leaves_a_remark() -> None:
    """The push is done, and people read what it could not change."""
    life = Life()
    life.dojo.may_edit = False
    life.run(FIRST)
    life.severity[1] = Severity.LOW
    life.run(FIRST)
    assert {receipt.delivery for receipt in life.receipts} == {Delivery.DONE}
    assert life.letters is not None
    assert [note.code for note in life.letters.remarks()] == ["defectdojo-not-edited"]


@pytest.mark.parametrize("fault", [Reply(500), Break.TIMEOUT, After(Break.TIMEOUT), After(Reply(504))])
@pytest.mark.parametrize("number", range(4))
def test_a_fault_at_each_call_is_made_good_by_the_next_run(number: int, fault: Any) -> None:
    """Whether the call was carried out or not: the same findings, each once, and no run after that asks anything."""
    life = Life()
    life.failing(lambda call: call == number, fault)
    life.run(FIRST)
    life.dojo.faults = lambda *_: None
    assert life.open() == sorted(each.id for each in (life.state.findings if life.state else ()))
    life.run(FIRST)
    life.run(FIRST)
    assert life.dojo.open() == life.open()
    assert len(life.dojo.rows) == 3
    calls = len(life.dojo.calls)
    life.run(FIRST)
    assert len(life.dojo.calls) == calls


def test_a_large_test_goes_there_in_parts_that_grow() -> None:
    """Every finding stands in one part; when the test outgrows one, what moves is closed where it was."""
    life = Life(part_findings=100)
    life.dojo.algorithm = "unique_id_from_tool"
    few, many = {SEMGREP: frozenset(range(70))}, {SEMGREP: frozenset(range(150))}
    life.run(few)
    life.run(few)
    assert len(life.dojo.tests) == 1
    life.run(many, broken=frozenset({SEMGREP}))
    assert len(life.dojo.tests) == 1
    life.run(many)
    assert sorted(title for _, _, title in life.dojo.tests) == ["Semgrep src", "Semgrep src (part 2)"]
    life.run(many)
    assert life.dojo.open() == life.open()
    assert len(life.open()) == 150
    life.run(few)
    assert life.dojo.open() == life.open()
    assert len(life.dojo.tests) == 2


def test_a_part_that_fails_while_a_test_grows_loses_nothing() -> None:
    """A finding that moves is open in its new part before the old one closes it."""
    life = Life(part_findings=100)
    many = {SEMGREP: frozenset(range(150))}
    life.run({SEMGREP: frozenset(range(70))})
    life.run({SEMGREP: frozenset(range(70))})
    before = set(life.dojo.open())
    life.failing(lambda call: call == 1, Reply(500))
    life.run(many)
    life.dojo.faults = lambda *_: None
    assert [receipt.delivery for receipt in life.receipts] == [Delivery.FAILED, Delivery.DONE, Delivery.FAILED]
    assert before <= set(life.dojo.open())
    life.run(many)
    assert set(life.dojo.open()) == set(life.open())


def test_a_dry_run_asks_nothing() -> None:
    """What would be pushed is said in words, and no call is made."""
    life = Life()
    life.run(FIRST, deliver_too=False)
    assert [action.sentence() for action in life.proposal.actions] == [
        "push 1 open finding to DefectDojo (shop / Onefold (main) / Bandit src)",
        "push 2 open findings to DefectDojo (shop / Onefold (main) / Semgrep src)",
    ]
    assert life.dojo.calls == []


def test_people_are_given_time() -> None:
    """An import may take minutes, and the way there waits as long as the policy says."""
    asked: list[float] = []

    def patient(seconds: float) -> FakeDefectDojo:
        asked.append(seconds)
        return FakeDefectDojo()

    settings = Settings(defectdojo_url="https://dojo.example", defectdojo_token=SecretStr("k3y"))
    talk = DefectDojoLetters(settings, DefectDojo(timeout_seconds=90), "", Outside(clock=FakeClock, patient=patient))
    made = outcome(finding())
    assert talk.propose(made).actions
    assert len(talk.sinks(made, tuple)) == 1
    assert asked == [90.0]
    assert isinstance(Outside().patient(3.0), RequestsWire)
