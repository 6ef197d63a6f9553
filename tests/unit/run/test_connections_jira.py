"""Jira among the services that a run can be tried with before it runs."""

from __future__ import annotations

from pydantic import SecretStr

from aggregator.policy import Policy
from aggregator.policy.jira import Jira
from aggregator.run.connections import Asked, connections
from aggregator.run.outside import Outside
from aggregator.settings import Settings, Surroundings
from tests.fakes.jira.wire import JiraWire
from tests.fakes.jira.world import World


def asked(world: World, url: str) -> Asked:
    settings = Settings(jira_url=url, jira_user=world.access.user, jira_token=SecretStr(world.token))
    outside = Outside(wire=lambda: JiraWire(world), clock=lambda: world.clock)
    return Asked(settings, Surroundings(), Policy(jira=Jira(project="SEC")), outside)


def test_jira_is_asked_where_it_is_configured() -> None:
    """With an address Jira is asked who we are and for the project; without one there is nothing to ask."""
    world = World()
    (connection,) = connections(asked(world, world.url))
    assert connection.service == "Jira"
    assert connection.ask() == "Jira Cloud: logged in as Onefold, tickets go to SEC."
    assert connections(asked(world, "")) == ()
