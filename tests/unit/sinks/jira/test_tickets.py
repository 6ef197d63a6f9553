"""Our tickets in Jira, seen and changed: the same promises for Cloud and Data Center."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.actions import AppendSummary
from aggregator.planning.jira_actions import CommentTicket, CreateTicket, EditTicket, JiraAction, MoveTicket
from aggregator.planning.jira_observed import Category, SeenTicket, Sought
from aggregator.sinks.jira.access import Access
from aggregator.sinks.jira.client import JiraClient
from aggregator.sinks.jira.rows import text_of
from aggregator.sinks.jira.tickets import JiraTickets
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.transport.session import Session
from aggregator.writers.ticket_blocks import Paragraph, Text, words
from tests.fakes.faults import After
from tests.fakes.jira.desk import Desk, data_center
from tests.fakes.jira.rest import too_many
from tests.fakes.jira.workflow import CLASSIC, SIMPLE, STRICT, Transition, Workflow
from tests.fakes.jira.world import ANN, BEN, BOT, World

LABEL = "onefold-shop"
SOUGHT = Sought(LABEL)
FLAVOURS = pytest.mark.parametrize("make", [World, data_center])
Make = Callable[[], World]


def text(word: str = "One", about: str = "F-1", known: str = "0123456789abcdef") -> Text:
    return Text((Paragraph(words(f"{word} thing.")),), f"onefold:ticket v1 {about} {known}", (about,))


def note(day: str = "2026-11-22", kind: str = "reminder") -> Text:
    return Text((Paragraph(words("Still there.")),), f"onefold:{kind} v1 {day}")


def creation(about: str = "F-1", **given: Any) -> CreateTicket:
    fields: dict[str, Any] = {
        "about": about,
        "marks": (LABEL, f"onefold-{about}"),
        "project": "SEC",
        "issue_type": "Task",
        "summary": "HIGH: a thing",
        "text": text(about=about),
        "labels": ("onefold", "security"),
    }
    return CreateTicket(**{**fields, **given})


def raw(desk: Desk, said: Text) -> Any:
    """A text as it goes over the wire."""
    return json.loads(msgspec.json.encode(desk.client.body(said)))


def seen(desk: Desk, *urls: str) -> SeenTicket:
    (ticket,) = desk.sink.observe(Sought(LABEL, urls))
    return ticket


@FLAVOURS
def test_a_ticket_is_created_and_seen(make: Make) -> None:
    """A ticket has everything that was asked for, and is read back as what it is."""
    desk = Desk(make())
    action = creation(
        priority="High",
        due=date(2026, 12, 1),
        components=("payments",),
        assignee="ann@example.com",
        fields=(("duedate", '"2026-12-24"'),),
    )
    url = desk.sink.apply(action)
    assert url == f"{desk.world.url}/browse/SEC-1"
    ticket = seen(desk)
    assert (ticket.key, ticket.url, ticket.is_ours, ticket.is_open) == ("SEC-1", url, True, True)
    assert (ticket.summary, ticket.status) == ("HIGH: a thing", "To Do")
    assert ticket.category is Category.NEW
    assert ticket.mark is not None
    assert (ticket.mark.mark, ticket.mark.is_as_written) == ("onefold:ticket v1 F-1 0123456789abcdef", True)
    assert ticket.members == ("F-1",)
    assert ticket.labels == ("onefold", "onefold-F-1", "onefold-shop", "security")
    assert (ticket.priority, ticket.due, ticket.assignee) == ("High", date(2026, 12, 1), "Ann Able")
    assert (ticket.touched, ticket.notes, ticket.moves) == ((), (), ())
    assert ticket.created_at == ticket.updated_at == datetime.fromtimestamp(desk.world.clock.now(), UTC)
    assert desk.sink.notes == []


@FLAVOURS
def test_what_is_there_is_not_created_again(make: Make) -> None:
    """A repeated action and another run find the ticket by its marks, open or done, and give its address."""
    desk = Desk(make())
    url = desk.sink.apply(creation())
    assert desk.sink.apply(creation()) == url
    desk.world.move("SEC-1", "Done", ANN)
    assert desk.again().apply(creation(summary="Other words")) == url
    assert len(desk.world.tickets) == 1


def test_labels_are_compared_exactly() -> None:
    """Jira's search takes labels in any case; a ticket whose label differs is not ours."""
    desk = Desk()
    desk.sink.apply(creation("F-a"))
    assert desk.sink.apply(creation("F-A")).endswith("SEC-2")
    assert len(desk.sink.observe(SOUGHT)) == 2


