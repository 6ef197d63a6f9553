"""A run's message to Slack and to Microsoft Teams: what happened since the last one that arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from pydantic import SecretStr

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import UsageError
from aggregator.model.outcome import Outcome
from aggregator.model.state import Line, State
from aggregator.model.statement import NOTHING_SAID, Statements
from aggregator.planning.chat import Told, link_tickets, plan_chat, remember_told
from aggregator.planning.chat_actions import SERVICES, PostMessage, Service
from aggregator.planning.plan import Delivery, Proposal, Receipt
from aggregator.policy.policy import Policy
from aggregator.run.deliver import Sink
from aggregator.run.frame import Frame, run_page
from aggregator.run.letters import OneWay, Opened
from aggregator.run.memory import Memory
from aggregator.run.outside import Outside
from aggregator.settings import Surroundings
from aggregator.settings.webhooks import read_webhooks
from aggregator.sinks.chat import ChatSink
from aggregator.transport.session import Session


class Chatter(OneWay):
    """One service's part of a run. It hears nothing: a webhook can be written to and not read.

    Nobody is told about a change that is not on the branch yet, nor by a run that remembers nothing: what it told, the
    next one would tell again.

    Raises ``UsageError`` when a route is to use an address that nobody gave.
    """

    def __init__(
        self,
        service: Service,
        addresses: SecretStr,
        policy: Policy,
        about: Frame,
        memory: Memory,
        around: Surroundings,
        outside: Outside,
    ) -> None:
        self._service = service
        self._policy = policy
        self._memory = memory
        self._around = around
        self._outside = outside
        self._addresses = read_webhooks(addresses.get_secret_value())
        self._unused = match_webhooks(service, self._addresses, policy, about.context.line)
        self._previous: State | None = None
        self._told: tuple[Told, ...] = ()
        self._outcome: Outcome | None = None
        self._opened: Opened = tuple

    def listen(self, state: State | None) -> Statements:
        """Nothing; but what was known before this run tells what is news after it."""
        self._previous = state
        return NOTHING_SAID

    def propose(self, outcome: Outcome) -> Proposal:
        """One message for each route that has something to be told."""
        if outcome.context.is_change or outcome.context.is_past_unread or outcome.is_blank or self._memory.held:
            return Proposal()
        if self._memory.store is None:
            return Proposal(notes=(self._forgetful(),))
        self._outcome = outcome
        self._told = plan_chat(self._service, outcome, self._previous, self._policy, run_page(self._around))
        messages = tuple(each.message for each in self._told if each.message is not None)
        return Proposal(messages, notes=self._unused)

    def sinks(self, _outcome: Outcome, opened: Opened) -> tuple[Sink, ...]:
        """Who posts them."""
        self._opened = opened
        return (self._sink,)

    def settled(self, state: State, receipts: Iterable[Receipt]) -> State:
        """The state with what every channel has been told."""
        if self._outcome is None:
            return state
        done = frozenset(receipt.key for receipt in receipts if receipt.delivery is Delivery.DONE)
        return remember_told(state, self._told, self._outcome, done, frozenset(self._sink.unsure))

    @cached_property
    def _sink(self) -> ChatSink:
        session = Session(self._outside.wire(), self._outside.clock())
        return ChatSink(session, self._service, self._addresses, self._linked)

    def _linked(self, message: PostMessage) -> PostMessage:
        """A message as it is posted: trackers come first, so what they opened has an address by then."""
        told = next(each for each in self._told if each.message == message)
        return link_tickets(told, self._opened())

    def _forgetful(self) -> Diagnostic:
        return Diagnostic(
            "chat-without-memory",
            Level.WARNING,
            SERVICES[self._service],
            "This run remembers nothing, so it could not know what is news: nobody is told.",
            "Give the state a place that lasts from run to run.",
        )


def match_webhooks(
    service: Service, addresses: Mapping[str, str], policy: Policy, line: Line
) -> tuple[Diagnostic, ...]:
    """A word about addresses that no route uses; raises ``UsageError`` for a route that has none."""
    chat = policy.slack if service == "slack" else policy.teams
    wanted = {audience.webhook: audience.name for audience in chat.audiences(line)}
    for webhook in sorted(wanted.keys() - addresses.keys()):
        raise UsageError(
            f"The route {wanted[webhook]} of {SERVICES[service]} goes to the webhook {webhook}, which has no address.",
            f"Give it as a line {webhook}=https://... of {service}-webhook, or name another under `{service}.routes`.",
        )
    idle = sorted(addresses.keys() - wanted.keys())
    if not idle:
        return ()
    reason = f"No route uses the webhook{'s' if len(idle) > 1 else ''} {', '.join(idle)}."
    step = f"Name it under `{service}.routes`."
    return (Diagnostic("webhook-unused", Level.WARNING, f"{service}-webhook", reason, step),)
