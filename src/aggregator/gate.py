"""The gate: which findings turn the run red."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from msgspec import Struct

from aggregator.model.errors import UsageError
from aggregator.model.finding import Baseline, Finding, Standing
from aggregator.model.outcome import Ruling, Verdict
from aggregator.model.severity import WORST_FIRST, Severity

_SUBJECTS = ("new", "any", "breached", "none")
_SEVERITIES = tuple(severity.value.lower() for severity in WORST_FIRST)
UNSET = Verdict(Ruling.PASS, "No gate rule is set.")
"""The verdict of a run that nobody asked to judge."""

_NO_BASE = "nothing is called new in a first run, which only establishes the baseline"
_UNREAD = "nobody can say, because the earlier state could not be read"


class GateRule(Struct, frozen=True):
    """``new:high``: what is watched (``new``, ``any``, ``breached`` or ``none``), and from which severity on."""

    subject: str
    severity: Severity = Severity.INFO

    def meets(self, finding: Finding) -> bool:
        """Whether an open finding is of the severity, or worse, and what the rule watches for."""
        if finding.severity.rank < self.severity.rank:
            return False
        if self.subject == "new":
            return finding.baseline is Baseline.NEW
        return self.subject == "any" or finding.standing is Standing.BREACHED


def parse_rule(text: str) -> GateRule:
    """Read one rule: a subject, alone or with a severity. Raises ``UsageError`` that offers the nearest right word."""
    subject, colon, severity = text.strip().lower().partition(":")
    if subject not in _SUBJECTS:
        raise _refused(subject, _SUBJECTS, "new:high, any:critical, breached or none")
    if not colon:
        return GateRule(subject)
    if subject == "none":
        raise UsageError("The gate rule none takes no severity.", "Write none alone.")
    if severity not in _SEVERITIES:
        raise _refused(severity, _SEVERITIES, f"{subject}:{_SEVERITIES[0]}")
    return GateRule(subject, Severity(severity.upper()))


def judge(
    findings: Iterable[Finding], rules: tuple[str, ...], *, is_baseline: bool, is_past_unread: bool = False
) -> Verdict:
    """Hold the findings against the rules; the verdict names the failing ones in the order they came.

    One rule met fails the run. Silenced and closed findings never do; findings not seen this time are still open and
    count. A ``new`` rule cannot be answered by a run without a base, nor a ``breached`` one without a known past:
    it is inconclusive unless another rule fails.
    """
    parsed = tuple((text.strip(), rule) for text in rules if (rule := parse_rule(text)).subject != "none")
    if not parsed:
        return UNSET
    needs_past = ("new", "breached") if is_past_unread else ("new",) if is_baseline else ()
    answerable = [(text, rule) for text, rule in parsed if rule.subject not in needs_past]
    open_findings = [finding for finding in findings if finding.is_open]
    failing = [finding for finding in open_findings if any(rule.meets(finding) for _, rule in answerable)]
    if failing:
        met = [text for text, rule in answerable if any(rule.meets(finding) for finding in failing)]
        return Verdict(Ruling.FAIL, _why(failing, met), tuple(finding.id for finding in failing))
    if len(answerable) < len(parsed):
        unanswered = ", ".join(text for text, rule in parsed if rule.subject in needs_past)
        return Verdict(Ruling.INCONCLUSIVE, f"{unanswered}: {_UNREAD if is_past_unread else _NO_BASE}.")
    return Verdict(Ruling.PASS, f"No finding meets {', '.join(text for text, _ in parsed)}.")


def _why(failing: list[Finding], met: list[str]) -> str:
    counts = {severity: sum(finding.severity is severity for finding in failing) for severity in WORST_FIRST}
    parts = ", ".join(f"{count} {severity.value.lower()}" for severity, count in counts.items() if count)
    verb = "finding meets" if len(failing) == 1 else "findings meet"
    return f"{len(failing)} {verb} {', '.join(met)}: {parts}."


def _refused(word: str, right: tuple[str, ...], example: str) -> UsageError:
    near = get_close_matches(word, right, n=1)
    advice = f"Did you mean {near[0]}?" if near else f"Write one of {', '.join(right)}, for example {example}."
    return UsageError("A gate rule (fail-on) is not known.", advice)
