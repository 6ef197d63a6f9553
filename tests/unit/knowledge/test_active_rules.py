"""Which rules find something only where the scanner attacks."""

import json

import pytest

from aggregator.knowledge.active_rules import is_active, unless_passive
from aggregator.resources import read_resource

TABLES = json.loads(read_resource("aggregator.knowledge", "data/active_rules.json"))["rules"]


@pytest.mark.parametrize(
    ("tool", "rule_id", "rule", "attacks"),
    [
        ("ZAP", "40018", "40018", True),
        ("ZAP", "40018-1", "40018", True),
        ("ZAP", "0", "0", True),
        ("ZAP", "10038-1", "", False),
        ("ZAP", "2", "", False),
        ("ZAP", "100001", "100001", False),
        ("ZAP", "Cross-Site Flaw", "Cross-Site Flaw", False),
        ("Nuclei", "40018", "", False),
    ],
)
def test_rules_that_attack(tool: str, rule_id: str, rule: str, *, attacks: bool) -> None:
    """By number, whatever the variant; what is in no table may attack, and of other tools nobody asks."""
    assert unless_passive(tool, rule_id) == rule
    assert is_active(tool, "40018" if rule == "40018" and tool == "ZAP" else rule_id) is attacks


@pytest.mark.parametrize("tool", TABLES)
def test_no_rule_is_both(tool: str) -> None:
    """A rule attacks or watches, and stands once."""
    active, passive = TABLES[tool]["active"], TABLES[tool]["passive"]
    assert len({*active, *passive}) == len(active) + len(passive)