def test_a_clone_is_not_taken_for_ours() -> None:
    """Of a ticket and its clone by a person ours is meant; a clone that people gave another meaning is not."""
    desk = Desk()
    desk.sink.apply(creation())
    clone = desk.world.clone("SEC-1")
    assert desk.again().apply(creation()).endswith("/SEC-1")
    assert [each.is_ours for each in desk.sink.observe(SOUGHT)] == [True, False]
    desk.world.delete("SEC-1")
    desk.world.set(clone, ANN, description=raw(desk, text(about="F-2")))
    assert desk.again().apply(creation()).endswith("/SEC-3")


@FLAVOURS
@pytest.mark.parametrize("outcome", [Break.RESET, Break.TIMEOUT, Break.CUT_SHORT, Reply(502), Reply(504)])
def test_a_lost_answer_doubles_nothing(make: Make, outcome: Break | Reply) -> None:
    """When the answer to a creation is lost, the ticket is looked for, also in an index that lags behind."""
    for before in (False, True):
        desk = Desk(make())
        desk.world.lag = 6.0

        def fault(_number: int, request: Request, before: bool = before) -> Break | Reply | After | None:
            if request.method != "POST" or not request.url.endswith("/issue"):
                return None
            return outcome if before else After(outcome)

        desk.wire.faults = fault
        if before:
            with pytest.raises(ServiceError):
                desk.sink.apply(creation())
            assert desk.world.tickets == []
        else:
            assert desk.sink.apply(creation()).endswith("/SEC-1")
        assert desk.wire.written == ["POST issue"]


def test_an_index_that_lags_long_is_left_to_the_next_run() -> None:
    """A ticket that cannot be found in time is a failure of this run; the next one finds it and creates none."""
    desk = Desk()
    desk.world.lag = 120.0
    desk.wire.faults = lambda _, request: After(Break.RESET) if request.method == "POST" else None
    with pytest.raises(ServiceError, match="connection reset"):
        desk.sink.apply(creation())
    desk.wire.faults = None
    desk.world.clock.time += 120
    assert desk.again().apply(creation()).endswith("/SEC-1")
    assert len(desk.world.tickets) == 1


def test_a_rate_limit_is_waited_for() -> None:
    """What a rate limit turned away was not carried out: it is sent again after the time that Jira asks for."""
    desk = Desk()
    desk.wire.faults = lambda number, _: too_many(7) if number < 2 else None
    assert desk.sink.apply(creation()).endswith("/SEC-1")
    assert [wait for wait in desk.world.clock.slept if wait >= 7] == [7, 7]


@FLAVOURS
def test_fields_that_jira_does_not_take_are_left_out(make: Make) -> None:
    """A ticket is not lost for a priority, a component, a date or a field that the project does not have."""
    desk = Desk(make())
    desk.world.priorities = ("P1",)
    desk.world.screens -= {"duedate"}
    action = creation(
        priority="High",
        due=date(2026, 12, 1),
        components=("unheard",),
        assignee="nobody",
        fields=(("customfield_1", '{"value": "x"}'),),
    )
    assert desk.sink.apply(action).endswith("/SEC-1")
    left = sorted(note.reason.split()[2] for note in desk.sink.notes)
    assert left == ["assignee", "components", "customfield_1", "duedate", "priority"]
    assert all(note.next_step for note in desk.sink.notes)
    assert seen(desk).summary == "HIGH: a thing"
    desk.sink.apply(creation("F-2", priority="High"))
    assert len(desk.sink.notes) == 5


