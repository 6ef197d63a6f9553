"""Who is told what after a run, and what the state remembers of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.news import News, Story
from aggregator.model.outcome import Outcome
from aggregator.model.state import State
from aggregator.planning.chat_actions import PostMessage, Service, channel_of
from aggregator.planning.news import gather_news
from aggregator.planning.tellings import Past, arrived, lost, past_of
from aggregator.planning.troubles import still_failing
from aggregator.policy import Policy
from aggregator.policy.chat import Audience
from aggregator.state.settle import Learned
from aggregator.writers.digest import Digest, write_digest
from aggregator.writers.slack_blocks import render_slack
from aggregator.writers.teams_card import render_teams

_RENDERERS: dict[Service, Callable[[Digest], bytes]] = {"slack": render_slack, "teams": render_teams}


class Told(Struct, frozen=True):
    """One channel in one run: what it knew, what is news to it, and the message, where there are any news.

    Attributes:
        write: makes the message of news.
    """

    channel: str
    past: Past
    news: News
    message: PostMessage | None
    write: Callable[[News], PostMessage]


def plan_chat(
    service: Service, outcome: Outcome, previous: State | None, policy: Policy, run_url: str = ""
) -> tuple[Told, ...]:
    """What every route of a service is told: one message each, and none where nothing changed."""
    chat = policy.slack if service == "slack" else policy.teams
    return tuple(
        _told(service, audience, outcome, previous, policy, run_url)
        for audience in chat.audiences(outcome.context.line)
    )


def _told(
    service: Service, audience: Audience, outcome: Outcome, previous: State | None, policy: Policy, run_url: str
) -> Told:
    channel = channel_of(service, audience.name)
    past = past_of(outcome.state.told, channel)
    news = gather_news(outcome, audience, past, previous, policy)
    write = partial(_written, service, audience, outcome, run_url)
    return Told(channel, past, news, None if news.is_silent else write(news), write)


def _written(service: Service, audience: Audience, outcome: Outcome, run_url: str, news: News) -> PostMessage:
    digest = write_digest(news, outcome, audience.most, run_url)
    return PostMessage(
        service=service,
        route=audience.name,
        webhook=audience.webhook,
        headline=digest.headline,
        body=_RENDERERS[service](digest).decode("ascii"),
    )


def link_tickets(told: Told, opened: Iterable[Learned]) -> PostMessage:
    """The message with links to the tickets that were opened since it was planned."""
    tickets: defaultdict[str, list[str]] = defaultdict(list)
    for each in opened:
        for finding in each.findings:
            tickets[finding].append(each.ticket)
    stories = tuple(
        Story(story.topic, tuple(_linked(each, tickets[each.id]) for each in story.findings))
        for story in told.news.stories
    )
    return told.write(replace(told.news, stories=stories))


def _linked(finding: Finding, tickets: list[str]) -> Finding:
    return replace(finding, tickets=tuple(dict.fromkeys((*finding.tickets, *tickets))))


def remember_told(
    state: State, told: Iterable[Told], outcome: Outcome, done: frozenset[str], unsure: frozenset[str]
) -> State:
    """The state with what each channel knows now.

    Args:
        state: as it is about to be saved.
        told: what was planned.
        outcome: of the run.
        done: keys of the messages that arrived.
        unsure: keys of those that may have.
    """
    for each in told:
        message, news = each.message, each.news
        if message is None or message.key in done:
            failing = still_failing(each.past.failing, outcome) | {trouble.key for trouble in news.troubles}
            state = replace(state, told=arrived(state, each.channel, failing))
        else:
            news = replace(news, is_repeat=news.is_repeat or message.key in unsure)
            state = replace(state, told=lost(state, each.channel, news))
    return state
