"""Cloud resources and web endpoints: the block already holds the same subject, the rules must be the same."""

from __future__ import annotations

from aggregator.dedupe.compatibility.agreement import CERTAIN, HIGH, Agreement, Refusal
from aggregator.dedupe.compatibility.rules import shared_rule
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.result import Kind, Result


def compare_on_resource(a: Result, b: Result, knowledge: Knowledge) -> Agreement | Refusal:
    """Compare two results about one cloud resource or one endpoint."""
    if shared := shared_rule(a, b):
        return Agreement(CERTAIN, "same-rule-same-resource", (f"rule {shared}",))
    ours, theirs = knowledge.weakness(a).name, knowledge.weakness(b).name
    if a.kind is Kind.DAST and ours and ours == theirs:
        return Agreement(HIGH, "same-endpoint-same-weakness", (f"weakness {ours}",))
    return Refusal("the rules are not known to be the same")