@FLAVOURS
def test_a_field_with_less_room_gets_less(make: Make) -> None:
    """Where an administrator allows less, a shorter text is sent; where that is too long as well, it is said."""
    desk = Desk(make())
    desk.world.longest = 12_000
    blocks = tuple(Paragraph(words(f"{number} " + "x" * 900)) for number in range(40))
    long = Text(blocks, "onefold:ticket v1 F-1 0123456789abcdef")
    desk.sink.apply(creation(text=long, priority="Odd"))
    ticket = seen(desk)
    assert ticket.mark is not None
    assert ticket.mark.is_as_written
    desk.sink.apply(EditTicket(ticket="SEC-1", text=long, summary="Now"))
    assert seen(desk).summary == "Now"
    refused = Reply(400, {}, b'{"errorMessages": ["It could be due to unsupported content."]}')
    numbers = iter(range(9))
    desk.wire.faults = lambda _, request: refused if request.method == "POST" and next(numbers) == 0 else None
    assert desk.sink.apply(creation("F-3", text=long)).endswith("/SEC-2")
    desk.wire.faults = None
    desk.world.longest = 100
    with pytest.raises(ServiceError, match="description"):
        desk.sink.apply(creation("F-2", text=long))
    with pytest.raises(ServiceError, match="description"):
        desk.sink.apply(EditTicket(ticket="SEC-1", text=text("Short")))


@pytest.mark.parametrize("name", ["ann@example.com", "712020:ann", "Ann Able"])
@FLAVOURS
def test_people_are_found_by_any_of_their_names(make: Make, name: str) -> None:
    """An assignee may be given as Jira's id, an address or a name."""
    desk = Desk(make())
    desk.sink.apply(creation(assignee=name))
    assert seen(desk).assignee == "Ann Able"
    desk.sink.apply(creation("F-2", assignee=name))
    assert sum("assignable" in each for each in desk.wire.asked) == 1


@FLAVOURS
def test_without_a_look_at_people_an_id_will_do(make: Make) -> None:
    """An account that may not look people up assigns by id; an address helps nobody then, and a failure is one."""
    desk = Desk(make())
    desk.world.may -= {"people"}
    desk.sink.apply(creation(assignee="712020:ann"))
    assert seen(desk).assignee == "Ann Able"
    desk.sink.apply(creation("F-2", assignee="ann@example.com"))
    assert [each.assignee for each in desk.sink.observe(SOUGHT)] == ["Ann Able", ""]
    assert len(desk.sink.notes) == 1
    desk.wire.faults = lambda _, request: Reply(500) if "assignable" in request.url else None
    with pytest.raises(ServiceError, match="500"):
        desk.sink.apply(creation("F-3", assignee="ann@example.com"))


def test_a_comment_is_for_the_team_alone() -> None:
    """In a service project customers are not told what we say."""
    desk = Desk()
    desk.sink.apply(creation())
    desk.sink.apply(CommentTicket("SEC-1", note()))
    sent = json.loads(desk.wire.calls[-1].body)
    assert sent["properties"] == [{"key": "sd.public.comment", "value": {"internal": True}}]


def test_a_text_that_nobody_can_read_hides_no_ticket() -> None:
    """A description in no dialect is an empty one; the tickets beside it are seen."""
    desk = Desk()
    desk.sink.apply(creation())
    desk.sink.apply(creation("F-2"))
    for odd in (7, {"type": "doc", "content": [{"type": None}]}, ["x"]):
        desk.world.set("SEC-1", ANN, description=odd)
        assert [each.mark is None for each in desk.sink.observe(SOUGHT)] == [True, False]


