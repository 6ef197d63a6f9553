"""Reading ``findings.json`` back: the document, and its findings as far as it tells about them."""

from __future__ import annotations

from msgspec import DecodeError
from msgspec.json import decode

from aggregator.model.errors import UsageError
from aggregator.model.finding import Decision, Finding, Transition
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.result import Kind, Result
from aggregator.policy.nearest import nearest
from aggregator.writers.published import (
    PublishedComponent,
    PublishedEndpoint,
    PublishedFinding,
    PublishedLocation,
    PublishedReport,
    PublishedResource,
    PublishedSource,
)
from aggregator.writers.published_sighting import recall_sighting


def read_findings(document: bytes) -> PublishedReport:
    """The document. Raises ``UsageError`` when it is no ``findings.json`` of this version."""
    try:
        return decode(document, type=PublishedReport)
    except DecodeError:
        raise UsageError(
            "This is no findings.json that this version of Onefold wrote.", "Run onefold again, then ask again."
        ) from None


def named(report: PublishedReport, wanted: str) -> PublishedFinding:
    """The finding of an id or an earlier one (alias). Raises ``UsageError`` when there is none."""
    for finding in report.findings:
        if wanted == finding.id or wanted in finding.aliases:
            return finding
    near = nearest(wanted, [finding.id for finding in report.findings])
    advice = f"Did you mean {near}?" if near else "The ids are in findings.json and in the summary of the same run."
    raise UsageError("The last run knows no finding of this id.", advice)


def recalled(published: PublishedFinding) -> Finding:
    """The finding as the document tells of it: without keys, rules' aliases and upload names."""
    decision = published.decision
    return Finding(
        id=published.id,
        kind=published.kind,
        title=published.title,
        severity=published.severity,
        rule_id=published.rule_id,
        tool=published.tool,
        aliases=published.aliases,
        weaknesses=published.weaknesses,
        vulnerability_ids=published.vulnerability_ids,
        location=_location(published.locations[0]) if published.locations else None,
        component=None if published.component is None else _component(published.component),
        resource=None if published.resource is None else _resource(published.resource),
        endpoint=None if published.endpoint is None else _endpoint(published.endpoint),
        sources=tuple(_source(source, published.kind) for source in published.sources),
        sightings=tuple(map(recall_sighting, published.sightings)),
        baseline=published.baseline,
        decision=Decision(
            published.disposition,
            *(("", "", "", None, None, "") if decision is None else (getattr(decision, name) for name in _STORY)),
        ),
        closed_at=published.closed_at,
        belonging=Belonging(published.product_type, published.product, published.engagement, published.environment),
        owners=published.owners,
        history=tuple(Transition(step.at, step.to, step.run, step.reason) for step in published.history),
    )


_STORY = ("reason", "author", "origin", "decided_at", "expires_at", "justification")


def _source(source: PublishedSource, kind: Kind) -> Result:
    return Result(
        kind,
        source.tool,
        source.scope,
        source.report,
        source.pointer,
        source.rule_id,
        source.title,
        source.severity,
        location=None if source.location is None else _location(source.location),
    )


def _location(place: PublishedLocation) -> Location:
    return Location(place.path, place.start_line, place.start_column, place.end_line, place.end_column)


def _component(item: PublishedComponent) -> Component:
    return Component(
        item.purl, item.name, item.version, item.fixed_versions, item.path, item.image, item.other_versions
    )


def _resource(item: PublishedResource) -> Resource:
    return Resource(item.uid, item.provider, item.account, item.region, item.type, item.name)


def _endpoint(item: PublishedEndpoint) -> Endpoint:
    return Endpoint(item.host, item.path, item.method, item.parameter)
