"""Flaws in code: the same weakness where the flagged regions meet."""

from __future__ import annotations

from aggregator.dedupe.compatibility.agreement import CERTAIN, HIGH, Agreement, Refusal
from aggregator.dedupe.compatibility.places import place_inputs, regions_meet, start_of
from aggregator.dedupe.compatibility.rules import same_rule_same_place, shared_rule
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.location import Location
from aggregator.model.result import Result


def compare_code(a: Result, b: Result, ours: Location, theirs: Location, knowledge: Knowledge) -> Agreement | Refusal:
    """Compare two results of code analysis in one file (``ours`` and ``theirs`` are their places)."""
    if not regions_meet(ours, theirs):
        return Refusal("the flagged regions do not meet")
    one, two = knowledge.weakness(a), knowledge.weakness(b)
    where = place_inputs(a, b)
    if one.name and two.name:
        if one.name != two.name:
            return Refusal(f"different weaknesses: {one.name} and {two.name}")
        tier = CERTAIN if start_of(a) == start_of(b) else HIGH
        return Agreement(tier, "same-place-same-weakness", (*where, f"weakness {one.name}"))
    if shared := sorted(set(a.weaknesses) & set(b.weaknesses)):
        return Agreement(HIGH, "same-place-same-cwe", (*where, f"CWE-{shared[0]}"))
    if shared_rule(a, b):
        return same_rule_same_place(a, b)
    return Refusal("the weaknesses are not known to be the same")
