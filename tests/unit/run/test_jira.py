"""Tests of :mod:`aggregator.run.jira`: one run's talk with a Jira, on the fake one."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.diagnostic import Level
from aggregator.model.finding import Disposition, Finding, Transition
from aggregator.model.outcome import Outcome
from aggregator.model.state import State, Telling
from aggregator.model.statement import NOTHING_SAID
from aggregator.model.ticket import Ticket
from aggregator.planning.jira_marks import home_label
from aggregator.planning.plan import Proposal, Receipt
from aggregator.policy.jira import Jira
from aggregator.run.deliver import deliver
from aggregator.run.frame import Frame
from aggregator.run.jira import JiraLetters
from aggregator.run.outside import Outside
from aggregator.settings import Settings
from aggregator.transport.exchange import Break
from tests.builders import BEFORE, LINE, NOW, finding, outcome
from tests.fakes.faults import Faults
from tests.fakes.jira.wire import JiraWire
from tests.fakes.jira.world import ANN, World

FIRST = "https://jira.example/browse/SEC-1"
CHANNEL = (Telling("jira", BEFORE),)


def fresh(**fields: Any) -> Finding:
    """A new finding."""
    return finding(**{"id": "F-0001", "history": (Transition(NOW, "new"),), "clock_start": NOW} | fields)


def ended(*findings: Finding, told: tuple[Telling, ...] = CHANNEL, tickets: tuple[Ticket, ...] = ()) -> Outcome:
    """A run with these findings, and what was remembered before it."""
    made = outcome(*findings)
    return replace(made, state=replace(made.state, told=told, tickets=tickets))


class Job:
    """One run after the other against one Jira.

    Attributes:
        faults: of the next run.
        state: what the next run starts from.
    """

    def __init__(self, **rules: Any) -> None:
        self.world = World()
        self.rules = Jira.model_validate({"project": "SEC", **rules})
        self.faults: Faults | None = None
        self.state: State | None = None
        self.about = Frame(outcome().context, NOW, home="main", default_branch="main")

    def letters(self) -> JiraLetters:
        """Those of the next run."""
        self.wire = JiraWire(self.world, self.faults)
        access = self.world.access
        given = {"jira_url": f"{access.url}/", "jira_user": access.user, "jira_token": access.token}
        settings = Settings.model_validate({"reports": ("x",), **given})
        return JiraLetters(settings, self.rules, self.about, Outside(lambda: self.wire, lambda: self.world.clock))

    def run(self, outcome: Outcome) -> JiraLetters:
        """Listen, propose, deliver, remember."""
        letters = self.letters()
        self.statements = letters.listen(self.state)
        self.proposal = letters.propose(outcome)
        receipts: list[Receipt] = []
        deliver(self.proposal.actions, letters.sinks(outcome, tuple), lambda _: None, receipts)
        self.receipts = receipts
        self.state = letters.settled(outcome.state, receipts)
        return letters


def test_a_ticket_is_created_and_remembered() -> None:
    """The state names its address, and that it is open; the next run creates none."""
    job = Job()
    letters = job.run(ended(fresh()))
    assert [each.key for each in job.world.tickets] == ["SEC-1"]
    assert job.state is not None
    assert (job.state.findings[0].tickets, job.state.tickets) == ((FIRST,), (Ticket(FIRST, seen_at=NOW),))
    assert (letters.remarks(), job.state.told) == ((), CHANNEL)
    job.world.set("SEC-1", ANN, assignee={"accountId": ANN.id})
    letters = job.run(ended(fresh(tickets=(FIRST,))))
    assert job.proposal == Proposal()
    assert letters.tickets() == (Ticket(FIRST, assignees=("Ann Able",), seen_at=NOW),)
    assert list(letters.dates()) == ["F-0001"]


def test_what_people_resolve_is_heard() -> None:
    """A ticket that is resolved as Won't Do is a decision of this origin, of whom, and until when."""
    job = Job()
    job.run(ended(fresh()))
    job.world.move("SEC-1", "Done", ANN, "Won't Do")
    job.run(ended(fresh(tickets=(FIRST,))))
    (said,) = job.statements.said
    assert (job.statements.origins, said.finding, said.where) == (frozenset({"jira"}), "F-0001", "ticket SEC-1")
    assert (said.decision.disposition, said.decision.author) == (Disposition.RISK_ACCEPTED, "Ann Able")
    assert said.decision.expires_at is not None


def test_a_first_run_remembers_that_it_was_one() -> None:
    """What was there when Jira was first talked to is no news later; the moment stays the same from then on."""
    job = Job()
    job.run(ended(fresh(), told=(Telling("slack", BEFORE),)))
    assert job.proposal == Proposal()
    assert job.state is not None
    assert job.state.told == (Telling("jira", NOW), Telling("slack", BEFORE))