def test_an_ambiguous_name_is_nobody() -> None:
    """Where several people fit, nobody is assigned, and the warning says so."""
    desk = Desk()
    desk.sink.apply(creation(assignee="b"))
    assert seen(desk).assignee == ""
    assert "nobody of that name" in desk.sink.notes[0].reason


@pytest.mark.parametrize(
    ("change", "fault", "words"),
    [
        ({"project": "NOPE"}, Fault.REFUSED, "no such project"),
        ({"issue_type": "Saga"}, Fault.REFUSED, "no such type"),
        ({"project": "OPS"}, Fault.MISSING, "archived"),
        ({"labels": ("a b",)}, Fault.REFUSED, "labels"),
    ],
)
def test_what_cannot_be_left_out_is_named(change: dict[str, Any], fault: Fault, words: str) -> None:
    """A project, a type or a label that Jira refuses is an error that says what to change."""
    desk = Desk()
    desk.world.projects["OPS"] = "archived"
    with pytest.raises(ServiceError, match=words) as raised:
        desk.sink.apply(creation(**change))
    assert raised.value.fault is fault
    assert raised.value.next_step
    assert desk.world.tickets == []


def test_a_field_that_the_project_wants_is_named() -> None:
    """Where the project asks for a field that the policy does not give, its id is told."""
    desk = Desk()
    desk.world.required = {"customfield_10010": "Team"}
    with pytest.raises(ServiceError, match="customfield_10010") as raised:
        desk.sink.apply(creation(priority="Odd"))
    assert "jira.fields" in raised.value.next_step
    assert desk.sink.apply(creation(fields=(("customfield_10010", '"blue"'),))).endswith("/SEC-1")


@FLAVOURS
def test_a_ticket_is_edited_in_what_is_given_alone(make: Make) -> None:
    """An edit sets what it names, adds labels to those that people gave, and is told from theirs."""
    desk = Desk(make())
    desk.sink.apply(creation())
    desk.world.set("SEC-1", ANN, labels=["onefold", LABEL, "onefold-F-1", "blue"])
    desk.sink.apply(EditTicket(ticket="SEC-1", summary="Now", text=text("Two"), add_labels=("more",), priority="Low"))
    ticket = seen(desk)
    assert (ticket.summary, ticket.priority, ticket.touched) == ("Now", "Low", ("labels",))
    assert {"blue", "more"} <= set(ticket.labels)
    assert ticket.mark is not None
    assert ticket.mark.is_as_written
    desk.sink.apply(EditTicket(ticket="SEC-1", due=date(2026, 12, 2)))
    assert seen(desk).due == date(2026, 12, 2)
    before = len(desk.wire.calls)
    desk.sink.apply(EditTicket(ticket="SEC-1"))
    assert len(desk.wire.calls) == before
    for _ in range(2):
        desk.sink.apply(EditTicket(ticket="SEC-1", said=note("1", "update")))
    assert [note.mark.mark for note in seen(desk).notes] == ["onefold:update v1 1"]


@FLAVOURS
def test_an_edit_by_a_person_is_noticed(make: Make) -> None:
    """A description that people changed is not as we wrote it; one that they emptied has no mark."""
    desk = Desk(make())
    desk.sink.apply(creation())
    body = desk.world.get("SEC-1").fields["description"]
    if isinstance(body, str):
        desk.world.set("SEC-1", ANN, description=f"See also X.\r\n{body}")
    else:
        more = {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "1", "text": "@Ann"}}]}
        desk.world.set("SEC-1", ANN, description={**body, "content": [more, *body["content"]]})
    ticket = seen(desk)
    assert ticket.mark is not None
    assert not ticket.mark.is_as_written
    assert ticket.touched == ("description",)
    desk.world.set("SEC-1", ANN, description=None)
    assert seen(desk).mark is None


