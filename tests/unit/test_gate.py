"""Tests of :mod:`aggregator.gate`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.gate import UNSET, judge, remedy
from aggregator.model.errors import UsageError
from aggregator.model.finding import Baseline, Decision, Disposition, Finding, Observation, Standing
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component
from aggregator.model.outcome import Ruling
from aggregator.model.result import Kind
from aggregator.model.risk import Risk, Term
from aggregator.model.severity import Severity
from aggregator.policy.gate_rule import KINDS, GateRule, parse_rule, split_rules
from tests.builders import NOW, finding, result, sighting

NEW_HIGH = finding(id="F-1", baseline=Baseline.NEW, severity=Severity.HIGH)
OLD_CRITICAL = finding(id="F-2", severity=Severity.CRITICAL)
LATE_LOW = finding(id="F-3", severity=Severity.LOW, standing=Standing.BREACHED)
EXAMINED = (sighting(result()), sighting(result(scope="Pen test » src")))
FILTERS_ARE = "Write one of kind, tool, product, risk, kev, for example"
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
        ("new:hihg", "Did you mean new:high?"),
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


def test_a_gate_that_has_seen_nothing_passes_nothing() -> None:
    """Before any report was read no rule can be answered, whatever it watches; what fails all the same fails."""
    verdict = judge((), ("any:critical", "new"), is_baseline=True, is_blank=True, is_advisory=True)
    assert (verdict.ruling, verdict.is_advisory) == (Ruling.INCONCLUSIVE, True)
    assert verdict.reason == "any:critical, new: nobody can say, because no report has been read yet."
    assert judge(ALL, ("any:high",), is_baseline=True, is_blank=True).ruling is Ruling.FAIL
    assert judge((), (), is_baseline=True, is_blank=True) == UNSET


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


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("new:high kind=secret", GateRule("new", Severity.HIGH, ("secret",))),
        ("any tool=Semgrep", GateRule("any", tools=("semgrep",))),
        ("any:critical kind=sca,container", GateRule("any", Severity.CRITICAL, ("sca", "container"))),
        ("high", GateRule("", Severity.HIGH)),
        ("kind=secret", GateRule("", kinds=("secret",))),
        (
            "breached tool=owasp-zap,Code_QL,my-tool kind=dast",
            GateRule("breached", Severity.INFO, ("dast",), ("zap", "codeql", "mytool")),
        ),
        ("any:high risk>=80 kev", GateRule("any", Severity.HIGH, risk=80, kev=True)),
        ("kev", GateRule(kev=True)),
        ("any product=Shop,octo/till_2", GateRule("any", products=("shop", "octo/till2"))),
        ("any kind=sca kind=iac", GateRule("any", kinds=("sca", "iac"))),
    ],
)
def test_rules_take_filters(text: str, rule: GateRule) -> None:
    """After the subject and the severity come filters; either may be left out."""
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("any kind=secrets", "Did you mean secret?"),
        ("any kind=qqq", f"Write one of {', '.join(KINDS)}, for example kind=secret."),
        ("any tol=x", "Did you mean tool?"),
        ("any kind=", f"{FILTERS_ARE} any:high kind=secret,sca tool=semgrep risk>=80 kev."),
        ("any tool", f"{FILTERS_ARE} any:high kind=secret,sca tool=semgrep risk>=80 kev."),
        ("any risk>=101", f"{FILTERS_ARE} any:high kind=secret,sca tool=semgrep risk>=80 kev."),
        ("any risk=80", f"{FILTERS_ARE} any:high kind=secret,sca tool=semgrep risk>=80 kev."),
        ("any kve", "Did you mean kev?"),
        ("none kind=sca", "Write none alone."),
        ("", "Write one of new, any, breached, none, for example new:high, any:critical, breached or none."),
        ("hihg", "Did you mean high?"),
    ],
)
def test_an_unknown_filter_is_refused(text: str, advice: str) -> None:
    """A filter that is not known is refused with the nearest right word, and is not repeated."""
    with pytest.raises(UsageError) as refused:
        parse_rule(text)
    assert refused.value.next_step == advice


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ("new:high, breached", ("new:high", "breached")),
        ("new:high,breached", ("new:high", "breached")),
        ("new:high breached", ("new:high", "breached")),
        ("new:high\nbreached\n", ("new:high", "breached")),
        ("new:high kind=secret, any tool=semgrep", ("new:high kind=secret", "any tool=semgrep")),
        ("any:critical kind=sca,container", ("any:critical kind=sca,container",)),
        ("any kind=sca,container breached", ("any kind=sca,container", "breached")),
        ("any kind=sca,kev risk>=80,new", ("any kind=sca", "kev risk>=80", "new")),
        ("any kind=sca,breached", ("any kind=sca", "breached")),
        ("any kind=sca,tool=trivy", ("any kind=sca", "tool=trivy")),
        ("any, kind=sca", ("any", "kind=sca")),
        ("kind=sca tool=trivy,grype", ("kind=sca tool=trivy,grype",)),
        ("new:high nwe:low", ("new:high", "nwe:low")),
        ("any kind=sca, container", ("any kind=sca", "container")),
        ("any,", ("any",)),
        ("", ()),
    ],
)
def test_rules_of_one_text_are_parted(said: str, rules: tuple[str, ...]) -> None:
    """Commas, line ends and words that begin a rule part them; a comma alone belongs to a list."""
    assert split_rules(said) == rules


_RULES = st.builds(
    lambda head, filters: " ".join((head, *filters)),
    st.sampled_from(["new", "any:high", "breached:low", "critical"]),
    st.lists(st.sampled_from(["kind=secret", "kind=sca,container", "tool=semgrep", "tool=a,b"]), max_size=3),
)


@given(st.lists(_RULES, max_size=5), st.sampled_from([", ", "\n", " ", " , "]))
def test_rules_survive_being_written_together(rules: list[str], between: str) -> None:
    """However rules with a head are joined, the same ones are read."""
    assert split_rules(between.join(rules)) == tuple(rules)


def rated(score: int, kev: float | None) -> Risk:
    return Risk(score, (Term("severity", float(score), "It is high."), Term("kev", kev, "Somebody said so.")))


EXPLOITED = finding(id="F-7", kind=Kind.SCA, risk=rated(90, 15.0))
QUIET = finding(id="F-8", kind=Kind.SCA, risk=rated(40, 0.0))
UNKNOWN = finding(id="F-9", kind=Kind.SCA, risk=rated(40, None))
CODE = finding(id="F-10", risk=Risk(80))


@pytest.mark.parametrize(
    ("rule", "failing", "ruling"),
    [
        ("any risk>=80", ("F-7", "F-10"), Ruling.FAIL),
        ("any risk>=91", (), Ruling.PASS),
        ("any kev", ("F-7",), Ruling.FAIL),
        ("any kev risk>=91", (), Ruling.PASS),
        ("any:critical kev", (), Ruling.PASS),
        ("kev kind=sast", (), Ruling.PASS),
    ],
)
def test_risk_and_exploitation(rule: str, failing: tuple[str, ...], ruling: Ruling) -> None:
    """A rule may ask for a risk, and for what is known to be exploited; a finding that is not rated meets neither."""
    verdict = judge((EXPLOITED, QUIET, UNKNOWN, CODE, finding()), (rule,), is_baseline=False)
    assert (verdict.failing, verdict.ruling) == (failing, ruling)


def test_without_a_catalogue_nobody_can_say() -> None:
    """Whether something is exploited is inconclusive where no catalogue was read: never passed in silence."""
    verdict = judge((UNKNOWN, QUIET), ("any kev", "any risk>=90"), is_baseline=False)
    assert verdict.ruling is Ruling.INCONCLUSIVE
    assert verdict.reason.startswith("any kev: nobody can say, because no catalogue")
    assert judge((QUIET,), ("any kev",), is_baseline=False).ruling is Ruling.PASS
    assert judge((UNKNOWN,), ("any kev", "any risk>=40"), is_baseline=False).ruling is Ruling.FAIL
    both = judge((UNKNOWN,), ("new", "any kev"), is_baseline=True)
    assert both.reason.startswith("new: nothing is called new where there is no earlier run to compare with; any")


def test_reasons_tell_the_risk() -> None:
    """What the rule asked about is what the reason tells."""
    (stop,) = judge((EXPLOITED,), ("any risk>=80 kev",), is_baseline=False).reasons
    assert stop.why == "any risk>=80 kev: it is open, its risk is 90, it is known to be exploited."


SECRET = finding(id="F-4", kind=Kind.SECRET, baseline=Baseline.NEW)
PACKAGE = finding(
    id="F-5",
    kind=Kind.SCA,
    tool="Trivy",
    sightings=(sighting(result(tool="OWASP ZAP")),),
    component=Component("pkg:npm/a", "lodash", "4", ("4.17.21",)),
)


@pytest.mark.parametrize(
    ("rule", "failing"),
    [
        ("new kind=secret", ("F-4",)),
        ("any kind=sca", ("F-5",)),
        ("any kind=sca,secret", ("F-4", "F-5")),
        ("any tool=trivy", ("F-5",)),
        ("any tool=owasp_zap", ("F-5",)),
        ("any tool=zap", ("F-5",)),
        ("any tool=trivy kind=secret", ()),
        ("any:critical kind=sca", ()),
    ],
)
def test_filters_narrow_a_rule(rule: str, failing: tuple[str, ...]) -> None:
    """Everything that a rule says must hold; a tool counts when it is one of those that reported it."""
    assert judge((SECRET, PACKAGE), (rule,), is_baseline=False).failing == failing


@pytest.mark.parametrize(
    ("rule", "failing"),
    [
        ("any product=till", ("F-7",)),
        ("any product=octo/shop", ("F-4",)),
        ("any product=till,octo/shop kind=secret", ("F-4", "F-7")),
        ("any product=other", ()),
    ],
)
def test_a_rule_may_be_for_one_product(rule: str, failing: tuple[str, ...]) -> None:
    """A finding is of its own product, or of the run's where it says none; the reason names it."""
    other = finding(id="F-7", kind=Kind.SECRET, belonging=Belonging(product="Till"))
    verdict = judge((SECRET, other), (rule,), is_baseline=False, product="octo/shop")
    assert verdict.failing == failing
    names = {"F-4": "octo/shop", "F-7": "Till"}
    assert all(f"it is in {names[id_]}" in stop.why for stop in verdict.reasons for id_ in stop.findings)


