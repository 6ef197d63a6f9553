"""Vulnerable packages: the same vulnerability in the same package of the same manifest or image."""

from __future__ import annotations

from aggregator.dedupe.compatibility.agreement import CERTAIN, Agreement, Refusal
from aggregator.model.location import Component
from aggregator.model.result import Result


def compare_packages(a: Result, b: Result, ours: Component, theirs: Component) -> Agreement | Refusal:
    """Compare two results about components."""
    if (ours.purl, ours.image) != (theirs.purl, theirs.image):
        return Refusal("different packages")
    if ours.path and theirs.path and ours.path != theirs.path:
        return Refusal("different manifests")
    shared = sorted(set(_problem_ids(a)) & set(_problem_ids(b)))
    if not shared:
        return Refusal("different vulnerabilities")
    return Agreement(CERTAIN, "same-vulnerability-same-package", (shared[0], ours.purl, ours.path or theirs.path))


def _problem_ids(result: Result) -> tuple[str, ...]:
    return result.vulnerability_ids or (result.rule_id,)