def test_what_cannot_be_edited_is_no_failure() -> None:
    """A field that no screen has, or a status that lets nobody edit, is said, and nothing is tried for ever."""
    desk = Desk()
    desk.sink.apply(creation())
    desk.world.screens -= {"summary", "priority"}
    desk.sink.apply(EditTicket(ticket="SEC-1", priority="Low", add_labels=("x",)))
    assert [note.reason.split()[2] for note in desk.sink.notes] == ["priority"]
    with pytest.raises(ServiceError, match="summary") as raised:
        desk.sink.apply(EditTicket(ticket="SEC-1", summary="Now", said=note("1", "update")))
    assert raised.value.fault is Fault.MISSING
    assert [note.mark.mark for note in seen(desk).notes] == ["onefold:update v1 1"]


def test_nothing_is_left_of_an_edit() -> None:
    """An edit of nothing but what Jira does not take ends with a warning."""
    desk = Desk()
    desk.sink.apply(creation())
    desk.world.screens -= {"labels"}
    desk.sink.apply(EditTicket(ticket="SEC-1", add_labels=("x",)))
    assert "labels" in desk.sink.notes[0].reason


@FLAVOURS
def test_a_comment_is_made_once(make: Make) -> None:
    """A comment with the same mark is not repeated; one by somebody else who quotes it does not count."""
    desk = Desk(make())
    desk.sink.apply(creation())
    quoted = f"They said onefold:reminder v1 2026-11-22 {'0' * 16}"
    desk.world.say("SEC-1", ANN, quoted)
    for _ in range(2):
        desk.again().apply(CommentTicket("SEC-1", note()))
    desk.sink.apply(CommentTicket("SEC-1", note("2026-11-23")))
    ticket = seen(desk)
    assert [each.mark.mark for each in ticket.notes] == [
        "onefold:reminder v1 2026-11-22",
        "onefold:reminder v1 2026-11-23",
    ]
    assert all(each.mark.is_as_written for each in ticket.notes)


@pytest.mark.parametrize("is_done", [False, True])
def test_a_comment_whose_answer_was_lost_is_looked_for(is_done: bool) -> None:
    """A comment is never sent twice: the thread tells whether it is there."""
    desk = Desk()
    desk.sink.apply(creation())
    lost = After(Break.RESET) if is_done else Break.RESET
    desk.wire.faults = lambda _, request: lost if request.method == "POST" else None
    if is_done:
        desk.sink.apply(CommentTicket("SEC-1", note()))
    else:
        with pytest.raises(ServiceError):
            desk.sink.apply(CommentTicket("SEC-1", note()))
    assert len(desk.world.get("SEC-1").comments) == int(is_done)


@FLAVOURS
def test_many_comments_and_changes_are_all_read(make: Make) -> None:
    """What does not come along with a ticket is asked for: no comment is repeated because it stands on a later page."""
    desk = Desk(make())
    desk.world.inline = 3
    desk.sink.apply(creation())
    desk.world.move("SEC-1", "In Progress", BOT)
    for number in range(130):
        desk.world.say("SEC-1", BEN, f"Word {number}")
        desk.world.set("SEC-1", ANN, priority={"name": f"P{number}"})
    desk.sink.apply(CommentTicket("SEC-1", note()))
    desk.sink.apply(CommentTicket("SEC-1", note()))
    ticket = seen(desk)
    assert len(ticket.notes) == 1
    assert (ticket.touched, [move.is_ours for move in ticket.moves]) == (("priority",), [True])
    assert len(desk.world.get("SEC-1").comments) == 131


WORKFLOWS = pytest.mark.parametrize("workflow", [SIMPLE, CLASSIC])


