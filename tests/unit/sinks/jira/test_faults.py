"""A fault at each call in turn: the run after it brings about what would have been, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aggregator.model.errors import ServiceError
from aggregator.planning.jira_actions import CommentTicket, CreateTicket, EditTicket, JiraAction, MoveTicket
from aggregator.planning.jira_observed import Sought
from aggregator.sinks.jira.access import Flavour
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.writers.ticket_blocks import Paragraph, Text, words
from tests.fakes.faults import After
from tests.fakes.jira.desk import Desk, data_center
from tests.fakes.jira.rest import too_many
from tests.fakes.jira.workflow import CLASSIC
from tests.fakes.jira.world import World

LABEL = "onefold-shop"
SECRET = "canary-in-a-report"
FAULTS: dict[str, Break | Reply | After] = {
    "never came": Break.NO_CONNECTION,
    "reset before": Break.RESET,
    "reset after": After(Break.RESET),
    "cut short after": After(Break.CUT_SHORT),
    "timeout after": After(Break.TIMEOUT),
    "bad gateway after": After(Reply(502)),
    "unavailable": Reply(503, {"retry-after": "1"}),
    "too many": too_many(3),
    "nonsense": Reply(200, {"content-type": "text/html"}, b"<html>Log in</html>"),
    "nonsense after": After(Reply(200, {"content-type": "text/html"}, b"<html>Log in</html>")),
}


def said(what: str, mark: str) -> Text:
    return Text((Paragraph(words(f"{what} {SECRET}")),), mark)


def script() -> list[JiraAction]:
    def new(about: str) -> CreateTicket:
        return CreateTicket(
            about=about,
            marks=(LABEL, f"onefold-{about}"),
            project="SEC",
            issue_type="Task",
            summary=f"{about} {SECRET}",
            text=said("One", f"onefold:ticket v1 {about} 0"),
            priority="Unheard",
            labels=("onefold",),
        )

    return [
        new("F-1"),
        new("F-2"),
        EditTicket(ticket="SEC-1", summary="Now", text=said("Two", "onefold:ticket v1 F-1 1"), add_labels=("more",)),
        CommentTicket("SEC-1", said("Still", "onefold:reminder v1 2026-11-22")),
        MoveTicket("SEC-1", "done", said("Fixed", "onefold:closed v1 2026-11-22"), ("Done",)),
        MoveTicket("SEC-1", "reopen", said("Back", "onefold:reopened v1 2026-11-23")),
    ]


def run(desk: Desk, actions: list[JiraAction]) -> tuple[list[JiraAction], list[ServiceError]]:
    """One run after another sink's: what failed is left for the next."""
    sink = desk.again()
    left: list[JiraAction] = []
    errors: list[ServiceError] = []
    try:
        sink.observe(Sought(LABEL))
    except ServiceError as error:
        return actions, [error]
    for action in actions:
        if left:  # the actions of this script need those before them
            left.append(action)
            continue
        try:
            sink.apply(action)
        except ServiceError as error:
            left.append(action)
            errors.append(error)
    return left, errors


def picture(desk: Desk) -> list[Any]:
    """What stands there in the end, without times and numbers."""
    return [
        (each.key, each.status, each.resolution, [made["body"] for made in each.comments], each.fields)
        for each in desk.world.tickets
    ]


CASES = [*((World, kind) for kind in FAULTS), *((data_center, kind) for kind in ("reset after", "too many"))]


@pytest.mark.parametrize(("make", "kind"), CASES)
def test_a_fault_at_each_call(make: Callable[[], World], kind: str) -> None:
    """Whichever call fails, in whatever way: nothing is doubled, nothing is lost, and no error tells a secret."""
    whole = Desk(make())
    whole.world.workflow = CLASSIC
    assert run(whole, script()) == ([], [])
    wanted, calls = picture(whole), len(whole.wire.calls)
    assert calls > 20
    for number in range(calls):
        desk = Desk(make())
        desk.world.workflow = CLASSIC
        desk.world.lag = 4.0 if desk.world.flavour is Flavour.CLOUD else 0.0
        desk.wire.faults = _once(number, FAULTS[kind])
        actions = script()
        for _ in range(3):
            actions, errors = run(desk, actions)
            assert not any(secret in str(error) for error in errors for secret in (SECRET, desk.world.token))
            desk.world.clock.time += 60
        assert actions == []
        assert picture(desk) == wanted, f"{kind} at call {number}"


def _once(at: int, fault: Break | Reply | After) -> Callable[[int, Request], Break | Reply | After | None]:
    return lambda number, _: fault if number == at else None
