import pytest

from aggregator.model.errors import UsageError
from aggregator.policy import Policy, read_policy
from aggregator.run.connections import Asked, connections
from aggregator.run.outside import Outside
from aggregator.settings import Settings, Surroundings
from aggregator.transport.exchange import Reply, Request
from tests.fakes.chat import SLACK, TEAMS, ChatWire
from tests.fakes.github.clock import FakeClock

NONE = Surroundings()
JOB = Surroundings(actions=True, repository="octo/shop")


class Repository:
    """A GitHub that has one repository."""

    def send(self, _request: Request) -> Reply:
        """Its entry."""
        return Reply(200, {}, b'{"full_name": "octo/shop"}')


def said(around: Surroundings = NONE, policy: Policy | None = None, **fields: object) -> dict[str, str]:
    """What each service answers; nothing is sent to any chat."""
    wire = ChatWire()
    outside = Outside(wire=Repository if "token" in fields else lambda: wire, clock=FakeClock)
    asked = Asked(Settings.model_validate(fields), around, policy or Policy.default(), outside)
    answers = {each.service: each.ask() for each in connections(asked)}
    assert wire.calls == []
    return answers


def test_nothing_is_configured() -> None:
    """Without an address or a token there is nothing to ask."""
    assert said() == {}


def test_a_token_is_tried_in_a_job() -> None:
    """The token is tried on the job's repository; outside a job nobody knows on which."""
    assert said(JOB, token="x") == {"GitHub": "The token reads public repository octo/shop."}
    assert said(NONE, token="x") == {}


def test_addresses_are_looked_at_and_not_used() -> None:
    """Of a webhook only the address's form is told, without the address, for every use of it would be seen."""
    answers = said(slack_webhook=SLACK, teams_webhook=TEAMS)
    assert answers == {
        "Slack": (
            "default looks like a webhook of Slack. It was not tried: a message in the channel is the only way to."
        ),
        "Microsoft Teams": (
            "default looks like a webhook of Microsoft Teams. "
            "It was not tried: a message in the channel is the only way to."
        ),
    }


def test_an_odd_host_is_told() -> None:
    """An address of another host than the service's is told, and so is one that no route uses."""
    answers = said(slack_webhook=f"default={TEAMS}\nspare={SLACK}")
    assert answers["Slack"].startswith(
        "default has another host than webhooks of Slack have, spare looks like a webhook of Slack. "
        "slack-webhook: No route uses the webhook spare."
    )
    assert "cAnArY" not in answers["Slack"]


def test_a_route_without_an_address_is_told() -> None:
    """What a run would refuse at its start is refused here."""
    policy = read_policy("slack: {routes: [{name: cloud}]}", "onefold.yml")
    with pytest.raises(UsageError, match="The route cloud of Slack goes to the webhook cloud"):
        said(policy=policy, slack_webhook=SLACK)
