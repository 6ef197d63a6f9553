"""Misconfigurations in code: the same control on the same resource, where the flagged regions meet."""

from __future__ import annotations

from aggregator.dedupe.compatibility.agreement import Agreement, Refusal
from aggregator.dedupe.compatibility.code import compare_code
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.location import Location
from aggregator.model.result import Result


def compare_configuration(
    a: Result, b: Result, ours: Location, theirs: Location, knowledge: Knowledge
) -> Agreement | Refusal:
    """Compare two results of which at least one is a misconfiguration, in one file."""
    if a.resource is not None and b.resource is not None and a.resource.uid != b.resource.uid:
        return Refusal("different resources")
    return compare_code(a, b, ours, theirs, knowledge)
