"""Tests of :mod:`aggregator.totals`: the numbers add up, and each entry counts once."""

from __future__ import annotations

from aggregator.model.finding import Baseline, Decision, Disposition, Finding, Observation, Standing
from aggregator.model.report import Scan
from aggregator.model.result import Suppression
from aggregator.totals import count
from tests.builders import BEFORE, NOW, finding, result, scan

ACCEPTED = Decision(Disposition.RISK_ACCEPTED, "the bank pays", "ada")


def scans(*findings: Finding, refused: int = 0) -> tuple[Scan, ...]:
    """One scan that holds all sources of the findings."""
    sources = tuple(source for each in findings for source in each.sources)
    return (scan(results=sources, refused=refused, passed=3, manual=2),)


def test_every_entry_is_counted_once() -> None:
    """``reported == unique + merged + suppressed + refused``; passed and manual rows stand apart."""
    ignored = result(pointer="/3", suppression=Suppression("suppressed", "nosemgrep"))
    findings = (
        finding(result(), result(pointer="/1"), ignored, id="F-1"),
        finding(result(pointer="/4"), result(pointer="/5"), id="F-2", decision=ACCEPTED),
        finding(id="F-3", observation=Observation.NOT_COVERED),
    )
    totals = count(findings, scans(*findings, refused=4))
    assert (totals.unique, totals.merged, totals.suppressed, totals.refused) == (1, 1, 3, 4)
    assert totals.reported == totals.unique + totals.merged + totals.suppressed + totals.refused == 9
    assert (totals.passed, totals.manual) == (3, 2)


def test_only_suppressed_entries() -> None:
    """A finding that stays open although every entry of today is suppressed adds nothing to ``unique``."""
    findings = (finding(result(suppression=Suppression("suppressed"))),)
    totals = count(findings, scans(*findings))
    assert (totals.unique, totals.merged, totals.suppressed) == (0, 0, 1)


def test_what_became_of_findings() -> None:
    """New, absent, reopened, held, breached and the rest are counted by their own field."""
    findings = (
        finding(id="F-1", baseline=Baseline.NEW, standing=Standing.WITHIN),
        finding(id="F-2", baseline=Baseline.NEW, decision=ACCEPTED, standing=Standing.PAUSED),
        finding(id="F-3", baseline=Baseline.UPDATED, standing=Standing.APPROACHING),
        finding(id="F-4", standing=Standing.BREACHED, reopened_at=NOW),
        finding(id="F-5", reopened_at=BEFORE),
        finding(id="F-6", baseline=Baseline.ABSENT, closed_at=NOW),
        finding(id="F-7", observation=Observation.HELD),
        finding(id="F-8", observation=Observation.NOT_COVERED),
    )
    totals = count(findings, scans(*findings))
    assert (totals.open, totals.new, totals.unchanged, totals.updated, totals.absent) == (6, 1, 3, 1, 1)
    assert totals.open == totals.new + totals.reopened + totals.updated + totals.unchanged
    assert (totals.reopened, totals.held, totals.not_covered) == (1, 1, 1)
    assert (totals.approaching, totals.breached) == (1, 1)


def test_open_findings_by_severity_and_tool() -> None:
    """Every severity is named, worst first; a finding counts once for each tool that reported it."""
    both = finding(result(), result(tool="Bandit"), result(tool="Bandit", pointer="/2"), id="F-1")
    totals = count((both, finding(id="F-2")), scans(both))
    assert totals.by_severity == {"CRITICAL": 0, "HIGH": 2, "MEDIUM": 0, "LOW": 0, "INFO": 0}
    assert totals.by_tool == {"Bandit": 1, "Semgrep": 2}
