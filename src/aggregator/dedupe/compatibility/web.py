"""Web endpoints: the block already holds the same endpoint, the rules or the weaknesses must be the same."""

from __future__ import annotations

from aggregator.dedupe.compatibility.agreement import CERTAIN, HIGH, Agreement, Refusal
from aggregator.dedupe.compatibility.rules import shared_rule
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.result import Result


def compare_web(a: Result, b: Result, knowledge: Knowledge) -> Agreement | Refusal:
    """Compare two results about one endpoint."""
    if shared := shared_rule(a, b):
        return Agreement(CERTAIN, "same-rule-same-resource", (f"rule {shared}",))
    ours, theirs = knowledge.weakness(a).name, knowledge.weakness(b).name
    if ours and ours == theirs:
        return Agreement(HIGH, "same-endpoint-same-weakness", (f"weakness {ours}",))
    return Refusal("the rules are not known to be the same")
