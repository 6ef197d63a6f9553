"""Several remembered findings that turned out to be one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from aggregator.lifecycle.step import Step
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Decision, Disposition, Transition
from aggregator.model.overruled import overruling, words_in
from aggregator.model.state import Tracked


def unite(known: Sequence[Tracked], step: Step) -> Tracked:
    """One memory: open if any was, the earliest clock, everybody's tickets and history, the strictest decision.

    Only decisions that somebody made are compared: neither nobody's silence nor tools that agree outweigh a word. Where
    the decision is not what was thought of each of them, the history says whose it is. When it ends, what was decided
    about the others holds.
    """
    if len(known) == 1:
        return known[0]
    known = sorted(known, key=_seniority)
    first = known[0]
    alive = [each for each in known if (each.closed_at is None) == (first.closed_at is None)]
    spoken = [each for each in alive if each.decision.is_spoken]
    judged = min(spoken or alive, key=lambda each: each.decision.disposition.strictness)
    history = sorted({line for each in known for line in each.history}, key=lambda line: (line.at, line.to))
    return replace(
        first,
        first_seen=min(each.first_seen for each in known),
        clock_start=min(each.clock_start for each in alive),
        sightings=tuple(sighting for each in alive for sighting in each.sightings),
        decision=_over(judged.decision, alive),
        history=(*history, *_change(judged, alive, step)),
        upload=next((each.upload for each in known if each.upload is not None), None),
        tickets=tuple(sorted({ticket for each in known for ticket in each.tickets})),
    )


def disagreement(known: Sequence[Tracked]) -> tuple[Diagnostic, ...]:
    """Say aloud when people had decided differently about what is now one finding."""
    alive = [each for each in known if each.closed_at is None]
    decided = {each.decision.disposition for each in alive if each.decision.is_spoken}
    if len(decided) < 2:  # noqa: PLR2004 - one word, or none: nobody disagrees
        return ()
    words = sorted(decided, key=lambda disposition: disposition.strictness)
    return (
        Diagnostic(
            "decisions-differ",
            Level.WARNING,
            min(known, key=_seniority).id,
            f"Findings that are one now were decided differently ({', '.join(words)}); {words[0]} holds.",
            "Decide about it again.",
        ),
    )


def _over(decision: Decision, alive: Sequence[Tracked]) -> Decision:
    """The decision over what was decided about the others; that one is open outweighs every word for good."""
    if decision.disposition is Disposition.OPEN:
        return decision
    return overruling(decision, (word for each in alive for word in words_in(each.decision)))


def _seniority(tracked: Tracked) -> tuple[bool, datetime, str]:
    """Open before closed; of those the one seen first."""
    return (tracked.closed_at is not None, tracked.first_seen, tracked.id)


def _change(judged: Tracked, alive: Sequence[Tracked], step: Step) -> tuple[Transition, ...]:
    """The line of history for a decision that now holds for what it was not made about."""
    word = judged.decision.disposition
    others = [each.id for each in alive if each.decision.disposition is not word]
    if not others:
        return ()
    return (step.transition(word.value, f"Decided about {judged.id}, which is one with {', '.join(others)} now."),)
