"""Cloud resources: the block already holds the same resource, the controls must be the same."""

from __future__ import annotations

from aggregator.dedupe.compatibility.agreement import CERTAIN, Agreement, Refusal
from aggregator.dedupe.compatibility.rules import shared_rule
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.result import Result


def compare_cloud(a: Result, b: Result, knowledge: Knowledge) -> Agreement | Refusal:  # noqa: ARG001
    """Compare two results about one cloud resource."""
    if shared := shared_rule(a, b):
        return Agreement(CERTAIN, "same-rule-same-resource", (f"rule {shared}",))
    return Refusal("the rules are not known to be the same")
