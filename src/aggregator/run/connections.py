"""Whether the services that are configured can be reached, asked without leaving a trace where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlsplit

from msgspec import Struct

from aggregator.model.state import Line
from aggregator.planning.chat_actions import SERVICES, Service
from aggregator.policy import Policy
from aggregator.run.frame import UNNAMED
from aggregator.run.outside import Outside
from aggregator.settings import Settings, Surroundings
from aggregator.transport.session import Session

_SLACK_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
_TEAMS_HOSTS = (".logic.azure.com", ".api.powerplatform.com", ".webhook.office.com")
_UNTRIED = "It was not tried: a message in the channel is the only way to."


class Connection(Struct, frozen=True):
    """One service that is configured, and how it is asked.

    Attributes:
        service: what people call it.
        ask: asks it, changing nothing there, and says in one sentence what was found; raises ``OnefoldError``.
    """

    service: str
    ask: Callable[[], str]


class Asked(Struct, frozen=True):
    """What may be asked: the fields mean what they mean for a run."""

    settings: Settings
    around: Surroundings
    policy: Policy
    outside: Outside


def connections(asked: Asked) -> tuple[Connection, ...]:
    """Every service that is configured; each new one adds a line here."""
    return (*_github(asked), *_jira(asked), *_defectdojo(asked), *_chats(asked))


def _github(asked: Asked) -> Iterator[Connection]:
    token = asked.settings.token.get_secret_value()
    if not token or not asked.around.repository:
        return

    def ask() -> str:
        from aggregator.sinks.github.connection import check_connection  # noqa: PLC0415 - only needed here

        session = Session(asked.outside.wire(), asked.outside.clock())
        return check_connection(session, asked.around.api_url, asked.around.repository, token)

    yield Connection("GitHub", ask)


def _jira(asked: Asked) -> Iterator[Connection]:
    settings, rules = asked.settings, asked.policy.jira
    if not settings.jira_url:
        return

    def ask() -> str:
        from aggregator.run.jira import access_of  # noqa: PLC0415 - brings the sink along
        from aggregator.sinks.jira.client import JiraClient  # noqa: PLC0415 - as above
        from aggregator.sinks.jira.connection import check_connection  # noqa: PLC0415 - as above

        client = JiraClient(Session(asked.outside.wire(), asked.outside.clock()), access_of(settings))
        return check_connection(client, rules.project, rules.issue_type)

    yield Connection("Jira", ask)


def _defectdojo(asked: Asked) -> Iterator[Connection]:
    settings, rules = asked.settings, asked.policy.defectdojo
    if not settings.defectdojo_url or rules.mode == "off":
        return

    def ask() -> str:
        from aggregator.run.defectdojo import open_api  # noqa: PLC0415 - brings the sink along
        from aggregator.sinks.defectdojo import check_connection  # noqa: PLC0415 - as above

        return check_connection(open_api(settings, rules, asked.outside))

    yield Connection("DefectDojo", ask)


def _chats(asked: Asked) -> Iterator[Connection]:
    given: dict[Service, str] = {
        "slack": asked.settings.slack_webhook.get_secret_value(),
        "teams": asked.settings.teams_webhook.get_secret_value(),
    }
    for service, text in given.items():
        if text:
            yield Connection(SERVICES[service], partial(_of_chat, service, text, asked))


def _of_chat(service: Service, text: str, asked: Asked) -> str:
    """What can be said of addresses without using them."""
    from aggregator.run.chat import match_webhooks  # noqa: PLC0415 - brings the sink along
    from aggregator.settings.webhooks import read_webhooks  # noqa: PLC0415 - as above

    addresses = read_webhooks(text)
    product = asked.settings.product or asked.policy.product or asked.around.repository or UNNAMED
    unused = match_webhooks(service, addresses, asked.policy, Line(product))
    said = [f"{name} {_looks(service, address)}" for name, address in sorted(addresses.items())]
    return " ".join((f"{', '.join(said)}.", *(each.sentence() for each in unused), _UNTRIED))


def _looks(service: Service, address: str) -> str:
    """Whether an address is like those that the service gives; the host alone is looked at, and not told."""
    host = urlsplit(address).hostname or ""
    known = host in _SLACK_HOSTS if service == "slack" else host.endswith(_TEAMS_HOSTS)
    name = SERVICES[service]
    return f"looks like a webhook of {name}" if known else f"has another host than webhooks of {name} have"
