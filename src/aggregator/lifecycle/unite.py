"""Several remembered findings that turned out to be one."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.state import Tracked


def unite(known: Sequence[Tracked]) -> Tracked:
    """One memory: open if any was, the earliest clock, everybody's tickets and history, the strictest decision."""
    if len(known) == 1:
        return known[0]
    known = sorted(known, key=lambda each: (each.closed_at is not None, each.first_seen, each.id))
    first = known[0]
    alive = [each for each in known if (each.closed_at is None) == (first.closed_at is None)]
    return replace(
        first,
        first_seen=min(each.first_seen for each in known),
        clock_start=min(each.clock_start for each in alive),
        sightings=tuple(sighting for each in alive for sighting in each.sightings),
        decision=min((each.decision for each in alive), key=lambda decision: decision.disposition.strictness),
        history=tuple(sorted({step for each in known for step in each.history}, key=lambda step: (step.at, step.to))),
        upload=next((each.upload for each in known if each.upload is not None), None),
        tickets=tuple(sorted({ticket for each in known for ticket in each.tickets})),
    )


def disagreement(known: Sequence[Tracked]) -> tuple[Diagnostic, ...]:
    """Say aloud when people had decided differently about what is now one finding."""
    decided = {each.decision.disposition for each in known if each.closed_at is None}
    if len(decided) < 2:  # noqa: PLR2004 - one word, or none: nobody disagrees
        return ()
    words = sorted(decided, key=lambda disposition: disposition.strictness)
    return (
        Diagnostic(
            "decisions-differ",
            Level.WARNING,
            unite(known).id,
            f"Findings that are one now were decided differently ({', '.join(words)}); {words[0]} holds.",
            "Decide about it again.",
        ),
    )
