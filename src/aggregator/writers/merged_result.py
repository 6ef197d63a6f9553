"""One source of a finding as a full SARIF result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from aggregator.model.finding import Decision, Disposition, Finding, Merge, Standing
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.writers.escape import is_link
from aggregator.writers.places import endpoint_words, has_place, place_of, resource_words
from aggregator.writers.sarif import (
    Fingerprints,
    LogicalLocation,
    Place,
    Provenance,
    SarifResult,
    SuppressionNote,
    Taxon,
    level_of,
    message_of,
    physical_at,
    rank_of,
)

# On Python 3.11 an enum's member costs 150 ns to reach through its class.
_OPEN, _SECRET = Disposition.OPEN, Kind.SECRET


class MergeNote(Struct, frozen=True, gc=False, rename="camel"):
    """Why this source belongs to its finding."""

    tier: str
    key: str
    inputs: tuple[str, ...]


class RunnerUpNote(Struct, frozen=True, gc=False, rename="camel"):
    """What was compared with the finding and kept apart, and why."""

    tool: str
    rule_id: str
    where: str
    veto: str


class ResultProperties(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """What SARIF has no word for; where a result says nothing of its product, it is as the log says."""

    finding: str
    severity: Severity
    report: str
    pointer: str
    status: str
    native_severity: str = ""
    vulnerability_ids: tuple[str, ...] = ()
    standing: Standing = Standing.NONE
    due_at: datetime | None = None
    tickets: tuple[str, ...] = ()
    merge: MergeNote | None = None
    runners_up: tuple[RunnerUpNote, ...] = ()
    product_type: str = ""
    product: str = ""
    engagement: str = ""
    environment: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    decision_ends: datetime | None = None


class Taxa:
    """References to weaknesses of one run's taxonomy; equal sets share one value."""

    def __init__(self, weaknesses: tuple[int, ...]) -> None:
        self._index = {number: index for index, number in enumerate(weaknesses)}
        self._known: dict[tuple[int, ...], tuple[Taxon, ...]] = {}

    def of(self, weaknesses: tuple[int, ...]) -> tuple[Taxon, ...]:
        """The references of one result."""
        taxa = self._known.get(weaknesses)
        if taxa is None:
            taxa = tuple(Taxon(str(number), self._index[number]) for number in dict.fromkeys(weaknesses))
            self._known[weaknesses] = taxa
        return taxa


def result_of(
    finding: Finding, sources: tuple[Result, ...], index: int, rules: Mapping[str, int], taxa: Taxa
) -> SarifResult:
    """The result for ``sources[index]``; ``rules`` gives each rule's place in its run."""
    source = sources[index]
    # By position, in the order of the fields: names cost msgspec several times as much as places.
    return SarifResult(
        source.rule_id,
        rules[source.rule_id],
        level_of(source.severity),
        message_of(source.message or source.title or source.rule_id),
        (_place(finding, source),),
        _related(sources, index) if source.related or len(sources) > 1 else (),
        Fingerprints(finding.id),
        _native(source) if source.native_id else None,
        finding.baseline,
        _suppressions(finding.decision, source) if _is_suppressed(finding, source) else (),
        rank_of(finding.severity),
        Provenance(finding.first_seen, finding.last_seen),
        taxa.of(source.weaknesses) if source.weaknesses else (),
        tuple(filter(is_link, dict.fromkeys(finding.tickets))) if finding.tickets else (),
        _properties(finding, source, index),
    )


def _place(finding: Finding, source: Result) -> Place:
    if source.location is not None and source.component is None and source.resource is None:
        return Place(physical_at(source.location))
    thing = source if has_place(source) else finding
    return Place(physical_at(place_of(thing)), _logical(thing.component, thing.resource, thing.endpoint))


@lru_cache(maxsize=4096)
def _logical(
    component: Component | None, resource: Resource | None, endpoint: Endpoint | None
) -> tuple[LogicalLocation, ...]:
    names = []
    if component is not None:
        name = f"{component.name} {component.version}".strip()
        names.append(LogicalLocation(component.purl or name, "package", name))
    if resource is not None:
        names.append(LogicalLocation(resource.uid, "resource", resource_words(resource)))
    if endpoint is not None:
        names.append(LogicalLocation(endpoint_words(endpoint), "endpoint"))
    return tuple(names)


def _related(sources: tuple[Result, ...], index: int) -> tuple[Place, ...]:
    """What the tool itself relates, then the finding's other sources: the primary lists all, the others the primary."""
    own = sources[index].related
    others = sources[1:] if index == 0 else sources[:1]
    places = (
        *(_related_place(location, "Related place") for location in own),
        *(_related_place(place_of(other), f"{other.tool}: {other.rule_id}") for other in others),
    )
    return tuple(dict.fromkeys(places))  # SARIF wants each but once (2.1.0, 3.27.22)


def _related_place(location: Location, text: str) -> Place:
    return Place(physical_at(location), message=message_of(text))


def _native(source: Result) -> dict[str, str] | None:
    """The tool's own fingerprint as evidence; a secret's may be a hash of it, so it stays inside."""
    return None if source.kind is _SECRET else {"native/v1": source.native_id}


def _is_suppressed(finding: Finding, source: Result) -> bool:
    return source.suppression is not None or finding.decision.disposition is not _OPEN


def _suppressions(decision: Decision, source: Result) -> tuple[SuppressionNote, ...]:
    notes = []
    if source.suppression is not None:
        notes.append(SuppressionNote("inSource", justification=source.suppression.reason))
    if decision.disposition.silences and decision.origin != "tool":
        reason = f"{decision.disposition.value}: {decision.reason}" if decision.reason else decision.disposition.value
        notes.append(SuppressionNote("external", justification=reason))
    return tuple(notes)


def _properties(finding: Finding, source: Result, index: int) -> ResultProperties:
    merge = finding.merges[index - 1] if 0 < index <= len(finding.merges) else None
    home, decision = finding.belonging, finding.decision
    return ResultProperties(
        finding.id,
        source.severity,
        source.report,
        source.pointer,
        finding.status,
        source.native_severity,
        source.vulnerability_ids,
        finding.standing,
        finding.due_at,
        finding.tickets,
        None if merge is None else _merge_note(merge),
        _runners_up(finding) if index == 0 and finding.runners_up else (),
        home.product_type,
        home.product,
        home.engagement,
        home.environment,
        decision.author or decision.origin,
        decision.decided_at,
        decision.expires_at,
    )


def _runners_up(finding: Finding) -> tuple[RunnerUpNote, ...]:
    return tuple(RunnerUpNote(other.tool, other.rule_id, other.where, other.veto) for other in finding.runners_up)


def _merge_note(merge: Merge) -> MergeNote:
    return MergeNote(merge.tier, merge.key, merge.inputs)
