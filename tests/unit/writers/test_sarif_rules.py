import json
from typing import Any

import pytest
from msgspec.json import encode

from aggregator.model.result import Rule
from aggregator.model.severity import Severity
from aggregator.writers.sarif_model import as_json
from aggregator.writers.sarif_rules import GITHUB, UNCUT, Limits, RuleUse, cwe_taxonomy, describe_rule, rules_by_id
from tests.builders import scan


def described(rule: Rule | None, use: RuleUse | None = None, limits: Limits = UNCUT) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(as_json(describe_rule("r", use, rule, limits))))
    return found


def test_bare_rule_has_all_texts() -> None:
    """A rule of which nothing is known still has every text that GitHub requires."""
    assert described(None) == {
        "id": "r",
        "shortDescription": {"text": "r"},
        "fullDescription": {"text": "r"},
        "help": {"text": "r", "markdown": "r"},
        "properties": {"tags": ["security"]},
    }


def test_full_rule() -> None:
    """A rule's own words, its references as links, its weaknesses and tags, and the worst severity."""
    rule = Rule("r", "Name", "What", "Do *this*.\n\nThen that.", "https://a.example/x", ("https://b.example",), ("t",))
    use = RuleUse("Title", Severity.LOW, {89})
    use.add(Severity.CRITICAL, (79,))
    use.add(Severity.INFO, ())
    assert described(rule, use) == {
        "id": "r",
        "name": "Name",
        "shortDescription": {"text": "Title"},
        "fullDescription": {"text": "What"},
        "help": {
            "text": "Do *this*.\n\nThen that.\n\nReferences:\n- https://a.example/x\n- https://b.example",
            "markdown": "Do \\*this\\*.\n\nThen that.\n\nReferences:\n\n- <https://a.example/x>\n- <https://b.example>",
        },
        "helpUri": "https://a.example/x",
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "security-severity": "9.5",
            "tags": ["security", "external/cwe/cwe-079", "external/cwe/cwe-089", "t"],
        },
    }


@pytest.mark.parametrize("severity", Severity)
def test_security_severity(severity: Severity) -> None:
    """The number is text in GitHub's band for the severity; INFO has none."""
    properties = described(None, RuleUse("t", severity, set()))["properties"]
    bands = {"LOW": (0.1, 3.9), "MEDIUM": (4.0, 6.9), "HIGH": (7.0, 8.9), "CRITICAL": (9.1, 10.0)}
    if severity is Severity.INFO:
        assert "security-severity" not in properties
    else:
        low, high = bands[severity.value]
        assert low <= float(properties["security-severity"]) <= high


def test_github_limits() -> None:
    """Names, descriptions, help and tags are cut before GitHub would do it, ours first among the tags."""
    rule = Rule("r", "n" * 999, "d" * 9999, "h" * 99999, "", (), (" ", *(f"{number}" * 400 for number in range(30))))
    found = described(rule, RuleUse("t" * 9999, Severity.HIGH, {89}), GITHUB)
    assert len(str(found["name"])) == 255
    assert len(found["shortDescription"]["text"]) == len(found["fullDescription"]["text"]) == 1024
    assert len(found["help"]["text"]) == 8000
    tags = found["properties"]["tags"]
    assert tags[:2] == ["security", "external/cwe/cwe-089"]
    assert len(tags) == 10
    assert max(map(len, tags)) == 255


def test_fullest_description_wins() -> None:
    """Of two descriptions of a rule the fuller one is taken, in whatever order the scans come."""
    bare, full = Rule("r", "n"), Rule("r", "n", "long description")
    for rules in ((bare, full), (full, bare)):
        assert rules_by_id([scan(rules=(rule,)) for rule in rules]) == {"r": full}


def test_taxonomy() -> None:
    """Weaknesses are entries of MITRE's list."""
    taxonomy = as_json(cwe_taxonomy((79,)))
    assert isinstance(taxonomy, dict)
    assert taxonomy["taxa"] == [{"id": "79", "helpUri": "https://cwe.mitre.org/data/definitions/79.html"}]
