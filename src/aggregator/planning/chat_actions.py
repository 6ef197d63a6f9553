"""What we tell in a chat, as a value."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Service: TypeAlias = Literal["slack", "teams"]
SERVICES: dict[Service, str] = {"slack": "Slack", "teams": "Microsoft Teams"}
"""The services, and what people call them."""


class PostMessage(Struct, frozen=True, kw_only=True):
    """Post one message, once.

    Attributes:
        route: the policy's name for whom it is for.
        webhook: the name of the address it goes to; the address itself is a secret and stays out of plans.
        headline: what the message says first.
        body: the whole request as it is sent: JSON, ASCII.
    """

    service: Service
    route: str
    webhook: str
    headline: str
    body: str

    @property
    def channel(self) -> str:
        """What the memory calls the route."""
        return channel_of(self.service, self.route)

    @property
    def key(self) -> str:
        """A route is told once in a run."""
        return f"message:{self.channel}"

    def sentence(self) -> str:
        """What will happen, for a person."""
        return f"tell {SERVICES[self.service]} (route {self.route}): {self.headline}"


def channel_of(service: Service, route: str) -> str:
    """What the memory calls a route of a service."""
    return f"{service}:{route}"


ChatAction: TypeAlias = PostMessage
