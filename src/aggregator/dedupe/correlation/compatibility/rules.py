"""The rules of two results, compared by every name they go by."""

from __future__ import annotations

from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.places import place_inputs, start_of
from aggregator.model.result import Result


def shared_rule(a: Result, b: Result) -> str:
    """A name that both rules go by; empty when there is none."""
    return min(set(_names(a)) & set(_names(b)), default="")


def same_rule_same_place(a: Result, b: Result) -> Agreement | Refusal:
    """The same rule on the same first line; a file without a line counts as its first."""
    shared = shared_rule(a, b)
    if not shared:
        return Refusal("different rules")
    if a.location is not None and b.location is not None and (start_of(a) or 1) != (start_of(b) or 1):
        return Refusal("different lines")
    return Agreement(CERTAIN, "same-rule-same-place", (*place_inputs(a, b), f"rule {shared}"))


def _names(result: Result) -> tuple[str, ...]:
    return (result.rule_id, *result.rule_aliases)
