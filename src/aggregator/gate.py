"""The gate: which findings turn the run red, why, and what would turn it green."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from aggregator.model.finding import Finding, Observation
from aggregator.model.outcome import Ruling, Stop, Verdict
from aggregator.model.result import Kind
from aggregator.model.scope import engagement_in
from aggregator.model.severity import WORST_FIRST, Severity
from aggregator.policy.gate_rule import GateRule, parse_rule

UNSET = Verdict(Ruling.PASS, "No gate rule is set.")
"""The verdict of a run that nobody asked to judge."""

_NO_BASE = "nothing is called new where there is no earlier run to compare with"
_UNREAD = "nobody can say, because the earlier state could not be read"
_NOTHING_READ = "nobody can say, because no report has been read yet"
_NO_CATALOGUE = "nobody can say, because no catalogue of exploited vulnerabilities was read (risk.kev, risk.feeds)"
_IS = {"new": "it is new", "any": "it is open", "breached": "it is past its SLA"}
_DECIDE = ", or record a decision about it."
_VERSIONS = 3
_SECRET = Kind.SECRET


class Asked(Struct, frozen=True):
    """A rule as it was written, and what it means in this run."""

    text: str
    rule: GateRule


def judge(  # noqa: PLR0913 - all that a verdict depends on, each part named
    findings: Iterable[Finding],
    rules: tuple[str, ...],
    *,
    is_baseline: bool,
    is_past_unread: bool = False,
    is_blank: bool = False,
    is_change: bool = False,
    is_advisory: bool = False,
    product: str = "",
) -> Verdict:
    """Hold the findings against the rules; the verdict names the failing ones in the order they came.

    One rule met fails the run. Silenced and closed findings never do; findings not seen this time are still open and
    count. A ``new`` rule cannot be answered by a run without a base, nor a ``breached`` one without a known past:
    it is inconclusive unless another rule fails, and so is one on exploitation where no catalogue was read. No rule
    can be answered while nothing was ever read (``is_blank``): a gate that has seen nothing passes nothing. A rule
    that does not say what it watches watches what is new in a run about a change (``is_change``), and everything open
    elsewhere. An advisory verdict is told and stops nothing. ``product`` is that of findings that say no other.
    """
    asked = _asked(rules, is_change=is_change, product=product)
    if not asked:
        return UNSET
    needs_past = ("new", "breached") if is_past_unread else ("new",) if is_baseline else ()
    answerable = [each for each in asked if each.rule.subject not in needs_past]
    failing: list[Finding] = []
    met: list[list[Asked]] = []
    open_findings = [finding for finding in findings if finding.is_open]
    for finding in open_findings:
        if stops := [each for each in answerable if each.rule.meets(finding)]:
            failing.append(finding)
            met.append(stops)
    if failing:
        ids = tuple([finding.id for finding in failing])
        return Verdict(Ruling.FAIL, _why(failing, met, answerable), ids, _stops(failing, met), is_advisory)
    said = ", ".join(each.text for each in asked)
    if is_blank:
        return Verdict(Ruling.INCONCLUSIVE, f"{said}: {_NOTHING_READ}.", is_advisory=is_advisory)
    doubts = [
        (", ".join(each.text for each in asked if each not in answerable), _UNREAD if is_past_unread else _NO_BASE),
        (", ".join(each.text for each in answerable if any(map(each.rule.is_in_doubt, open_findings))), _NO_CATALOGUE),
    ]
    if unanswered := [f"{texts}: {why}" for texts, why in doubts if texts]:
        return Verdict(Ruling.INCONCLUSIVE, f"{'; '.join(unanswered)}.", is_advisory=is_advisory)
    return Verdict(Ruling.PASS, f"No finding meets {said}.", is_advisory=is_advisory)


def _asked(rules: tuple[str, ...], *, is_change: bool, product: str) -> tuple[Asked, ...]:
    """The rules but ``none``, each once."""
    read = {" ".join(text.split()): parse_rule(text).about(is_change=is_change, product=product) for text in rules}
    return tuple(Asked(text, rule) for text, rule in read.items() if rule.subject != "none")


def _why(failing: list[Finding], met: list[list[Asked]], answerable: list[Asked]) -> str:
    counts = {severity: sum(finding.severity is severity for finding in failing) for severity in WORST_FIRST}
    parts = ", ".join(f"{count} {severity.value.lower()}" for severity, count in counts.items() if count)
    verb = "finding meets" if len(failing) == 1 else "findings meet"
    texts = {each.text for stops in met for each in stops}
    return f"{len(failing)} {verb} {', '.join(each.text for each in answerable if each.text in texts)}: {parts}."


def _stops(failing: list[Finding], met: list[list[Asked]]) -> tuple[Stop, ...]:
    """Why each one fails; findings of which the same is to be said share a place."""
    same: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for finding, stops in zip(failing, met, strict=True):
        texts = tuple([each.text for each in stops])
        why = "; ".join([f"{each.text}: {_facts(each.rule, finding)}" for each in stops])
        same.setdefault((texts, f"{why}.", remedy(finding)), []).append(finding.id)
    return tuple(Stop(rules, why, step, tuple(ids)) for (rules, why, step), ids in same.items())


def _facts(rule: GateRule, finding: Finding) -> str:
    """What of the finding meets the rule."""
    facts = [_IS[rule.subject]]
    if rule.severity is not Severity.INFO:
        facts.append(f"its severity is {finding.severity.value.lower()}")
    if rule.kinds:
        facts.append(f"its kind is {finding.kind.value}")
    if rule.tools:
        facts.append(f"{' and '.join(rule.told_by(finding))} reported it")
    if rule.products:
        facts.append(f"it is in {rule.product_of(finding)}")
    if rule.risk and finding.risk is not None:
        facts.append(f"its risk is {finding.risk.score}")
    if rule.kev:
        facts.append("it is known to be exploited")
    return ", ".join(facts)


def remedy(finding: Finding) -> str:
    """What would keep a finding from stopping the gate."""
    component = finding.component
    if finding.observation is Observation.NOT_COVERED:
        examined = next(filter(None, (engagement_in(each.scope) for each in finding.sightings)), "")
        again = f"give the reports of {examined} again" if examined else "have its scanner look again"
        return f"Nobody looked at it in this run: fix it and {again}{_DECIDE}"
    if finding.kind is _SECRET:
        return f"Revoke the secret, remove it and mark it mitigated{_DECIDE}"
    if component is None:
        return f"Fix it{_DECIDE}"
    if not component.fixed_versions:
        return f"No fixed version is known: replace {component.name}{_DECIDE}"
    return f"Upgrade {component.name} to {' or '.join(component.fixed_versions[:_VERSIONS])}{_DECIDE}"
