"""The run in numbers that add up: ``reported == unique + merged + suppressed + refused``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter

from aggregator.model.finding import Baseline, Disposition, Finding, Observation, Standing
from aggregator.model.outcome import Totals
from aggregator.model.report import Scan
from aggregator.model.severity import WORST_FIRST, Severity
from aggregator.model.state import Tracked

_ABSENT = Baseline.ABSENT
_DAY = 86_400
_BASELINE, _OBSERVATION = attrgetter("baseline"), attrgetter("observation")
_STANDING, _SEVERITY = attrgetter("standing"), attrgetter("severity")
_PRODUCT = attrgetter("belonging.product")


def count(
    findings: Sequence[Finding], scans: Iterable[Scan], remembered: Iterable[Tracked] = (), product: str = ""
) -> Totals:
    """Count findings (of all observations) and the entries of ``scans`` (with their results).

    ``remembered`` is what the last state knows: how long the findings closed in earlier runs had been open.
    ``product`` is that of findings that say no other.
    """
    scans = tuple(scans)
    unique, merged, suppressed = _entries(findings)
    alive = [finding for finding in findings if finding.is_open]
    back = [finding for finding in alive if finding.reopened_at is not None and finding.is_back]
    baselines = Counter(map(_BASELINE, alive))
    baselines.subtract(map(_BASELINE, back))
    observations = Counter(map(_OBSERVATION, alive))
    standings = Counter(map(_STANDING, alive))
    refused = sum(scan.refused for scan in scans)
    return Totals(
        reported=sum(len(scan.results) for scan in scans) + refused,
        unique=unique,
        merged=merged,
        suppressed=suppressed,
        refused=refused,
        passed=sum(scan.passed for scan in scans),
        manual=sum(scan.manual for scan in scans),
        open=len(alive),
        new=baselines[Baseline.NEW],
        unchanged=baselines[Baseline.UNCHANGED],
        updated=baselines[Baseline.UPDATED],
        absent=sum(1 for finding in findings if finding.baseline is _ABSENT),
        reopened=len(back),
        not_covered=observations[Observation.NOT_COVERED],
        held=observations[Observation.HELD],
        approaching=standings[Standing.APPROACHING],
        breached=standings[Standing.BREACHED],
        by_severity=_by_severity(alive),
        by_tool=_by_tool(alive),
        mean_days_to_remediate=_mean_days(findings, remembered),
        by_product=_by_product(alive, product),
    )


def _entries(findings: Iterable[Finding]) -> tuple[int, int, int]:
    """Entries by how they count: the first of a finding that is not set aside is unique, the others are merged."""
    unique = merged = suppressed = 0
    for finding in findings:
        sources = finding.sources
        if finding.decision.disposition.silences:
            suppressed += len(sources)
            continue
        speaking = len(sources)
        for source in sources:
            if source.suppression is not None:
                speaking -= 1
                suppressed += 1
        if speaking:
            unique += 1
            merged += speaking - 1
    return unique, merged, suppressed


def _by_severity(alive: Iterable[Finding]) -> dict[str, int]:
    counts = Counter(map(_SEVERITY, alive))
    return {severity.value: counts[severity] for severity in WORST_FIRST}


def _by_tool(alive: Iterable[Finding]) -> dict[str, int]:
    """Open findings by every tool that reported them, now or earlier; one finding counts once for each of its tools."""
    counts = Counter[str]()
    for finding in alive:
        if len(finding.sightings) == 1:
            counts[finding.sightings[0].tool] += 1
        else:
            counts.update({sighting.tool for sighting in finding.sightings})
    return dict(sorted(counts.items()))


def _by_product(alive: Iterable[Finding], own: str) -> dict[str, int]:
    counts = Counter[str]()
    for product, number in Counter(map(_PRODUCT, alive)).items():
        counts[product or own] += number
    return dict(sorted(counts.items()))


def _mean_days(findings: Iterable[Finding], remembered: Iterable[Tracked]) -> dict[str, float]:
    """Days from the clock's start to the closing, on average by severity, over all closed findings still remembered.

    A finding that people had set aside was not remediated, unless they said that it was mitigated.
    """
    closed: dict[str, Finding | Tracked] = {each.id: each for each in remembered if each.closed_at is not None}
    for finding in findings:  # what was closed earlier and is back is open again
        if finding.closed_at is not None:
            closed[finding.id] = finding
        elif closed:
            for name in (finding.id, *finding.aliases):
                closed.pop(name, None)
    days: defaultdict[Severity, list[float]] = defaultdict(list)
    for each in closed.values():
        disposition = each.decision.disposition
        if each.clock_start is not None and each.closed_at is not None and not _is_set_aside(disposition):
            days[each.severity].append((each.closed_at - each.clock_start).total_seconds() / _DAY)
    return {
        severity.value: round(sum(days[severity]) / len(days[severity]), 1)
        for severity in WORST_FIRST
        if severity in days
    }


def _is_set_aside(disposition: Disposition) -> bool:
    return disposition.silences and disposition is not Disposition.MITIGATED
