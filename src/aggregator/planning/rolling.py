"""Where the rolling issue stands: no finding names it as its ticket, so the state remembers it by itself."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from aggregator.model.state import State, Telling
from aggregator.planning.actions import Action
from aggregator.planning.github_actions import OpenIssue
from aggregator.planning.plan import Delivery, Receipt
from aggregator.writers.issue_marks import ROLLING

_CHANNEL = "github-rolling-issue"


def rolling_in(state: State) -> str:
    """Its address; empty where nothing is remembered."""
    return next((telling.digest for telling in state.told if telling.channel == _CHANNEL), "")


def remember_rolling(state: State, seen: str, actions: Iterable[Action], receipts: Iterable[Receipt]) -> State:
    """The state after a run that saw it there, or opened it; what is there no more is forgotten."""
    opened = {action.key for action in actions if isinstance(action, OpenIssue) and action.issue == ROLLING}
    places = (each.place for each in receipts if each.key in opened and each.delivery is Delivery.DONE)
    url = next(places, seen)
    others = (telling for telling in state.told if telling.channel != _CHANNEL)
    now = (Telling(_CHANNEL, state.at, url),) if url else ()
    return replace(state, told=tuple(sorted((*others, *now))))
