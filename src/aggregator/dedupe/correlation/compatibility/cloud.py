"""Cloud resources: the same full id in the same account and region, the same rule or the same control."""

from __future__ import annotations

from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, HIGH, Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.rules import shared_rule
from aggregator.dedupe.keys.resource_ids import is_full_id
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.location import Resource
from aggregator.model.result import Result


def compare_cloud(a: Result, b: Result, knowledge: Knowledge) -> Agreement | Refusal:
    """Compare two results about cloud resources.

    Of two tools, only a full id will do: two accounts may hold a ``default`` each. A name that one tool writes twice
    is the same resource where provider, account and region are.
    """
    if a.resource is None or b.resource is None:
        return Refusal("the resource is not known")
    if veto := _difference(a.resource, b.resource):
        return Refusal(veto)
    if a.tool != b.tool and not is_full_id(a.resource.uid):
        return Refusal("a name alone does not tell which resource it is")
    if rule := shared_rule(a, b):
        return Agreement(CERTAIN, "same-rule-same-resource", (f"rule {rule}",))
    one, two = knowledge.controls(a), knowledge.controls(b)
    if shared := [name for name in one if name in two]:
        inputs = (f"control {shared[0]}", f"rules {a.rule_id} and {b.rule_id}")
        return Agreement(HIGH, "same-control-same-resource", inputs, must_be_best=a.tool == b.tool)
    if one and two:
        return Refusal(f"different controls: {one[0]} and {two[0]}")
    return Refusal("the rules are not known to be the same")


def _difference(a: Resource, b: Resource) -> str:
    if a.uid != b.uid:
        return "different resources"
    for name, ours, theirs in (
        ("providers", a.provider, b.provider),
        ("accounts", a.account, b.account),
        ("regions", a.region, b.region),
    ):
        if ours != theirs and ours and theirs:
            return f"different {name}"
    return ""
