"""Tests of :mod:`aggregator.policy.defectdojo`."""

from __future__ import annotations

import pytest

from aggregator.policy import Policy
from aggregator.policy.defectdojo import DefectDojo


def test_without_a_word_everything_is_pushed() -> None:
    """The defaults need no line in the policy: all findings, a test for each tool and scope."""
    rules = Policy.default().defectdojo
    assert (rules.mode, rules.tests, rules.severity, rules.kinds, rules.tags) == (
        "auto",
        "scope",
        "info",
        (),
        ("onefold",),
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("production", "Production"),
        ("PROD", "Production"),
        (" staging ", "Staging"),
        ("preprod", "Pre-prod"),
        ("Blue", "Production (blue)"),
        ("moon", "moon"),
        ("", ""),
    ],
)
def test_environments_are_called_as_there(ours: str, theirs: str) -> None:
    """What people say holds, then what every DefectDojo has, then the name as it is."""
    rules = DefectDojo.model_validate({"environments": {"blue": "Production (blue)"}})
    assert rules.environment(ours) == theirs
