"""Whether Jira can be used as it is configured, said in one sentence."""

from __future__ import annotations

import pytest

from aggregator.model.errors import ServiceError
from aggregator.sinks.jira.connection import check_connection
from aggregator.transport.exchange import Reply
from tests.fakes.jira.desk import Desk, data_center
from tests.fakes.jira.world import World


def test_a_good_connection_is_told() -> None:
    """Who we are and where tickets go, for three calls and no change."""
    for world, flavour in ((World(), "Cloud"), (data_center(), "Data Center")):
        desk = Desk(world)
        said = check_connection(desk.client, "SEC", "Task")
        assert said == f"Jira {flavour}: logged in as Onefold, tickets go to SEC."
        assert desk.wire.asked == ["GET myself", "GET project/SEC", "GET mypermissions"]


@pytest.mark.parametrize(
    ("project", "issue_type", "words"),
    [
        ("", "Task", "names no project"),
        ("NOPE", "Task", "look up the project NOPE"),
        ("OPS", "Task", "is archived"),
        ("SEC", "Saga", "no type of ticket"),
    ],
)
def test_what_would_fail_is_told(project: str, issue_type: str, words: str) -> None:
    """A project or type that is not there is an error with a next step."""
    desk = Desk()
    desk.world.projects["OPS"] = "archived"
    with pytest.raises(ServiceError, match=words) as raised:
        check_connection(desk.client, project, issue_type)
    assert raised.value.next_step


def test_permissions_that_are_missing_are_named() -> None:
    """What the account may not do is told before a run finds out; a Jira that does not tell is no obstacle."""
    for world in (World(), data_center()):
        desk = Desk(world)
        desk.world.may -= {"create", "comment"}
        with pytest.raises(ServiceError, match="create issues, add comments") as raised:
            check_connection(desk.client, "SEC", "task")
        assert raised.value.next_step
        desk.wire.faults = lambda _, request: Reply(404) if "mypermissions" in request.url else None
        assert check_connection(desk.client, "SEC", "task").endswith("tickets go to SEC.")
        desk.wire.faults = lambda _, request: Reply(500) if "mypermissions" in request.url else None
        with pytest.raises(ServiceError, match="500"):
            check_connection(desk.client, "SEC", "task")
