"""Tests of :mod:`aggregator.gate`."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.gate import GateRule, judge, parse_rule
from aggregator.model.errors import UsageError
from aggregator.model.finding import Baseline, Decision, Disposition, Observation, Standing
from aggregator.model.outcome import Ruling
from aggregator.model.severity import Severity
from tests.builders import NOW, finding

NEW_HIGH = finding(id="F-1", baseline=Baseline.NEW, severity=Severity.HIGH)
OLD_CRITICAL = finding(id="F-2", severity=Severity.CRITICAL)
LATE_LOW = finding(id="F-3", severity=Severity.LOW, standing=Standing.BREACHED)
ALL = (OLD_CRITICAL, NEW_HIGH, LATE_LOW)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("new:high", GateRule("new", Severity.HIGH)),
        (" ANY:Critical ", GateRule("any", Severity.CRITICAL)),
        ("breached", GateRule("breached")),
        ("breached:medium", GateRule("breached", Severity.MEDIUM)),
        ("new", GateRule("new", Severity.INFO)),
        ("none", GateRule("none")),
    ],
)
def test_rules_are_read(text: str, rule: GateRule) -> None:
    """A rule is a subject, alone or with a severity; case and spaces do not matter."""
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("nwe:high", "Did you mean new?"),
        ("new:hihg", "Did you mean high?"),
        ("qqq", "Write one of new, any, breached, none, for example new:high, any:critical, breached or none."),
        ("new:", "Write one of critical, high, medium, low, info, for example new:critical."),
        ("none:high", "Write none alone."),
    ],
)
def test_an_unknown_rule_is_refused(text: str, advice: str) -> None:
    """A rule that is not known is refused with the nearest right word, and is not repeated."""
    with pytest.raises(UsageError) as refused:
        parse_rule(text)
    assert refused.value.next_step == advice


@pytest.mark.parametrize(
    ("rules", "failing"),
    [
        (("new:high",), ("F-1",)),
        (("new:critical",), ()),
        (("any:critical",), ("F-2",)),
        (("any:high",), ("F-2", "F-1")),
        (("breached",), ("F-3",)),
        (("breached:high",), ()),
        (("new", "breached"), ("F-1", "F-3")),
        (("none",), ()),
        ((), ()),
    ],
)
def test_what_fails(rules: tuple[str, ...], failing: tuple[str, ...]) -> None:
    """A severity means that or worse; any rule that is met fails the run; the order is the findings'."""
    verdict = judge(ALL, rules, is_baseline=False)
    assert verdict.failing == failing
    assert verdict.ruling is (Ruling.FAIL if failing else Ruling.PASS)
    assert verdict.reason


@pytest.mark.parametrize(
    "fields",
    [{"decision": Decision(Disposition.FALSE_POSITIVE)}, {"closed_at": NOW, "baseline": Baseline.ABSENT}],
)
def test_silenced_and_closed_findings_never_fail(fields: dict[str, Any]) -> None:
    """What asks nobody for action cannot turn a run red."""
    assert judge((finding(**fields),), ("any",), is_baseline=False).ruling is Ruling.PASS


def test_a_finding_not_covered_still_fails() -> None:
    """Not seen is not fixed: it counts for rules on any."""
    unseen = finding(observation=Observation.NOT_COVERED)
    assert judge((unseen,), ("any:high",), is_baseline=False).ruling is Ruling.FAIL


def test_a_first_run_cannot_answer_what_is_new() -> None:
    """Without a base a new rule is inconclusive and says why, unless another rule fails."""
    verdict = judge(ALL, ("new:high", "breached:high"), is_baseline=True)
    assert (verdict.ruling, verdict.failing) == (Ruling.INCONCLUSIVE, ())
    assert verdict.reason.startswith("new:high: nothing is called new")
    assert judge(ALL, ("new:high", "any:critical"), is_baseline=True).ruling is Ruling.FAIL


def test_an_unknown_past_answers_neither_new_nor_breached() -> None:
    """Where the earlier state could not be read, what depends on it is inconclusive; the rest is judged."""
    verdict = judge(ALL, ("new", "breached", "any:info"), is_baseline=True, is_past_unread=True)
    assert verdict.ruling is Ruling.FAIL
    verdict = judge((), ("new", "breached", "any"), is_baseline=True, is_past_unread=True)
    assert verdict.ruling is Ruling.INCONCLUSIVE
    assert verdict.reason == "new, breached: nobody can say, because the earlier state could not be read."


def test_the_sentence_counts() -> None:
    """The reason names the rules met and counts the findings by severity."""
    verdict = judge(ALL, ("any:high", "new:critical"), is_baseline=False)
    assert verdict.reason == "2 findings meet any:high: 1 critical, 1 high."
    assert judge(ALL, ("new",), is_baseline=False).reason == "1 finding meets new: 1 high."
