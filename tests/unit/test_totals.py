"""Tests of :mod:`aggregator.totals`: the numbers add up, and each entry counts once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aggregator.model.finding import Baseline, Decision, Disposition, Finding, Observation, Standing
from aggregator.model.hierarchy import Belonging
from aggregator.model.report import Scan
from aggregator.model.result import Suppression
from aggregator.model.severity import Severity
from aggregator.model.state import Tracked
from aggregator.totals import count
from tests.builders import BEFORE, NOW, finding, result, scan, tracked

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
        finding(id="F-4", baseline=Baseline.NEW, standing=Standing.BREACHED, reopened_at=NOW),
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


def test_what_came_back_is_counted_once() -> None:
    """A second run at the moment of the first one does not call it reopened again."""
    totals = count((finding(reopened_at=NOW),), ())
    assert (totals.reopened, totals.unchanged) == (0, 1)


def test_open_findings_by_severity_and_tool() -> None:
    """Every severity is named, worst first; a finding counts once for each tool that reported it."""
    both = finding(result(), result(tool="Bandit"), result(tool="Bandit", pointer="/2"), id="F-1")
    totals = count((both, finding(id="F-2")), scans(both))
    assert totals.by_severity == {"CRITICAL": 0, "HIGH": 2, "MEDIUM": 0, "LOW": 0, "INFO": 0}
    assert totals.by_tool == {"Bandit": 1, "Semgrep": 2}


def test_the_time_to_remediate_is_an_average() -> None:
    """Days from the clock's start to the closing, by severity: of this run's closes and of the remembered ones."""
    now = finding(id="F-1", baseline=Baseline.ABSENT, clock_start=NOW - timedelta(days=10), closed_at=NOW)
    before = closed("F-2", 21)
    low = closed("F-3", 2, severity=Severity.LOW)
    totals = count((now, finding(id="F-4")), (), (before, low, tracked(finding(id="F-4"))))
    assert totals.mean_days_to_remediate == {"HIGH": 15.5, "LOW": 2.0}
    assert list(totals.mean_days_to_remediate) == ["HIGH", "LOW"]


def test_what_came_back_or_was_set_aside_was_not_remediated() -> None:
    """A reopened finding is open again; one that people accepted was closed by nobody's work, a mitigated one was."""
    remembered = (
        closed("F-1", 5),
        closed("F-2", 5),
        closed("F-3", 5, decision=ACCEPTED),
        closed("F-4", 8, decision=Decision(Disposition.MITIGATED)),
    )
    totals = count((finding(id="F-1"), finding(id="F-9", aliases=("F-2",))), (), remembered)
    assert totals.mean_days_to_remediate == {"HIGH": 8.0}


def test_a_finding_without_a_clock_has_no_time_to_remediate() -> None:
    """What no stage has dated is left out."""
    undated = finding(baseline=Baseline.ABSENT, clock_start=None, closed_at=NOW)
    assert count((undated,), ()).mean_days_to_remediate == {}


def closed(id_: str, days: int, **fields: Any) -> Tracked:
    """A remembered finding that was closed after so many days."""
    return tracked(finding(id=id_, clock_start=NOW - timedelta(days=days), closed_at=NOW, **fields))


def test_products_add_up() -> None:
    """Open findings are counted by their product, those that say none with the run's own, and add up to all."""
    till, shop = Belonging(product="till"), Belonging(product="shop", environment="test")
    findings = (
        finding(id="F-1"),
        finding(id="F-2", belonging=shop),
        finding(id="F-3", belonging=till),
        finding(id="F-4", belonging=till, decision=ACCEPTED),
        finding(id="F-5", belonging=till, baseline=Baseline.ABSENT, closed_at=NOW),
    )
    totals = count(findings, scans(*findings), product="shop")
    assert totals.by_product == {"shop": 2, "till": 1}
    assert sum(totals.by_product.values()) == totals.open
