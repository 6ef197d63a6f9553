"""Tests of :mod:`aggregator.policy.engagement`."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.model.errors import UsageError
from aggregator.policy import read_policy
from aggregator.policy.engagement import EngagementRule


@pytest.mark.parametrize(
    ("said", "claims"),
    [
        ({}, False),
        ({"reports": ["pentest/**"]}, True),
        ({"reports": ["pentest/*", "other"]}, True),
        ({"reports": ["*"]}, False),
        ({"tools": ["zap"]}, True),
        ({"tools": ["Burp"]}, False),
        ({"reports": ["pentest/"], "tools": ["ZAP"]}, True),
        ({"reports": ["pentest/"], "tools": ["Burp"]}, False),
    ],
)
def test_reports_are_claimed(said: dict[str, Any], claims: bool) -> None:
    """All that is written must fit; what says neither reports nor tools waits for a run that names it."""
    rule = EngagementRule.model_validate({"name": "Pen test"} | said)
    assert rule.claims("pentest/zap.json", "ZAP") is claims
    assert rule.is_told_by_run is (not said)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("- {name: 'Pen » test'}", "engagements[0].name must not hold the mark »"),
        ("- {name: A, once: true}\n  - {name: A, tools: [ZAP]}", "engagements must say the same of `once`"),
        ("- {once: true}", "engagements[0].name is missing"),
    ],
)
def test_mistakes_are_named(text: str, mistake: str) -> None:
    """A name that could be mistaken, and one that means two things, are refused before anything is read."""
    with pytest.raises(UsageError) as caught:
        read_policy(f"engagements:\n  {text}\n", "onefold.yml")
    assert mistake in str(caught.value)


def test_several_entries_are_one_engagement() -> None:
    """Reports of different products may be of one examination."""
    text = "engagements:\n  - {name: A, tools: [ZAP], product: x}\n  - {name: A, tools: [Burp], product: y}\n"
    assert [rule.product for rule in read_policy(text, "onefold.yml").engagements] == ["x", "y"]
