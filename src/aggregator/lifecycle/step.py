"""One step in time: what every decision about a finding needs to know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from aggregator.lifecycle.dates import Dates
from aggregator.lifecycle.evidence import Answer, Evidence
from aggregator.model.finding import Sighting, Transition
from aggregator.model.result import Kind
from aggregator.model.state import RunRef
from aggregator.policy import Policy

_ARRIVALS = ("new", "reopened")


class Step(Struct, frozen=True):
    """One run, seen from the lifecycle.

    Attributes:
        dates: days on which reports say that findings were first seen.
        is_retry: a further attempt of the run that left the state; its scans are not one more look.
        lapsed: the findings whose remembered decision holds no longer.
    """

    now: datetime
    run: RunRef
    policy: Policy
    evidence: Evidence
    dates: Dates
    is_retry: bool = False
    lapsed: frozenset[str] = frozenset()

    def transition(self, to: str, reason: str = "") -> Transition:
        """A line of history written in this run."""
        return Transition(self.now, to, self.run.id, reason)

    def came_with(self, history: Iterable[Transition]) -> bool:
        """Whether an earlier attempt of this run found it: asking twice must not turn a red gate green."""
        return self.is_retry and any(past.run == self.run.id and past.to in _ARRIVALS for past in history)

    def needed(self, kind: Kind) -> int:
        """How many covered runs in a row must miss a finding of the kind."""
        return self.policy.closing.misses.of(kind)

    def missed(self, sighting: Sighting, answer: Answer, needed: int) -> Sighting:
        """The sighting after a run that did not report it; misses count only where it was looked for."""
        if not answer.covered or sighting.misses >= needed:
            return sighting
        misses = max(sighting.misses, 1) if self.is_retry else sighting.misses + 1
        return replace(sighting, misses=needed if answer.is_proof else min(misses, needed))