@FLAVOURS
@WORKFLOWS
def test_a_ticket_is_closed_and_reopened(make: Make, workflow: Workflow) -> None:
    """The intent is ours, the transition is found; what is said is said once, before the move."""
    desk = Desk(make())
    desk.world.workflow = workflow
    desk.sink.apply(creation())
    close = MoveTicket("SEC-1", "done", note(kind="closed"), ("Won't Do", "Done"))
    for _ in range(2):
        desk.again().apply(close)
    ticket = seen(desk)
    assert ticket.category is Category.DONE
    assert ticket.resolution == ("Won't Do" if workflow is CLASSIC else "Done")
    (move,) = ticket.moves
    assert (move.is_ours, move.by, len(ticket.notes)) == (True, "Onefold", 1)
    assert (move.status, move.resolution) == (ticket.status, ticket.resolution)
    assert ticket.moved_by_us_at == move.at is not None
    assert not ticket.is_open
    reopen = MoveTicket("SEC-1", "reopen")
    for _ in range(2):
        desk.again().apply(reopen)
    assert (seen(desk).category, seen(desk).resolution) == (Category.NEW, "")


@FLAVOURS
@pytest.mark.parametrize("reply", [None, Reply(404), Reply(403)])
def test_who_moves_it_on_within_done_is_told_apart(make: Make, reply: Reply | None) -> None:
    """We resolve it and Ann moves it on; a status that Jira does not tell us of is known by the resolution."""
    desk = Desk(make())
    desk.world.workflow = CLASSIC
    desk.sink.apply(creation())
    desk.sink.apply(MoveTicket("SEC-1", "done", note(kind="closed"), ("Won't Do",)))
    desk.world.clock.time += 60
    desk.world.move("SEC-1", "Closed", ANN, "Won't Do")
    desk.wire.faults = lambda _, request: reply if "/status/" in request.url else None
    desk.again()
    ticket = seen(desk)
    assert [(move.by, move.status, move.resolution) for move in ticket.moves] == [
        ("Onefold", "Resolved", "Won't Do"),
        ("Ann Able", "Closed", "Won't Do"),
    ]
    desk.wire.faults = lambda _, request: Reply(500) if "/status/" in request.url else None
    desk.again()
    with pytest.raises(ServiceError):
        seen(desk)


@FLAVOURS
@pytest.mark.parametrize(
    ("minutes", "kind", "quotes", "is_ours"),
    [(0, "closed", "", True), (11, "closed", "", False), (0, "reminder", "", False), (0, "closed", "Why? ", False)],
)
def test_what_another_account_of_ours_did_is_known(
    make: Make, minutes: int, kind: str, quotes: str, is_ours: bool
) -> None:
    """The word why, as we write it, stands just before the move; whoever quotes it, or moves it later, is a person."""
    desk = Desk(make())
    desk.sink.apply(creation())
    desk.sink.apply(CommentTicket("SEC-1", note(kind=kind)))
    (said,) = desk.world.get("SEC-1").comments
    said["author"] = ANN
    if quotes:
        desk.world.get("SEC-1").comments.clear()
        desk.world.say("SEC-1", ANN, quotes + text_of(msgspec.Raw(msgspec.json.encode(said["body"]))))
    desk.world.clock.time += 60 * minutes
    desk.world.move("SEC-1", "Done", ANN)
    ticket = seen(desk)
    assert ([(move.by, move.is_ours) for move in ticket.moves], ticket.notes) == ([("Ann Able", is_ours)], ())
    assert (ticket.moved_by_us_at is not None) == is_ours


def test_a_person_who_was_faster_is_not_overruled() -> None:
    """What is where we want it is left alone, and nothing is said."""
    desk = Desk()
    desk.sink.apply(creation())
    desk.world.move("SEC-1", "Done", ANN)
    desk.sink.apply(MoveTicket("SEC-1", "done", note(kind="closed")))
    ticket = seen(desk)
    assert ([(move.by, move.is_ours) for move in ticket.moves], ticket.notes) == ([("Ann Able", False)], ())
    assert ticket.moved_by_us_at is None


