"""Two exports of one scan, in two formats: every row of the one stands in the other, under the same rule."""

from __future__ import annotations

from aggregator.dedupe.correlation.compatibility.agreement import Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.places import is_whole_file, regions_meet
from aggregator.dedupe.correlation.compatibility.rules import same_rule_same_place
from aggregator.model.location import Location
from aggregator.model.result import Result


def compare_exports(a: Result, b: Result, ours: Location, theirs: Location) -> Agreement | Refusal:
    """Compare two results of one tool in two formats: nothing but the same rule in the same place will do."""
    if a.secret and b.secret and a.secret != b.secret:
        return Refusal("different secret values")
    if a.resource is not None and b.resource is not None and a.resource.uid != b.resource.uid:
        return Refusal("different resources")
    if not is_whole_file(ours, theirs) and not regions_meet(ours, theirs):
        return Refusal("the flagged regions do not meet")
    return same_rule_same_place(a, b)
