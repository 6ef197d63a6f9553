"""Tests of :mod:`aggregator.policy.jira`."""

from __future__ import annotations

import pytest

from aggregator.model.errors import UsageError
from aggregator.model.severity import Severity
from aggregator.policy.jira import Jira, Priorities
from aggregator.policy.reading import read_policy


def mistake(line: str) -> str:
    """What is said about one line under ``jira``."""
    with pytest.raises(UsageError) as told:
        read_policy(f"jira:\n  {line}\n", "onefold.yml")
    return str(told.value)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("summary: '{secret}'", "jira.summary names something unknown in braces; known are {severity}, {title}"),
        ("summary: '{title.__class__}'", "something unknown in braces"),
        ("summary: '{title!r}'", "something unknown in braces"),
        ("summary: '{title:>9}'", "something unknown in braces"),
        ("summary: '{title'", "has a brace that is not closed"),
        ("labels: [two words]", "jira.labels[0] must be a label without blanks"),
        ("components: ['{x}']", "jira.components[0] names something unknown"),
        ("fields: {labels: [a]}", "must not set labels, which has its own word in the policy or is ours"),
        ("fields: {Summary: a}", "must not set Summary"),
        ("fields: {customfield_1: [{value: '{nobody}'}]}", "jira.fields names something unknown"),
        ("thresold: high", "did you mean threshold?"),
        ("group-by: rules", "did you mean rule?"),
        ("most: 0", "jira.most"),
        ("priorities: {urgent: A}", "jira.priorities.urgent is not a known key"),
    ],
)
def test_mistakes_are_found_at_the_start(line: str, why: str) -> None:
    """What could not be filled in later stops the run at once, with the place and without the value."""
    assert why in mistake(line)


def test_what_people_may_write() -> None:
    """Templates, with braces doubled, in every text of a field; any value that JSON has."""
    text = """
jira:
  project: SEC
  summary: "{{x}} {title}"
  labels: ["team-{product}"]
  priorities: {low: null}
  assignees: {"@kim": "kim@example.com"}
  fields: {customfield_1: {value: "{id}"}, customfield_2: [1, true, null, "{due}"]}
  accept-days: null
"""
    rules = read_policy(text, "onefold.yml").jira
    assert (rules.summary, rules.labels, rules.accept_days) == ("{{x}} {title}", ("team-{product}",), None)
    assert rules.fields["customfield_2"] == [1, True, None, "{due}"]
    assert (rules.priorities.of(Severity.LOW), rules.priorities.of(Severity.HIGH)) == ("", "High")


def test_defaults() -> None:
    """Critical and high findings; no project, so nothing at all."""
    assert (Jira().least, Jira().project) == (Severity.HIGH, "")
    assert [Priorities().of(each) for each in Severity][:2] == ["Lowest", "Low"]