def test_a_way_that_only_people_can_go_is_told() -> None:
    """Where a workflow has no way, or asks for what we cannot know, a person is told what to do, and once."""
    desk = Desk()
    desk.world.workflow = STRICT
    desk.sink.apply(creation())
    with pytest.raises(ServiceError, match="offers the account of the token no way to close it") as raised:
        desk.sink.apply(MoveTicket("SEC-1", "done", note(kind="closed")))
    assert raised.value.fault is Fault.MISSING
    desk.world.move("SEC-1", "Doing", ANN)
    with pytest.raises(ServiceError, match="Release"):
        desk.sink.apply(MoveTicket("SEC-1", "done", note(kind="closed")))
    desk.world.set("SEC-1", ANN, customfield_10042=[])
    with pytest.raises(ServiceError, match="Release"):
        desk.sink.apply(MoveTicket("SEC-1", "done"))
    desk.world.set("SEC-1", ANN, customfield_10042=[{"name": "7.1"}])
    desk.sink.apply(MoveTicket("SEC-1", "done"))
    assert seen(desk).status == "Shipped"
    with pytest.raises(ServiceError, match="no way to reopen"):
        desk.sink.apply(MoveTicket("SEC-1", "reopen"))
    assert seen(desk).notes == ()


def test_what_is_fixed_is_left_to_people_rather_than_rejected() -> None:
    """Where the only way to done says that nothing was done the ticket stays, and the warning names that way."""
    desk = Desk()
    drop = Transition("5", "Drop", "Won't Do", frozenset({"Backlog"}))
    desk.world.workflow = STRICT._replace(
        statuses={"Backlog": "new", "Won't Do": "done"}, transitions=(drop,), resolves={"Won't Do": "Won't Do"}
    )
    desk.sink.apply(creation())
    with pytest.raises(ServiceError, match="no way from here but to Won't Do") as raised:
        desk.sink.apply(MoveTicket("SEC-1", "done", note(kind="closed"), ("Done",), ("Won't Do",)))
    assert (raised.value.fault, seen(desk).is_open, seen(desk).notes) == (Fault.MISSING, True, ())
    desk.sink.apply(MoveTicket("SEC-1", "done", note(kind="closed"), ("Won't Do",)))
    assert seen(desk).status == "Won't Do"


def test_a_rule_of_the_workflow_is_told() -> None:
    """A transition that is offered and then refused is no failure that repeats."""
    desk = Desk()
    desk.sink.apply(creation())
    refused = Reply(400, {}, b'{"errorMessages": ["The condition is not met."]}')
    desk.wire.faults = lambda _, request: refused if request.method == "POST" else None
    with pytest.raises(ServiceError, match="a rule of its workflow") as raised:
        desk.sink.apply(MoveTicket("SEC-1", "done"))
    assert raised.value.fault is Fault.MISSING


@pytest.mark.parametrize("is_done", [False, True])
def test_a_move_whose_answer_was_lost_is_looked_for(is_done: bool) -> None:
    """A move is sent once: the ticket tells whether it was made."""
    desk = Desk()
    desk.sink.apply(creation())
    lost = After(Break.TIMEOUT) if is_done else Break.TIMEOUT
    desk.wire.faults = lambda _, request: lost if request.method == "POST" else None
    if is_done:
        desk.sink.apply(MoveTicket("SEC-1", "done"))
    else:
        with pytest.raises(ServiceError):
            desk.sink.apply(MoveTicket("SEC-1", "done"))
    assert seen(desk).is_open is not is_done


def test_a_transition_that_is_not_available_is_not_taken() -> None:
    """What the workflow shows and does not offer is no way."""
    desk = Desk()
    shut = Transition("9", "Finish", "Done", is_available=False)
    desk.world.workflow = SIMPLE._replace(transitions=(shut,))
    desk.sink.apply(creation())
    with pytest.raises(ServiceError, match="no way"):
        desk.sink.apply(MoveTicket("SEC-1", "done"))


