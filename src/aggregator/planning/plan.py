"""A plan: what one run wants done, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic
from aggregator.planning.actions import Action, SaveState
from aggregator.planning.chat_actions import PostMessage


class Held(Struct, frozen=True):
    """An action that will not be taken, and why."""

    action: Action
    reason: str

    def sentence(self) -> str:
        """What will not happen, for a person."""
        return f"not: {self.action.sentence()} ({self.reason})"


def held_together(actions: Sequence[Action], reason: str) -> tuple[Held, ...]:
    """One line for all that is held for one reason: it may be said in every run."""
    more = len(actions) - 1
    too = f"; {more} more {'is' if more == 1 else 'are'} held for the same reason" if more > 0 else ""
    return (Held(actions[0], f"{reason}{too}"),) if actions else ()


class Proposal(Struct, frozen=True):
    """What one part of a run wants done, what it will not do, and what is to be said about it."""

    actions: tuple[Action, ...] = ()
    held: tuple[Held, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


class Plan(Struct, frozen=True):
    """Everything one run wants done, in the order in which it is done; the state comes last."""

    actions: tuple[Action, ...]
    held: tuple[Held, ...] = ()

    @property
    def deeds(self) -> tuple[Action, ...]:
        """Everything but the saving: what it learns is remembered."""
        return tuple(action for action in self.actions if not isinstance(action, SaveState))

    @property
    def saving(self) -> tuple[Action, ...]:
        """The saving of the state, when there is one."""
        return tuple(action for action in self.actions if isinstance(action, SaveState))

    def sentences(self) -> tuple[str, ...]:
        """The whole plan in words, with the text of messages as it would be sent; held actions at the end."""
        said = (line for action in self.actions for line in _said(action))
        return (*said, *(held.sentence() for held in self.held))


def _said(action: Action) -> Iterator[str]:
    yield action.sentence()
    if isinstance(action, PostMessage):
        yield f"by the webhook {action.webhook}: {action.body}"


class Delivery(StrEnum):
    """How an action ended."""

    DONE = "done"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    """There is no such service here, and never was: a warning, because no run after this one will do better."""


class Receipt(Struct, frozen=True):
    """What became of one action.

    Attributes:
        reason: why it failed, one sentence; empty when it was done.
        place: where the thing is now, a path or an address; empty for what is nowhere.
    """

    key: str
    delivery: Delivery
    reason: str = ""
    place: str = ""
