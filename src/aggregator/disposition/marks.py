"""Tools' own marks (``nosem``, a skipped check, a status in VEX), and when they are believed."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Finding, Sighting
from aggregator.model.overruled import words_by
from aggregator.model.result import Result

ORIGIN = "tool"
"""What a decision made by a mark names as its origin."""


def is_marked(finding: Finding) -> bool:
    """Whether a source of this run bears a mark."""
    sources = finding.sources
    if len(sources) == 1:
        return sources[0].suppression is not None  # by far the most
    return any(source.suppression is not None for source in sources)


def with_marks(finding: Finding) -> Finding:
    """The finding that remembers which of this run's sources bear a mark: runs without them have to know."""
    plain = {_row(source) for source in finding.sources if source.suppression is None}
    marked = {_row(source) for source in finding.sources} - plain
    sightings = (replace(each, is_marked=True) if _row(each) in marked else each for each in finding.sightings)
    return replace(finding, sightings=tuple(sightings))


def marks(finding: Finding) -> list[Decision]:
    """What the marks decide: nothing where a tool reports the finding plainly, in this run or when it looked last.

    A tool that is not in this run is believed as it spoke last: what it marked holds on, and where nothing tells
    whether it did, an earlier decision by mark speaks for it. Of one tool the latest report counts.
    """
    before = words_by(finding.decision, ORIGIN)
    if not finding.sources:
        return list(before)
    here = {source.tool for source in finding.sources}
    away = [each for each in finding.sightings if each.tool not in here and not each.misses]
    if _plain(finding) or not (before or all(each.is_marked for each in away)):
        return []
    found = [
        Decision(Disposition(source.suppression.disposition), source.suppression.reason, source.tool, ORIGIN)
        for source in finding.sources
        if source.suppression is not None
    ]
    tools = {each.tool for each in away}
    return found + [word for word in before if word.author in tools]


def unmarking(finding: Finding) -> str:
    """Why a mark holds no longer."""
    plain = _plain(finding)
    if finding.decision.author in plain:
        return "The tool no longer marks it."
    return f"Reported without a mark by {', '.join(sorted(plain))}."


def _plain(finding: Finding) -> set[str]:
    """The tools of this run that report it without a mark."""
    return {source.tool for source in finding.sources if source.suppression is None}


def _row(source: Result | Sighting) -> tuple[str, str, str]:
    return source.tool, source.scope, source.rule_id