@FLAVOURS
def test_a_ticket_that_was_moved_is_followed(make: Make) -> None:
    """A ticket in another project is found by its label; without it by the address that the state knows."""
    desk = Desk(make())
    url = desk.sink.apply(creation())
    desk.world.transfer("SEC-1", "OPS")
    assert (seen(desk, url).key, seen(desk, url).earlier) == ("OPS-1", (url,))
    desk.world.set("OPS-1", ANN, labels=[])
    ticket = seen(desk, url)
    assert (ticket.key, ticket.url, ticket.earlier) == ("OPS-1", f"{desk.world.url}/browse/OPS-1", (url,))
    desk.sink.apply(EditTicket(ticket="SEC-1", summary="Still"))
    assert seen(desk, ticket.url).summary == "Still"


@FLAVOURS
def test_a_ticket_that_is_gone_is_told(make: Make) -> None:
    """A ticket that the state knows and Jira does not is gone; what is to be done to it is no failure."""
    desk = Desk(make())
    url = desk.sink.apply(creation())
    desk.world.delete("SEC-1")
    ticket = seen(desk, url, "https://elsewhere.example/browse/SEC-1")
    assert (ticket.is_gone, ticket.is_open, ticket.key, ticket.url) == (True, False, "SEC-1", url)
    gone: list[JiraAction] = [
        EditTicket(ticket="SEC-1", summary="x"),
        CommentTicket("SEC-1", note()),
        MoveTicket("SEC-1", "done"),
    ]
    for action in gone:
        with pytest.raises(ServiceError) as raised:
            desk.sink.apply(action)
        assert raised.value.fault is Fault.MISSING


@pytest.mark.parametrize("may", ["browse", "create", "edit", "comment"])
def test_a_permission_that_is_missing_is_told(may: str) -> None:
    """Without a permission each action says that it is missing, and nothing else breaks."""
    desk = Desk()
    desk.sink.apply(creation())
    desk.world.may -= {may}
    actions: dict[str, JiraAction] = {
        "create": creation("F-2"),
        "edit": EditTicket(ticket="SEC-1", summary="x"),
        "comment": CommentTicket("SEC-1", note()),
        "browse": MoveTicket("SEC-1", "done"),
    }
    with pytest.raises(ServiceError) as raised:
        desk.sink.apply(actions[may])
    assert raised.value.fault in {Fault.PERMISSION, Fault.MISSING}
    assert raised.value.next_step


def test_without_the_right_token_nothing_is_believed() -> None:
    """A list that is empty because nobody knows us creates no ticket anew."""
    desk = Desk()
    desk.sink.apply(creation())
    wrong = Access(desk.world.url, desk.world.access.user, "wrong")
    sink = JiraTickets(JiraClient(Session(desk.wire, desk.world.clock), wrong), desk.world.clock)
    for act in (lambda: sink.observe(SOUGHT), lambda: sink.apply(creation("F-9"))):
        with pytest.raises(ServiceError, match="does not know the token"):
            act()
    assert len(desk.world.tickets) == 1


def test_all_pages_are_read() -> None:
    """A list goes on until its end, in both flavours, each ticket once and in the order of their numbers."""
    for make in (World, data_center):
        desk = Desk(make())
        for number in range(230):
            desk.world.create(_fields(desk, number), BOT)
        assert [each.key for each in desk.sink.observe(SOUGHT)] == [f"SEC-{number + 1}" for number in range(230)]


def _fields(desk: Desk, number: int) -> dict[str, Any]:
    return {
        "project": {"key": "SEC"},
        "issuetype": {"name": "Task"},
        "summary": "x",
        "description": raw(desk, text(about=f"F-{number}")),
        "labels": ["onefold", LABEL, f"onefold-F-{number}"],
    }


def test_other_actions_are_none_of_ours() -> None:
    """The sink takes what is about tickets in Jira, and nothing else."""
    desk = Desk()
    assert desk.sink.accepts(creation())
    assert not desk.sink.accepts(AppendSummary("summary"))
    assert desk.sink.apply(AppendSummary("summary")) == ""
