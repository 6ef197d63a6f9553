"""May two entries be one problem? One veto is enough to say no, and says why. One module for each kind of subject."""

from __future__ import annotations

from aggregator.dedupe.correlation.compatibility.agreement import Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.cloud import compare_cloud
from aggregator.dedupe.correlation.compatibility.code import are_one_flaw, compare_code
from aggregator.dedupe.correlation.compatibility.configuration import compare_configuration
from aggregator.dedupe.correlation.compatibility.credentials import compare_credentials
from aggregator.dedupe.correlation.compatibility.exports import compare_exports
from aggregator.dedupe.correlation.compatibility.packages import compare_packages
from aggregator.dedupe.correlation.compatibility.rules import shared_rule
from aggregator.dedupe.correlation.compatibility.web import compare_web
from aggregator.dedupe.correlation.infrastructure import controls_in, is_asked_twice
from aggregator.dedupe.correlation.package_pairs import are_of_one_place, is_told_twice
from aggregator.dedupe.entry import Entry
from aggregator.dedupe.homes import home_veto
from aggregator.knowledge.knowledge import Knowledge
from aggregator.knowledge.weaknesses import CREDENTIAL
from aggregator.model.result import IN_FILES, Kind, Result

__all__ = ["REMEMBERED", "Agreement", "Refusal", "compare"]

REMEMBERED = "remembered"
"""The format of an entry that stands for a finding of the state which no scan reported this time."""


def compare(one: Entry, two: Entry, knowledge: Knowledge) -> Agreement | Refusal:
    """Return the agreement of two entries of one block, or what keeps them apart."""
    a, b = one.results[0], two.results[0]
    if one.home != two.home:
        return Refusal(home_veto(one, two))
    if veto := _source_veto(one, two, knowledge):
        return Refusal(veto)
    if a.kind in IN_FILES and b.kind in IN_FILES:
        is_told_twice = a.tool == b.tool and (one.format, a.scope) != (two.format, b.scope)
        return _compare_in_file(a, b, knowledge, is_told_twice=is_told_twice)
    if a.kind is not b.kind:
        return Refusal("different kinds of problem are linked, never merged")
    if a.component is not None and b.component is not None:
        return compare_packages(a, b, a.component, b.component)
    return compare_web(a, b, knowledge) if a.kind is Kind.DAST else compare_cloud(a, b, knowledge)


def _source_veto(one: Entry, two: Entry, knowledge: Knowledge) -> str:
    """Two reports of one tool in one format are two scans of two things, unless a rule overlaps another in place.

    They are scans of one thing where both name a place in a file that the checkout holds, or in one image; elsewhere
    the same name may be that of another service's file.
    """
    a, b = one.results[0], two.results[0]
    if a.tool != b.tool:
        return ""
    is_repeated = a.scope != b.scope and _is_one_row(one, two)
    if REMEMBERED in (one.format, two.format):
        return "" if is_repeated else "tracking has already told them apart"
    if is_repeated or one.format != two.format:
        return ""
    if a.scope != b.scope and not (one.is_here and two.is_here):
        return "the same tool reported them in different scopes"
    if is_told_twice(a, b):
        return ""
    return "" if _rules_overlap(a, b, knowledge) else "the same scan tells them apart"


def _is_one_row(one: Entry, two: Entry) -> bool:
    """Whether both say the same, to the column, of a file that the checkout holds, or of a package in one image."""
    a, b = one.results[0], two.results[0]
    if a.component is not None and a.component.image and a.kind not in IN_FILES:
        return are_of_one_place(a, b)
    if not (one.is_here or two.is_here) or a.location != b.location or a.component != b.component:
        return False
    return a.kind in IN_FILES and b.kind in IN_FILES and bool(shared_rule(a, b))


def _rules_overlap(a: Result, b: Result, knowledge: Knowledge) -> bool:
    """Two rules of one scan that may have flagged one thing: in one place, a text and its use, or one credential."""
    if shared_rule(a, b) or a.location is None or b.location is None:
        return False
    if is_asked_twice(a, b, knowledge):
        return True
    one, two = knowledge.weakness(a), knowledge.weakness(b)
    if a.kind is Kind.SAST is b.kind and (a.location == b.location or are_one_flaw(a.location, b.location, one, two)):
        return True
    return one.name == CREDENTIAL == two.name


def _compare_in_file(a: Result, b: Result, knowledge: Knowledge, *, is_told_twice: bool) -> Agreement | Refusal:
    if a.location is None or b.location is None:
        return Refusal("no place in a file")
    if is_told_twice and not _rules_overlap(a, b, knowledge):
        return compare_exports(a, b, a.location, b.location)
    if knowledge.weakness(a).name == CREDENTIAL == knowledge.weakness(b).name:
        return compare_credentials(a, b, a.location, b.location, knowledge)
    if Kind.IAC in (a.kind, b.kind) or (controls_in(a, knowledge) and controls_in(b, knowledge)):
        return compare_configuration(a, b, a.location, b.location, knowledge)
    return compare_code(a, b, a.location, b.location, knowledge)
