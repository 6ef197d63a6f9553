"""What the state remembers of our issues as a whole: up to when they were heard, and where the rolling one stands.

No finding names the rolling issue as its ticket. And a run that could not read the issues, or not answer, saves a state
all the same: what people said before it has to be read by the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from aggregator.model.state import State, Telling
from aggregator.planning.actions import Action
from aggregator.planning.github_actions import OpenIssue, RemindIssue
from aggregator.planning.plan import Delivery, Receipt
from aggregator.writers.issue_marks import ROLLING, comment_kind

_CHANNEL = "github-issues"


def rolling_in(state: State) -> str:
    """The address of the rolling issue; empty where nothing is remembered."""
    known = _record(state)
    return "" if known is None else known.digest


def heard_until(state: State) -> datetime:
    """When the run was that heard and answered all that people had said; the last one where nothing tells."""
    known = _record(state)
    return state.at if known is None else known.at


def remember_issues(state: State, rolling: str, actions: Iterable[Action], receipts: Iterable[Receipt]) -> State:
    """The state after a run that read the issues; a rolling one that is there no more is forgotten.

    Args:
        state: that is saved.
        rolling: the address of the one that stood there; empty for none.
        actions: that were planned.
        receipts: of what became of them.
    """
    places = {each.key: each.place for each in receipts if each.delivery is Delivery.DONE}
    at, known = state.at, _record(state)
    for action in actions:
        if isinstance(action, OpenIssue) and action.issue == ROLLING:
            rolling = places.get(action.key, rolling)
        if isinstance(action, RemindIssue) and comment_kind(action.body) == "answer" and action.key not in places:
            at = state.at if known is None else known.at
    others = (telling for telling in state.told if telling.channel != _CHANNEL)
    return replace(state, told=tuple(sorted((*others, Telling(_CHANNEL, at, rolling)))))


def _record(state: State) -> Telling | None:
    return next((telling for telling in state.told if telling.channel == _CHANNEL), None)
