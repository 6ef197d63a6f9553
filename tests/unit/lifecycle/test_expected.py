"""Tests of :mod:`aggregator.lifecycle.expected`: scopes whose reports are missing, not renamed."""

from __future__ import annotations

import pytest

from aggregator.lifecycle.expected import awaited_scopes
from aggregator.model.state import Line, RunRef, ScopeRecord, State
from aggregator.policy import Policy
from tests.builders import NOW, finding, result, scan, tracked

NIGHTLY, CLEAN, OTHER = ("Semgrep", "all.json"), ("Semgrep", "web/clean.json"), ("Bandit", "all.json")


def remembered() -> State:
    """A state of three scopes: one with a finding, and two that were clean."""
    return State(
        line=Line("shop"),
        run=RunRef("1"),
        at=NOW,
        findings=(tracked(finding(result(scope="all.json"))),),
        scopes=tuple(ScopeRecord(tool, scope, NOW, 1) for tool, scope in (CLEAN, OTHER)),
    )


@pytest.mark.parametrize(
    ("wanted", "awaited"),
    [
        ({"tool": "semgrep", "scope": "all.json"}, {NIGHTLY}),
        ({"tool": "Semgrep", "scope": "*"}, set()),  # the part answers it
        ({"tool": "Semgrep", "scope": "*.json"}, {NIGHTLY, CLEAN}),
        ({"tool": "Semgrep", "report": "all.json"}, {NIGHTLY}),
        ({"tool": "Semgrep", "report": "**/clean.json"}, {CLEAN}),
        ({"tool": "Semgrep"}, set()),
        ({"tool": "Trivy"}, set()),
    ],
)
def test_what_is_missing_is_awaited(wanted: dict[str, str], awaited: set[tuple[str, str]]) -> None:
    """What the policy expects, the state knows and no scan of this run answers; by scope, or the report's name."""
    policy = Policy.model_validate({"expected": [wanted]})
    part = scan(tool="Semgrep", scope="a.sarif", report="a.sarif")
    assert awaited_scopes(policy.expected, [part], remembered()) == awaited
    assert awaited_scopes(policy.expected, [part], None) == frozenset()
