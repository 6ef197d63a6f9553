from typing import Any

import pytest

from aggregator.model.severity import Severity
from tests.unit.readers.sarif.logs import result, result_of, scan_of


def rated(
    entry: dict[str, Any] | None = None, rule: dict[str, Any] | None = None, tool: str = "Tool", **more: Any
) -> tuple[str, str, int | None]:
    """Severity, native word and confidence of a result."""
    found = result_of(result(**(entry or {})), tool=tool, rules=[{"id": "R1", **(rule or {})}], **more)
    return found.severity.value, found.native_severity, found.confidence


@pytest.mark.parametrize(
    ("entry", "rule", "expected"),
    [
        ({}, {}, ("MEDIUM", "warning")),
        ({"level": "error"}, {}, ("HIGH", "error")),
        ({"level": "none"}, {}, ("INFO", "none")),
        ({"level": "odd"}, {}, ("MEDIUM", "warning")),
        ({}, {"defaultConfiguration": {"level": "note"}}, ("LOW", "note")),
        ({"level": "note"}, {"properties": {"security-severity": "9.0"}}, ("CRITICAL", "9")),
        ({"properties": {"security-severity": 5}}, {"properties": {"security-severity": "9.8"}}, ("MEDIUM", "5")),
        ({"level": "error"}, {"properties": {"security-severity": "High"}}, ("HIGH", "High")),
        ({"level": "note"}, {"properties": {"security-severity": "undefined"}}, ("LOW", "note")),
        ({"level": "note"}, {"properties": {"security-severity": ""}}, ("LOW", "note")),
        ({"level": "note"}, {"properties": {"security-severity": "0.0"}}, ("LOW", "note")),
        ({"level": "note"}, {"properties": {"security-severity": "11"}}, ("LOW", "note")),
        ({"level": "note"}, {"properties": {"security-severity": True}}, ("LOW", "note")),
        ({"level": "error", "properties": {"severity": "low"}}, {}, ("LOW", "low")),
        ({}, {"properties": {"problem": {"severity": "critical"}}}, ("CRITICAL", "critical")),
        ({}, {"properties": {"problem.severity": "high"}}, ("HIGH", "high")),
        ({}, {"properties": {"problem.severity": "error"}}, ("MEDIUM", "warning")),
        ({}, {"properties": [1]}, ("MEDIUM", "warning")),
        ({"level": "note"}, {"properties": {"security-severity": "null"}}, ("LOW", "note")),
        ({}, {"properties": {"security-severity": 9.1}}, ("CRITICAL", "9.1")),
        ({"level": "error"}, {"properties": {"DevSkimSeverity": "Moderate"}}, ("MEDIUM", "Moderate")),
        ({"rank": 0.9, "level": "note"}, {}, ("LOW", "note")),
        ({"kind": "informational", "level": "error"}, {}, ("INFO", "informational")),
    ],
)
def test_scores_before_words_before_levels(
    entry: dict[str, Any], rule: dict[str, Any], expected: tuple[str, str]
) -> None:
    """A numeric score, then a word, the result's before the rule's, then the level, then warning."""
    assert rated(entry, rule)[:2] == expected


def test_tools_that_hide_their_severity() -> None:
    """Gosec and Trivy write the true word among the tags; Gitleaks writes none at all."""
    assert rated({"level": "error"}, {"properties": {"tags": ["security", "MEDIUM"]}}, "gosec")[0] == "MEDIUM"
    assert rated({"level": "error"}, {"properties": {"tags": ["security"]}}, "gosec")[0] == "HIGH"
    assert rated({"level": "error"}, {"properties": {"tags": ["security", "odd"]}}, "gosec")[0] == "HIGH"
    tags = {"tags": ["misconfiguration", "CRITICAL"], "security-severity": "8.0"}
    assert rated({"level": "note"}, {"properties": tags}, "Trivy")[0] == "CRITICAL"
    unknown = {"tags": ["vulnerability", "UNKNOWN"], "security-severity": "0.0"}
    assert rated({"level": "note"}, {"properties": unknown}, "Trivy")[:2] == ("INFO", "UNKNOWN")
    rescored = {"tags": ["vulnerability", "UNKNOWN"], "security-severity": "7.5"}
    assert rated({"level": "note"}, {"properties": rescored}, "Trivy")[0] == "HIGH"
    assert rated({"level": "note"}, {"properties": {"security-severity": "9.5"}}, "Nuclei")[:2] == ("INFO", "unknown")
    assert rated({"level": "error"}, {"properties": {"security-severity": "9.4"}}, "Nuclei")[0] == "CRITICAL"
    assert rated(tool="gitleaks") == ("HIGH", "", 90)


