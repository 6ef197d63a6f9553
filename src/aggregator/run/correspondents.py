"""With which services a run talks: those that are configured, and no others."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from pydantic import SecretStr

from aggregator.planning.chat_actions import Service
from aggregator.policy import Policy
from aggregator.run.frame import Frame
from aggregator.run.letters import Letters, Several
from aggregator.run.memory import Memory
from aggregator.run.outside import GitHub, Outside
from aggregator.runner.event import Event
from aggregator.settings import Settings, Surroundings


class Facts(Struct, frozen=True):
    """What every correspondent may know about the run."""

    settings: Settings
    around: Surroundings
    policy: Policy
    event: Event
    frame: Frame
    github: GitHub
    outside: Outside
    memory: Memory


def correspondents(facts: Facts) -> Several:
    """All of them, each with its code brought along only where it is needed."""
    return Several(_configured(facts))


def _configured(facts: Facts) -> Iterator[Letters]:
    if not facts.github.missing:
        from aggregator.run.correspondence import Correspondence  # noqa: PLC0415 - brings the sinks along

        yield Correspondence(facts.settings, facts.around, facts.policy.github, facts.event, facts.frame, facts.github)
    if facts.settings.jira_url:
        from aggregator.run.jira import JiraLetters  # noqa: PLC0415 - brings the sink along

        yield JiraLetters(facts.settings, facts.policy.jira, facts.frame, facts.outside)
    rules = facts.policy.defectdojo
    if facts.settings.defectdojo_url and rules.mode != "off":
        from aggregator.run.defectdojo import DefectDojoLetters  # noqa: PLC0415 - brings the sink along

        yield DefectDojoLetters(facts.settings, rules, facts.frame.held, facts.outside)
    yield from _chats(facts)  # the last: what others did is news


def _chats(facts: Facts) -> Iterator[Letters]:
    addresses: dict[Service, SecretStr] = {"slack": facts.settings.slack_webhook, "teams": facts.settings.teams_webhook}
    for service, secret in addresses.items():
        if secret:
            from aggregator.run.chat import Chatter  # noqa: PLC0415 - as above

            yield Chatter(service, secret, facts.policy, facts.frame, facts.memory, facts.around, facts.outside)
