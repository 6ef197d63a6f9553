"""Tests of the places where people name a tool in their files."""

from __future__ import annotations

from aggregator.policy import read_exceptions, read_policy

POLICY = """
expected: [{tool: OWASP ZAP}, {tool: My Tool}]
closing: {complete: [owasp-zap]}
upload: {retired: [zaproxy], already-uploaded: [semgrep oss]}
products: [{name: shop, tools: [OWASP ZAP, "ZAP*"]}]
engagements: [{name: pipeline, tools: [owaspzap]}]
correlation:
  rules: [{tool: OWASP ZAP, rule: "10038", means: csp}]
  split: [{finding: F-0123456789ab, tool: OWASP ZAP}]
"""
EXCEPTIONS = """
exceptions:
  - {status: risk_accepted, reason: Known., owner: kim, expires: 2026-12-31, tool: OWASP ZAP, rule: "10038"}
"""


def test_a_tool_is_meant_by_any_of_its_names() -> None:
    """Wherever a file names a tool, it means the name that results bear; a pattern and an unknown tool stay."""
    policy = read_policy(POLICY, "onefold.yml")
    assert [each.tool for each in policy.expected] == ["ZAP", "My Tool"]
    assert (policy.closing.complete, policy.upload.retired) == (("ZAP",), ("ZAP",))
    assert policy.upload.already_uploaded == ("Semgrep",)
    assert (policy.products[0].tools, policy.engagements[0].tools) == (("ZAP", "ZAP*"), ("ZAP",))
    assert (policy.correlation.rules[0].tool, policy.correlation.split[0].tool) == ("ZAP", "ZAP")
    assert [each.tool for each in read_exceptions(EXCEPTIONS, "exceptions.yml")] == ["ZAP"]
