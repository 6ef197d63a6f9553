"""Vulnerable packages: the same vulnerability in the same package of the same manifest or image.

Both results are settled (``dependencies.py``): the vulnerability goes by one name, and a manifest that is still unknown
fits several or none. The installed version is no part of it: after an upgrade that does not help it is the same
problem, and where a tree of packages holds two versions it is one all the same.
"""

from __future__ import annotations

from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, HIGH, Agreement, Refusal
from aggregator.dedupe.correlation.dependencies import is_inferred
from aggregator.dedupe.correlation.projects import is_packed, place_of
from aggregator.model.location import Component
from aggregator.model.result import Result

_CVE = "CVE-"


def compare_packages(a: Result, b: Result, ours: Component, theirs: Component) -> Agreement | Refusal:
    """Compare two results about components."""
    if (ours.purl, ours.image) != (theirs.purl, theirs.image):
        return Refusal("different packages")
    mine, other = _problem_ids(a), _problem_ids(b)
    shared = _shared_problem(mine, other)
    if not shared:
        return Refusal("different vulnerabilities")
    if ours.path == theirs.path:
        # A result about two vulnerabilities belongs to neither of two results about one each.
        is_one = _cves(mine) == _cves(other) or not (_cves(mine) and _cves(other))
        sure = CERTAIN if is_one and is_inferred(a) is is_inferred(b) else HIGH
        where = (shared, ours.purl, ours.path)
        return Agreement(sure, "same-vulnerability-same-package", where, must_be_best=not is_one)
    if not ours.path or not theirs.path:
        return Refusal("the manifest of one is unknown, and not the only one that fits", is_veto=False)
    packed = [each.path for each in (ours, theirs) if is_packed(each.path)]
    if place_of(ours) != place_of(theirs) or len(packed) > 1:  # two paths into one archive are two copies
        return Refusal("different manifests")
    key = "same-vulnerability-same-archive" if packed else "same-vulnerability-same-project"
    return Agreement(HIGH, key, (shared, ours.purl, *sorted((ours.path, theirs.path))), must_be_best=True)


def _problem_ids(result: Result) -> tuple[str, ...]:
    return result.vulnerability_ids or (result.rule_id,)


def _shared_problem(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """The name both go by; two that have different CVEs are two, whatever else they share."""
    mine, other = _cves(ours), _cves(theirs)
    return min((mine & other) if mine and other else set(ours) & set(theirs), default="")


def _cves(names: tuple[str, ...]) -> set[str]:
    return {name for name in names if name.startswith(_CVE)}