def test_checkov_rates_only_for_those_with_a_key() -> None:
    """Without one every failed check is an error, which says nothing: MEDIUM, or what the secret opens."""
    assert rated({"level": "error"}, {}, "Checkov")[:2] == ("MEDIUM", "")
    assert rated({"level": "error"}, {"properties": {"security-severity": "8.9"}}, "Checkov")[:2] == ("HIGH", "8.9")
    assert rated({"level": "none"}, {"properties": {"security-severity": "0.0"}}, "Checkov")[:2] == ("INFO", "none")
    rules = [{"id": "CKV_SECRET_2", "shortDescription": {"text": "AWS Access Key"}}]
    secret = result_of(result(ruleId="CKV_SECRET_2", level="error"), tool="Checkov", rules=rules)
    assert (secret.severity, secret.native_severity) == (Severity.CRITICAL, "")


def test_ruff_rates_nothing() -> None:
    """Every rule of its SARIF is an error, in each of its three ways to say so: MEDIUM, and no word of its own."""
    rule = {"defaultConfiguration": {"level": "error"}, "properties": {"problem.severity": "error"}}
    assert rated({"level": "error"}, rule, "Ruff")[:2] == ("MEDIUM", "")


def test_quality_rules_of_codeql_are_capped() -> None:
    """An error of a rule that is not about security is no high."""
    assert rated({"level": "error"}, {}, "CodeQL command-line toolchain")[0] == "MEDIUM"
    assert rated({"level": "error"}, {"properties": {"security-severity": "8.8"}}, "CodeQL")[0] == "HIGH"


def test_confidence() -> None:
    """From precision, tags or the result's own word; low for what is undecided; silent where it is a constant."""
    assert rated({}, {"properties": {"precision": "very-high"}})[2] == 90
    assert rated({}, {"properties": {"precision": "very-high"}}, "Semgrep OSS")[2] is None
    assert rated({}, {"properties": {"precision": "very-high", "tags": ["LOW CONFIDENCE"]}}, "Semgrep OSS")[2] == 30
    assert rated({"properties": {"issue_confidence": "HIGH"}}, {}, "Bandit")[2] == 90
    assert rated({"kind": "open"}, {"properties": {"precision": "high"}})[2] == 30
    assert rated()[2] is None


def test_kinds_that_are_no_problem_are_counted_apart() -> None:
    """Passed, not applicable and absent entries are no results; open and review are."""
    entries = [result(kind=kind) for kind in ("pass", "notApplicable", "open", "review", "fail")]
    scan = scan_of(*entries, result(baselineState="absent"), result(baselineState="unchanged"))
    assert (len(scan.results), scan.passed) == (4, 3)


@pytest.mark.parametrize(
    "descriptor", [{"id": "R1"}, {"guid": "g1"}, {"index": 0}, {"index": 0, "toolComponent": {"name": "Tool"}}]
)
def test_an_invocation_may_override_a_level(descriptor: dict[str, Any]) -> None:
    """The override of the result's invocation holds, or of the only one; another rule's does not."""
    override = {"descriptor": descriptor, "configuration": {"level": "error"}}
    called = [{"ruleConfigurationOverrides": [{"descriptor": {"id": "R9"}}, override]}]
    rule = {"guid": "g1"}
    assert rated({}, rule, invocations=called)[0] == "HIGH"
    assert rated({"provenance": {"invocationIndex": 0}}, rule, invocations=called)[0] == "HIGH"
    assert rated({"provenance": {"invocationIndex": -1}}, rule, invocations=[*called, {}])[0] == "MEDIUM"
    assert rated({"provenance": {"invocationIndex": 7}}, rule, invocations=called)[0] == "MEDIUM"
    assert rated({"level": "note"}, rule, invocations=called)[0] == "LOW"


def test_an_override_of_another_rule_does_not_hold() -> None:
    """Only the rule named is meant."""
    called = [{"ruleConfigurationOverrides": [{"descriptor": {"id": "R9"}, "configuration": {"level": "error"}}]}]
    assert scan_of(result(), rules=[{"id": "R1"}], invocations=called).results[0].severity is Severity.MEDIUM
