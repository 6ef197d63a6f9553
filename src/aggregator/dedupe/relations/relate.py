"""What belongs together and is not one problem, by finding. Links only: each is mended apart, and closes apart."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.dedupe.relations.packages import related_packages
from aggregator.dedupe.relations.pages import related_pages
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.finding import Finding
from aggregator.model.related import Related
from aggregator.model.result import Kind

_MOST_EACH = 10
_RELATED = frozenset({Kind.CONTAINER, Kind.DAST})
"""Every relation has one of these on one side."""


def relate(findings: Sequence[Finding], knowledge: Knowledge | None = None) -> dict[str, tuple[Related, ...]]:
    """Related findings by id, both ways, in order of their ids and at most ten each; without relations, no entry.

    What is closed is related to nothing. The order of ``findings`` changes nothing; the work grows with their number.
    """
    if not any(finding.kind in _RELATED for finding in findings):
        return {}
    current = sorted((finding for finding in findings if finding.closed_at is None), key=lambda finding: finding.id)
    links: dict[str, dict[str, str]] = {}
    for relation in (*related_packages(current), *related_pages(current, knowledge or Knowledge())):
        links.setdefault(relation.one, {}).setdefault(relation.two, relation.reason)
        links.setdefault(relation.two, {}).setdefault(relation.one, relation.reason)
    return {id_: tuple(Related(*link) for link in sorted(links[id_].items())[:_MOST_EACH]) for id_ in sorted(links)}
