"""Whether Jira can be used as it is configured, said in one sentence."""

from __future__ import annotations

import pytest

from aggregator.model.errors import ServiceError
from aggregator.sinks.jira.connection import check_connection
from tests.fakes.jira.desk import Desk, data_center
from tests.fakes.jira.world import World


def test_a_good_connection_is_told() -> None:
    """Who we are and where tickets go, for two calls and no change."""
    for world, flavour in ((World(), "Cloud"), (data_center(), "Data Center")):
        desk = Desk(world)
        said = check_connection(desk.client, "SEC", "Task")
        assert said == f"Jira {flavour}: logged in as Onefold, tickets go to SEC."
        assert desk.wire.asked == ["GET myself", "GET project/SEC"]


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