def test_closing_is_remembered() -> None:
    """After a move the state knows that the ticket is closed, and who works on it; after a failed one it does not."""
    job = Job()
    job.run(ended(fresh(), fresh(id="F-0002")))
    job.world.set("SEC-1", ANN, assignee={"accountId": ANN.id})
    mended = fresh(closed_at=NOW, closed_reason="Read again.", sources=(), tickets=(FIRST,))
    open_one = Ticket(FIRST, assignees=("Ann Able",), seen_at=NOW)
    job.world.may = job.world.may - {"transition"}
    job.run(ended(mended, tickets=(open_one,)))
    assert job.state is not None
    assert job.state.tickets == (open_one,)
    job.world.may = job.world.may | {"transition"}
    job.run(ended(mended, tickets=(open_one,)))
    assert job.state.tickets == (replace(open_one, is_open=False),)
    assert job.world.tickets[0].status == "Done"


def test_a_jira_that_cannot_be_asked_costs_nothing_else() -> None:
    """It is an error; nothing is done there and nothing undone that was decided; that it was tried is remembered."""
    job = Job()
    job.faults = lambda *_: Break.NO_CONNECTION
    found = ended(fresh(), told=())
    letters = job.run(found)
    assert (job.statements, letters.tickets(), letters.dates()) == (NOTHING_SAID, (), {})
    (note,) = job.proposal.notes
    assert (note.code, note.level, job.proposal.actions) == ("jira-unread", Level.ERROR, ())
    assert job.state == replace(found.state, told=(Telling("jira", NOW),))


def test_a_run_without_a_token_is_warned() -> None:
    """A fork's own runs have the workflow and none of its secrets: nobody asked them for tickets."""
    job = Job()
    job.world.token = ""
    job.run(ended(fresh()))
    (note,) = job.proposal.notes
    assert (note.code, note.level, job.wire.calls) == ("jira-unread", Level.WARNING, [])


def test_an_address_that_is_none() -> None:
    """A wrong address is told before anything is sent."""
    job = Job()
    job.world.url = "jira.example"
    job.run(ended(fresh()))
    assert "jira-url is no address" in job.proposal.notes[0].reason
    assert job.wire.calls == []


@pytest.mark.parametrize(
    "about",
    [
        {"held": "this branch has no memory of its own"},
        {"home": "next"},
        {"context": replace(outcome().context, is_change=True)},
    ],
)
def test_only_runs_about_the_branch_talk(about: dict[str, Any]) -> None:
    """A pull request, another branch, a run that saves no state: nothing is asked and nothing done."""
    job = Job()
    job.about = replace(job.about, **about)
    job.run(ended(fresh()))
    assert (job.wire.calls, job.proposal, job.statements) == ([], Proposal(), NOTHING_SAID)


def test_outside_a_repository_there_is_no_other_branch() -> None:
    """On a machine of one's own, or with another forge, every run is about what counts."""
    job = Job()
    job.about = replace(job.about, home="", default_branch="")
    job.run(ended(fresh()))
    assert len(job.world.tickets) == 1


def test_without_a_project_there_are_no_tickets() -> None:
    """An address alone is not enough, and the run says what is missing."""
    job = Job(project="")
    job.run(ended(fresh()))
    assert [note.code for note in job.proposal.notes] == ["jira-without-project"]
    assert job.wire.calls == []


def test_a_field_that_jira_does_not_take_is_told() -> None:
    """The ticket is created without it, and the run says so."""
    job = Job(priorities={"high": "Urgent"})
    letters = job.run(ended(fresh()))
    assert len(job.world.tickets) == 1
    assert [note.code for note in letters.remarks()] == ["jira-field-left-out"]


def test_tickets_of_another_memory_are_left_alone() -> None:
    """Jobs of a matrix have tickets of their own, although product and environment are the same."""
    job = Job()
    job.run(ended(fresh()))
    context = replace(outcome().context, line=replace(LINE, key="web"))
    job.about = Frame(context, NOW, home="main", default_branch="main")
    job.state = None
    job.run(replace(ended(fresh()), context=context))
    assert [len(ticket.fields["labels"]) for ticket in job.world.tickets] == [3, 3]
    assert not job.letters().listen(None).said
    assert [each.url for each in job.run(replace(ended(), context=context)).tickets()] == [FIRST.replace("-1", "-2")]


def test_tickets_of_other_trackers_are_not_asked_for() -> None:
    """Findings may name issues on GitHub as well."""
    job = Job()
    state = ended(fresh(tickets=("https://github.com/acme/shop/issues/7",))).state
    job.letters().listen(state)
    assert not any("shop" in call.url and home_label(LINE) not in call.url for call in job.wire.calls)
