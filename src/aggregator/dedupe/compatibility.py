"""May two results be one problem? One veto is enough to say no, and says why."""

from __future__ import annotations

from msgspec import Struct

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.weakness import CREDENTIAL, weakness_class
from aggregator.model.location import Component, Location
from aggregator.model.result import Kind, Result

REMEMBERED = "remembered"
"""The format of an entry that stands for a finding of the state which no scan reported this time."""

_IN_FILES = frozenset({Kind.SAST, Kind.SECRET, Kind.IAC})


class Agreement(Struct, frozen=True, gc=False):
    """Why two results may be one problem.

    Attributes:
        tier: 0 certain, 1 high.
        key: the rule that says so.
        inputs: what it compared; no text of the reports beyond ids and places.
    """

    tier: int
    key: str
    inputs: tuple[str, ...]


def compare(one: Entry, two: Entry) -> Agreement | str:
    """Return the agreement of two entries of one block, or the veto that keeps them apart."""
    if veto := _source_veto(one, two):
        return veto
    if one.result.kind in _IN_FILES and two.result.kind in _IN_FILES:
        return _compare_in_file(one, two)
    if one.result.kind is not two.result.kind:
        return "different kinds of problem are linked, never merged"
    if one.result.component is not None and two.result.component is not None:
        return _compare_components(one.result, two.result, one.result.component, two.result.component)
    return _compare_rules(one.result, two.result)


def _source_veto(one: Entry, two: Entry) -> str:
    """Two reports of one tool in one format are two scans of two things, unless a rule overlaps another in place."""
    a, b = one.result, two.result
    if a.tool != b.tool:
        return ""
    if REMEMBERED in (one.format, two.format):
        return "tracking has already told them apart"
    if one.format != two.format:
        return ""
    if a.scope != b.scope:
        return "the same tool reported them in different scopes"
    return "" if _rules_overlap(a, b) else "the same scan tells them apart"


def _rules_overlap(a: Result, b: Result) -> bool:
    """Two rules of one scan that may have flagged one thing: the very same region, or the same credential."""
    if set(_names(a)) & set(_names(b)) or a.location is None:
        return False
    if a.kind is Kind.SAST is b.kind and a.location == b.location:
        return True
    return weakness_class(a) == CREDENTIAL == weakness_class(b)


def _compare_in_file(one: Entry, two: Entry) -> Agreement | str:
    a, b = one.result, two.result
    if a.location is None or b.location is None:
        return "no place in a file"
    if a.secret and b.secret and a.secret != b.secret:
        return "different secret values"
    if a.resource is not None and b.resource is not None and a.resource.uid != b.resource.uid:
        return "different resources"
    is_told_twice = a.tool == b.tool and one.format != two.format
    if not (is_told_twice and _is_whole_file(a.location, b.location)) and not _regions_meet(a.location, b.location):
        return "the flagged regions do not meet"
    if is_told_twice and not _rules_overlap(a, b):
        return _same_rule(a, b)
    return _same_weakness(a, b)


def _same_weakness(a: Result, b: Result) -> Agreement | str:
    ours, theirs = weakness_class(a), weakness_class(b)
    where = _place_inputs(a, b)
    if ours and theirs:
        if ours != theirs:
            return f"different weaknesses: {ours} and {theirs}"
        if a.secret and a.secret == b.secret:
            return Agreement(0, "same-secret-same-place", where)
        tier = 0 if _start(a) == _start(b) else 1
        return Agreement(tier, "same-place-same-weakness", (*where, f"weakness {ours}"))
    if shared := sorted(set(a.weaknesses) & set(b.weaknesses)):
        return Agreement(1, "same-place-same-cwe", (*where, f"CWE-{shared[0]}"))
    return _same_rule(a, b) if set(_names(a)) & set(_names(b)) else "the weaknesses are not known to be the same"


def _same_rule(a: Result, b: Result) -> Agreement | str:
    shared = sorted(set(_names(a)) & set(_names(b)))
    if not shared:
        return "different rules"
    if a.location is not None and b.location is not None and (_start(a) or 1) != (_start(b) or 1):
        return "different lines"
    return Agreement(0, "same-rule-same-place", (*_place_inputs(a, b), f"rule {shared[0]}"))


def _compare_components(a: Result, b: Result, ours: Component, theirs: Component) -> Agreement | str:
    if (ours.purl, ours.image) != (theirs.purl, theirs.image):
        return "different packages"
    if ours.path and theirs.path and ours.path != theirs.path:
        return "different manifests"
    shared = sorted(set(_problem_ids(a)) & set(_problem_ids(b)))
    if not shared:
        return "different vulnerabilities"
    return Agreement(0, "same-vulnerability-same-package", (shared[0], ours.purl, ours.path or theirs.path))


def _compare_rules(a: Result, b: Result) -> Agreement | str:
    """Cloud and web: the block already holds the same resource or endpoint."""
    shared = sorted(set(_names(a)) & set(_names(b)))
    if shared:
        return Agreement(0, "same-rule-same-resource", (f"rule {shared[0]}",))
    ours, theirs = weakness_class(a), weakness_class(b)
    if a.kind is Kind.DAST and ours and ours == theirs:
        return Agreement(1, "same-endpoint-same-weakness", (f"weakness {ours}",))
    return "the rules are not known to be the same"


def _problem_ids(result: Result) -> tuple[str, ...]:
    return result.vulnerability_ids or (result.rule_id,)


def _names(result: Result) -> tuple[str, ...]:
    return (result.rule_id, *result.rule_aliases)


def _start(result: Result) -> int | None:
    return result.location.start_line if result.location is not None else None


def _place_inputs(a: Result, b: Result) -> tuple[str, ...]:
    path = a.location.path if a.location is not None else ""
    return (f"path {path}", f"lines {_span(a.location)} and {_span(b.location)}")


def _span(where: Location | None) -> str:
    if where is None or where.start_line is None:
        return "unknown"
    return f"{where.start_line}-{where.end_line or where.start_line}"


def _is_whole_file(a: Location, b: Location) -> bool:
    """Whether one names the file only and the other its first line, as Trivy's SARIF does where its JSON has none."""
    return a.path == b.path and {a.start_line, b.start_line} == {None, 1}


def _regions_meet(a: Location, b: Location) -> bool:
    """Whether the lines overlap and, on one shared line with columns on both sides, the columns too."""
    if a.path != b.path:
        return False
    if a.start_line is None or b.start_line is None:
        return a.start_line is b.start_line
    a_end, b_end = a.end_line or a.start_line, b.end_line or b.start_line
    if a.start_line > b_end or b.start_line > a_end:
        return False
    if not a.start_line == b.start_line == a_end == b_end:
        return True
    if a.start_column is None or b.start_column is None or a.end_column is None or b.end_column is None:
        return True
    return a.start_column <= b.end_column and b.start_column <= a.end_column
