"""Misconfigurations in code: the same control on the same block; for rules nobody knows, titles that are alike."""

from __future__ import annotations

from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, HIGH, MEDIUM, Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.places import lines_between, place_inputs, regions_meet
from aggregator.dedupe.correlation.compatibility.rules import shared_rule
from aggregator.dedupe.correlation.infrastructure import addresses_fit, controls_in, is_below_head, is_one_bucket
from aggregator.knowledge.controls import REVIEWED
from aggregator.knowledge.knowledge import Knowledge
from aggregator.knowledge.rule_words import likeness
from aggregator.model.location import Location
from aggregator.model.result import Kind, Result

_ALIKE = 0.5
"""How alike two titles must be: half of their telling words."""
_ALIKE_TO_KNOWN = 0.6
"""As above, where the table knows one rule: then a rule that it lacks mostly asks for something else."""


def compare_configuration(
    a: Result, b: Result, ours: Location, theirs: Location, knowledge: Knowledge
) -> Agreement | Refusal:
    """Compare two results about infrastructure as code, in one file.

    Where both tools name the block, it must be the same one; where one does not, the flagged regions must meet.
    """
    is_same_block = addresses_fit(a, b)
    if is_same_block is False:
        return Refusal("different resources")
    one, two = controls_in(a, knowledge), controls_in(b, knowledge)
    shared = [name for name in one if name in two]
    if one and two and not shared:
        return Refusal(f"different controls: {one[0]} and {two[0]}")
    meets = is_same_block or regions_meet(ours, theirs)
    if not shared:
        return _without_control(a, b, knowledge) if meets else Refusal("the flagged regions do not meet", is_veto=False)
    inputs = (*place_inputs(a, b), f"control {shared[0]}")
    if meets or _is_file(ours, theirs):
        return Agreement(CERTAIN if one == two else HIGH, "same-control-same-block", inputs)
    if is_one_bucket(a, b):
        return Agreement(MEDIUM, "same-control-same-bucket", inputs, must_be_best=True)
    return _nearby(ours, theirs, inputs)


def _is_file(a: Location, b: Location) -> bool:
    """Whether one names the file only: what is missing in a Dockerfile is missing nowhere in particular."""
    return a.path == b.path and (a.start_line is None) is not (b.start_line is None)


def _nearby(a: Location, b: Location, inputs: tuple[str, ...]) -> Agreement | Refusal:
    """One control, and regions that do not meet: the head of a block and a line in it, or a line just beside it."""
    gap = lines_between(a, b)
    if is_below_head(a, b) or is_below_head(b, a) or (gap == 1 and (_is_one_line(a) or _is_one_line(b))):
        return Agreement(MEDIUM, "same-control-nearby", inputs, rank=gap, must_be_best=True)
    # Two parts of one block (two containers of a pod) are two problems; a third tool may see the whole block.
    return Refusal("the flagged regions do not meet", is_veto=not (_is_one_line(a) or _is_one_line(b)))


def _is_one_line(where: Location) -> bool:
    return where.end_line is None or where.end_line == where.start_line


def _without_control(a: Result, b: Result, knowledge: Knowledge) -> Agreement | Refusal:
    """Rules of which the table lacks one: the same name, or else titles that are alike.

    A rule that the table has speaks by the name of what it asks for as well. Believed only where nothing else on the
    block fits as well.
    """
    if Kind.SECRET in (a.kind, b.kind):
        return Refusal("a secret and a misconfiguration")
    if same := shared_rule(a, b):
        return Agreement(CERTAIN, "same-rule-same-block", (*place_inputs(a, b), f"rule {same}"))
    one, two = controls_in(a, knowledge), controls_in(b, knowledge)
    is_told = bool(one or two) and {a.tool, b.tool} == REVIEWED
    degree = 0.0 if is_told else max(likeness(mine, other) for mine in (a.title, *one) for other in (b.title, *two))
    if degree < (_ALIKE_TO_KNOWN if one or two else _ALIKE):
        return Refusal("the rules are not known to be the same", is_veto=False)
    inputs = (*place_inputs(a, b), f"titles alike to {degree:.2f}")
    return Agreement(MEDIUM, "alike-titles-same-block", inputs, rank=round((1 - degree) * 1000), must_be_best=True)