def test_a_rule_that_does_not_say_watches_the_change() -> None:
    """In a run about a change it is about what is new, elsewhere about everything open."""
    assert judge(ALL, ("high",), is_baseline=False, is_change=True).failing == ("F-1",)
    assert judge(ALL, ("high",), is_baseline=False).failing == ("F-2", "F-1")
    assert judge(ALL, ("any:high",), is_baseline=False, is_change=True).failing == ("F-2", "F-1")
    assert judge(ALL, ("high",), is_baseline=True, is_change=True).ruling is Ruling.INCONCLUSIVE


def test_every_failing_finding_has_a_reason() -> None:
    """What meets the rule, and what would make it pass; findings of which the same is to be said share it."""
    twin = finding(id="F-6", kind=Kind.SECRET, baseline=Baseline.NEW)
    verdict = judge((SECRET, PACKAGE, twin), ("new:high kind=secret", "any tool=trivy", "kind=sca"), is_baseline=False)
    secret, package = verdict.reasons
    assert secret.findings == ("F-4", "F-6")
    assert secret.rules == ("new:high kind=secret",)
    assert secret.why == "new:high kind=secret: it is new, its severity is high, its kind is secret."
    assert secret.remedy == "Revoke the secret, remove it and mark it mitigated, or record a decision about it."
    assert package.rules == ("any tool=trivy", "kind=sca")
    assert package.why == "any tool=trivy: it is open, Trivy reported it; kind=sca: it is open, its kind is sca."
    assert package.remedy == "Upgrade lodash to 4.17.21, or record a decision about it."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Fix it, or"),
        (
            {"observation": Observation.NOT_COVERED},
            "Nobody looked at it in this run: fix it and have its scanner look again, or",
        ),
        (
            {"observation": Observation.NOT_COVERED, "sightings": EXAMINED},
            "Nobody looked at it in this run: fix it and give the reports of Pen test again, or",
        ),
        ({"component": Component("pkg:npm/a", "lodash", "4")}, "No fixed version is known: replace lodash, or"),
    ],
)
def test_what_would_make_it_pass(fields: dict[str, Any], said: str) -> None:
    """The next step fits the finding."""
    assert remedy(finding(**fields)).startswith(said)


