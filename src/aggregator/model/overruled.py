"""The words that are remembered about one finding: the decision, and what it overrules.

They are remembered apart because each of them ends by itself, and because a run may not hear all places where people
decide: what was said where it does not listen holds on, also when it was not the strictest.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from aggregator.model.finding import AGREEMENT, Decision

EXCEPTIONS = "exceptions"
"""The origin of a decision that the exceptions file made."""
MOST_OVERRULED = 8
"""More than there are places where something is decided."""

_FOUND_ANEW = frozenset({"", EXCEPTIONS, AGREEMENT})


def is_found_anew(decision: Decision) -> bool:
    """Whether every run finds it by itself, or nobody made it: then there is nothing to remember."""
    return decision.origin in _FOUND_ANEW


def words_in(decision: Decision) -> tuple[Decision, ...]:
    """The decision and what it overrules, each alone. What was undone overrules nothing."""
    if not decision.overruled:
        return (decision,)
    own = replace(decision, overruled=())
    return (own, *decision.overruled) if decision.origin else (own,)


def words_by(decision: Decision, origin: str) -> tuple[Decision, ...]:
    """Those of them that were said in one place."""
    return tuple(word for word in words_in(decision) if word.origin == origin)


def overruling(decision: Decision, words: Iterable[Decision]) -> Decision:
    """The decision over these words: it remembers those that no run finds by itself, each once."""
    own = replace(decision, overruled=())
    others = {_undated(word): word for word in words if not is_found_anew(word)}
    others.pop(_undated(own), None)
    return replace(own, overruled=tuple(sorted(others.values(), key=rank)[:MOST_OVERRULED])) if others else own


def rank(decision: Decision) -> tuple[int, str, str, str, str, str, str]:
    """The strictest first, then the one that ends first; the texts only settle the order."""
    ends, since = ("~" if each is None else each.isoformat() for each in (decision.expires_at, decision.decided_at))
    return (
        decision.disposition.strictness,
        ends,
        decision.origin,
        decision.author,
        decision.reason,
        decision.justification,
        since,
    )


def _undated(word: Decision) -> Decision:
    """What tells words apart: one that was read again may have lost its date, or have got one."""
    return replace(word, decided_at=None, overruled=())
