"""Flaws in code: the same weakness where the flagged regions meet, or a dangerous text and its use close by."""

from __future__ import annotations

from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, HIGH, MEDIUM, Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.places import (
    are_close,
    lines_of,
    misfit,
    place_inputs,
    regions_meet,
    start_of,
)
from aggregator.dedupe.correlation.compatibility.rules import same_rule_same_place, shared_rule
from aggregator.knowledge.knowledge import Knowledge
from aggregator.knowledge.meaning import Meaning, shared_name
from aggregator.knowledge.weaknesses import is_broad
from aggregator.model.location import Location
from aggregator.model.result import Result

BELOW = 3
"""By so many lines the use of a text may stand below it."""
PARTS = 15
"""Lines between two parts of one flaw, which a third region may hold."""
_DOUBT = 1_000_000
"""A meaning that is not the surest one of both rules counts more than any misfit of places."""
BROAD = 10
"""By so many lines a region may be longer than another one; a longer one holds other places of the flaw as well."""


def compare_code(a: Result, b: Result, ours: Location, theirs: Location, knowledge: Knowledge) -> Agreement | Refusal:
    """Compare two results of code analysis in one file (``ours`` and ``theirs`` are their places)."""
    one, two = knowledge.weakness(a), knowledge.weakness(b)
    if not regions_meet(ours, theirs):
        return _compare_apart(a, b, ours, theirs, (one, two))
    if name := shared_name(one, two):
        rank = misfit(ours, theirs) + (one.name != two.name) * _DOUBT
        return _agree(a, b, name, (one, two), rank)
    are_known = one.is_known and two.is_known
    if not are_known and (shared := _shared_cwe(a, b)):
        return Agreement(HIGH, "same-place-same-cwe", (*place_inputs(a, b), f"CWE-{shared}"), _DOUBT)
    if shared_rule(a, b):
        return same_rule_same_place(a, b)
    if one.name and two.name:
        return Refusal(f"different weaknesses: {one.name} and {two.name}", is_veto=are_known)
    return Refusal("the weaknesses are not known to be the same", is_veto=False)


def are_one_flaw(ours: Location, theirs: Location, one: Meaning, two: Meaning) -> bool:
    """Whether two rules of one tool name one flaw: in one place, or a text and, a few lines below, its use."""
    if not shared_name(one, two):
        return False
    return regions_meet(ours, theirs) or _is_text_and_use(ours, theirs, one, two)


def _compare_apart(
    a: Result, b: Result, ours: Location, theirs: Location, meanings: tuple[Meaning, Meaning]
) -> Agreement | Refusal:
    """Regions that do not meet: a text and its use, else nothing; parts of one statement may share a third."""
    one, two = meanings
    if _is_text_and_use(ours, theirs, one, two):
        inputs = (*place_inputs(a, b), f"weakness {shared_name(one, two)}")
        return Agreement(MEDIUM, "text-and-its-use", inputs, must_be_best=True)
    may_be_parts = bool(shared_name(one, two)) and are_close(ours, theirs, PARTS)
    return Refusal("the flagged regions do not meet", is_veto=not may_be_parts)


def _is_text_and_use(ours: Location, theirs: Location, one: Meaning, two: Meaning) -> bool:
    if one.is_builder is two.is_builder or not shared_name(one, two) or not are_close(ours, theirs, BELOW):
        return False
    text, use = (ours, theirs) if one.is_builder else (theirs, ours)
    return (text.start_line or 0) < (use.start_line or 0)


def _agree(a: Result, b: Result, name: str, meanings: tuple[Meaning, Meaning], rank: int) -> Agreement:
    """One place and one weakness: the better known the meanings, the stronger; a broad region must be the only one."""
    one, two = meanings
    inputs = (*place_inputs(a, b), f"weakness {name}")
    is_broad_region = abs(lines_of(a.location) - lines_of(b.location)) > BROAD
    if is_broad_region or "words" in (one.basis, two.basis):
        return Agreement(MEDIUM, "same-place-same-weakness", inputs, rank, must_be_best=is_broad_region)
    is_certain = one.is_known and two.is_known and start_of(a) == start_of(b)
    return Agreement(CERTAIN if is_certain else HIGH, "same-place-same-weakness", inputs, rank)


def _shared_cwe(a: Result, b: Result) -> int:
    """The smallest specific CWE that both carry; 0 without one."""
    return min((cwe for cwe in a.weaknesses if cwe in b.weaknesses and not is_broad(cwe)), default=0)
