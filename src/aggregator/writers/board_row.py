"""A finding as the dashboard lists it, and what stands behind it, both made from its published form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from aggregator.model.finding import Finding
from aggregator.model.result import Rule
from aggregator.writers.dashboard_data import BoardDetail, BoardFinding, BoardRow, BoardTicket
from aggregator.writers.escape import clip, is_link
from aggregator.writers.places import file_link, versioned, where
from aggregator.writers.published import PublishedComponent, PublishedFinding

Rules = Mapping[tuple[str, str], Rule]
"""What tools say about their rules, by tool and id."""

_PROSE = 4000
"""Characters of a rule's text; what is longer is a manual, and its address is among the references."""
_LINKS = 10


def board_finding(
    finding: Finding, published: PublishedFinding, rules: Rules, source_url: str, score: int | None = None
) -> BoardFinding:
    """One finding of a board with one line.

    Args:
        finding: tells its tools and its place.
        published: tells everything else.
        rules: what is known of rules; may be empty.
        source_url: with ``{path}`` and ``{line}`` to fill in; empty where nobody knows.
        score: the risk where ``published`` does not have it.
    """
    rule = rules.get((published.tool, published.rule_id), _UNKNOWN)
    return BoardFinding(_row(finding, published, score), _detail(published, rule, source_url))


_UNKNOWN = Rule("")


def _row(finding: Finding, published: PublishedFinding, score: int | None) -> BoardRow:
    risk = published.risk
    return BoardRow(
        id=published.id,
        title=published.title,
        severity=published.severity,
        kind=published.kind,
        status=published.status,
        product=published.product,
        product_type=published.product_type,
        environment=published.environment,
        rule_id=published.rule_id,
        tools=_tools(finding),
        where=where(finding),
        path=_file(published),
        package="" if published.component is None else _package(published.component),
        vulnerability_ids=published.vulnerability_ids,
        weaknesses=published.weaknesses,
        baseline=published.baseline,
        observation=published.observation,
        disposition=published.disposition,
        standing=published.standing,
        risk=score if risk is None else risk.score,
        first_seen=published.first_seen,
        last_seen=published.last_seen,
        clock_start=published.clock_start,
        due_at=published.due_at,
        reopened_at=published.reopened_at,
        closed_at=published.closed_at,
        owners=published.owners,
        assignees=published.assignees,
        tickets=tuple(BoardTicket(each.url, each.is_open) for each in published.tickets),
        is_kev=risk is not None and any(term.name == "kev" and bool(term.points) for term in risk.terms),
    )


def _tools(finding: Finding) -> tuple[str, ...]:
    """Every tool that reported it, now or earlier."""
    known = {source.tool for source in finding.sources} | {sighting.tool for sighting in finding.sightings}
    return tuple(sorted(known)) or (finding.tool,)


def _file(published: PublishedFinding) -> str:
    """The file in the repository: its own, else the manifest that brings the package."""
    if published.locations:
        return published.locations[0].path
    component = published.component
    return "" if component is None or component.image else component.path


def _package(component: PublishedComponent) -> str:
    return versioned(component.name or component.purl, component.versions)


def _detail(published: PublishedFinding, rule: Rule, source_url: str) -> BoardDetail:
    why, how, references = _said(rule)
    places = published.locations if source_url else ()
    return BoardDetail(
        finding=published,
        links=tuple(file_link(place.path, place.start_line, source_url) for place in places),
        why=why,
        fix=_fix(published.component) or how,
        references=references,
    )


@lru_cache(maxsize=4096)
def _said(rule: Rule) -> tuple[str, str, tuple[str, ...]]:
    """What it is about, how it is mended where that is another text, and where to read on."""
    why, how = clip(rule.description.strip(), _PROSE), clip(rule.help.strip(), _PROSE)
    links = (link for link in dict.fromkeys((rule.help_uri, *rule.references)) if is_link(link))
    return why, "" if how == why else how, tuple(links)[:_LINKS]


def _fix(component: PublishedComponent | None) -> str:
    """The versions that mend it, where a tool names some."""
    if component is None or not component.fixed_versions:
        return ""
    package = versioned(component.name, component.versions) or "the package"
    place = f" in {component.image or component.path}" if component.image or component.path else ""
    return f"Upgrade {package}{place} to {' or '.join(component.fixed_versions)}."