def test_an_advisory_verdict_says_so() -> None:
    """The verdict is the same, and says that it stops nothing."""
    for rules in (("any",), ("any kind=dast",), ("new",)):
        loud = judge(ALL, rules, is_baseline=True)
        quiet = judge(ALL, rules, is_baseline=True, is_advisory=True)
        assert quiet.is_advisory
        assert (quiet.ruling, quiet.failing, quiet.reasons) == (loud.ruling, loud.failing, loud.reasons)


@given(
    st.lists(st.sampled_from([*ALL, SECRET, PACKAGE]), unique_by=lambda each: each.id),
    st.lists(st.sampled_from(["new", "any:high", "breached", "kind=secret", "any tool=trivy", "critical"]), max_size=4),
    st.booleans(),
)
def test_each_failing_finding_is_named_once(found: list[Finding], rules: list[str], is_change: bool) -> None:
    """Reasons name exactly the failing findings; further rules never let a finding pass."""
    verdict = judge(found, tuple(rules), is_baseline=False, is_change=is_change)
    named = [id_ for stop in verdict.reasons for id_ in stop.findings]
    assert sorted(named) == sorted(verdict.failing)
    assert all(stop.why and stop.remedy and set(stop.rules) <= set(rules) for stop in verdict.reasons)
    more = judge(found, (*rules, "any kind=secret"), is_baseline=False, is_change=is_change)
    assert set(verdict.failing) <= set(more.failing)
