"""Secrets in files: the same value, or the same kind of secret, where the flagged regions meet."""

from __future__ import annotations

from aggregator.dedupe.compatibility.agreement import CERTAIN, HIGH, Agreement, Refusal
from aggregator.dedupe.compatibility.places import place_inputs, regions_meet, start_of
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.location import Location
from aggregator.model.result import Result


def compare_credentials(
    a: Result,
    b: Result,
    ours: Location,
    theirs: Location,
    knowledge: Knowledge,  # noqa: ARG001
) -> Agreement | Refusal:
    """Compare two results that both say there is a secret in one file."""
    if a.secret and b.secret and a.secret != b.secret:
        return Refusal("different secret values")
    if not regions_meet(ours, theirs):
        return Refusal("the flagged regions do not meet")
    where = place_inputs(a, b)
    if a.secret and a.secret == b.secret:
        return Agreement(CERTAIN, "same-secret-same-place", where)
    tier = CERTAIN if start_of(a) == start_of(b) else HIGH
    return Agreement(tier, "same-place-same-weakness", (*where, "weakness hardcoded-credential"))
