"""With which services a run talks: those that are configured, and no others."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from pydantic import SecretStr

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.planning.chat_actions import Service
from aggregator.policy import Policy
from aggregator.run.frame import Frame
from aggregator.run.letters import Letters, Mute, Several
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
    notes: tuple[Diagnostic, ...] = ()


def correspondents(facts: Facts) -> Several:
    """All of them, each with its code brought along only where it is needed."""
    return Several(_configured(facts))


def _configured(facts: Facts) -> Iterator[Letters]:
    if not facts.github.missing:
        from aggregator.run.correspondence import Correspondence  # noqa: PLC0415 - brings the sinks along

        yield Correspondence(facts.around, facts.policy.github, facts.event, facts.frame, facts.github, facts.notes)
    if facts.settings.jira_url:
        from aggregator.run.jira import JiraLetters  # noqa: PLC0415 - brings the sink along

        yield JiraLetters(facts.settings, facts.policy.jira, facts.frame, facts.outside)
    elif facts.settings.jira_token and facts.policy.jira.project and not facts.frame.held:
        yield _unaddressed("Jira", "jira")
    rules = facts.policy.defectdojo
    is_on = rules.mode != "off"
    if facts.settings.defectdojo_url and is_on:
        from aggregator.run.defectdojo import DefectDojoLetters  # noqa: PLC0415 - brings the sink along

        yield DefectDojoLetters(facts.settings, rules, facts.frame.held, facts.outside)
    elif facts.settings.defectdojo_token and is_on and not facts.frame.held:
        yield _unaddressed("DefectDojo", "defectdojo")
    yield from _chats(facts)  # the last: what others did is news


def _unaddressed(service: str, key: str) -> Mute:
    reason, step = f"There is a token for {service}, but no address: it is left alone.", f"Set {key}-url."
    return Mute(Diagnostic(f"{key}-without-address", Level.WARNING, service, reason, step))


def _chats(facts: Facts) -> Iterator[Letters]:
    addresses: dict[Service, SecretStr] = {"slack": facts.settings.slack_webhook, "teams": facts.settings.teams_webhook}
    for service, secret in addresses.items():
        if secret:
            from aggregator.run.chat import Chatter  # noqa: PLC0415 - as above

            yield Chatter(service, secret, facts.policy, facts.frame, facts.memory, facts.around, facts.outside)
