"""``onefold check --connections``: whether the services that are configured can be used."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.cli.screen import Screen
from aggregator.model.errors import OnefoldError
from aggregator.run.connections import Asked, connections
from aggregator.run.exits import Exit
from aggregator.run.gather import read_rules
from aggregator.run.outside import INTERNET, Outside
from aggregator.run.words import harmless
from aggregator.settings import from_arguments, job_token, surroundings

_ADDRESSES = "Whatever the policy says, each needs an address: ONEFOLD_JIRA_URL, ONEFOLD_SLACK_WEBHOOK and the like."


def check_connections(said: Mapping[str, object], screen: Screen, outside: Outside = INTERNET) -> Exit:
    """Ask each service once, one line for each. Raises ``UsageError`` for settings that cannot be understood."""
    settings = from_arguments(said).model_copy(update={"token": job_token()})
    asked = connections(Asked(settings, surroundings(), read_rules(settings).policy, outside))
    failed = 0
    for connection in asked:
        try:
            screen.say(f"{connection.service}: {harmless(connection.ask())}")
        except OnefoldError as error:
            failed += 1
            screen.warn(f"{connection.service}: {harmless(str(error))}")
    if not asked:
        screen.say(f"No service is configured, so there is nothing to try. {_ADDRESSES}")
    return Exit.DELIVERY if failed else Exit.OK
