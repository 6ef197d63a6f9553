"""From the model to the published shape; nothing here decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import Carried, Decision, Finding, Merge, RunnerUp, Transition
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.outcome import Context, Outcome, Totals
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Result
from aggregator.model.ticket import Ticket
from aggregator.writers.published import (
    PublishedCarry,
    PublishedComponent,
    PublishedDecision,
    PublishedDiagnostic,
    PublishedEndpoint,
    PublishedFinding,
    PublishedLocation,
    PublishedMerge,
    PublishedRelation,
    PublishedResource,
    PublishedRun,
    PublishedRunnerUp,
    PublishedScan,
    PublishedSource,
    PublishedTotals,
    PublishedTransition,
)
from aggregator.writers.published_risk import publish_risk
from aggregator.writers.published_sighting import publish_sightings
from aggregator.writers.published_ticket import assignees_of, publish_tickets
from aggregator.writers.published_verdict import PublishedStop, PublishedVerdict

_NO_DECISION = Decision()
NO_TICKETS: Mapping[str, Ticket] = MappingProxyType({})
"""What is known where nobody asked."""
# On Python 3.11 an enum's member costs 150 ns to reach through its class.
_SECRET = Kind.SECRET


# The published fields that a finding has under the same name, in the order of the published shape. Everything goes in
# by position: forty names cost msgspec ten times as much as forty places.
_WHAT = attrgetter(*PublishedFinding.__struct_fields__[:11])
_WEAKNESSES = attrgetter("weaknesses", "vulnerability_ids")
_WHEN = attrgetter(*PublishedFinding.__struct_fields__[26:34])


def publish_finding(finding: Finding, context: Context, known: Mapping[str, Ticket] = NO_TICKETS) -> PublishedFinding:
    """One finding as it is published; ``known`` is what was read of tickets, by address."""
    home, branch, tickets, locations = context.home(finding), context.line.branch, finding.tickets, _locations(finding)
    what, weaknesses, when = _WHAT(finding), _WEAKNESSES(finding), _WHEN(finding)
    return PublishedFinding(  # type: ignore[call-arg]  # what attrgetter gives has no length for mypy
        *what,
        finding.decision.disposition,
        None if finding.decision == _NO_DECISION else _decision(finding.decision),
        finding.status,
        home.product_type,
        home.product,
        home.engagement,
        home.environment,
        branch,
        context.commit,
        *weaknesses,
        locations,
        None if finding.component is None else _component(finding.component),
        None if finding.resource is None else _resource(finding.resource),
        None if finding.endpoint is None else _endpoint(finding.endpoint),
        *when,
        publish_tickets(tickets, known) if tickets else (),
        tuple([_merge(merge) for merge in finding.merges]) if finding.merges else (),
        tuple([_runner_up(other) for other in finding.runners_up]) if finding.runners_up else (),
        tuple([_carry(carried) for carried in finding.carried]) if finding.carried else (),
        tuple([_transition(transition) for transition in finding.history]) if finding.history else (),
        tuple([PublishedRelation(each.id, each.reason) for each in finding.related]) if finding.related else (),
        tuple([_source(source, locations) for source in finding.sources]) if finding.sources else (),
        None if finding.risk is None else publish_risk(finding.risk),
        finding.owners,
        assignees_of(tickets, known) if tickets else (),
        publish_sightings(finding),
    )


def _decision(decision: Decision) -> PublishedDecision:
    return PublishedDecision(
        decision.reason,
        decision.author,
        decision.origin,
        decision.decided_at,
        decision.expires_at,
        decision.justification,
    )


def _locations(finding: Finding) -> tuple[PublishedLocation, ...]:
    """Every place of the finding once, the primary one first; of this run's sources, else the remembered ones."""
    sources = finding.sources
    if len(sources) == 1 and not sources[0].related and sources[0].location is finding.location:
        return () if finding.location is None else (_location(finding.location),)
    seen: list[Location | None] = [finding.location, *(source.location for source in sources)]
    seen += [location for source in sources for location in source.related]
    if not sources:
        seen += [sighting.location for sighting in finding.sightings]
    return tuple([_location(location) for location in dict.fromkeys(seen) if location is not None])


def _location(location: Location) -> PublishedLocation:
    return PublishedLocation(
        location.path, location.start_line, location.start_column, location.end_line, location.end_column
    )


@lru_cache(maxsize=1024)
def _component(component: Component) -> PublishedComponent:
    return PublishedComponent(
        component.purl,
        component.name,
        component.version,
        component.fixed_versions,
        component.path,
        component.image,
        component.other_versions,
    )


@lru_cache(maxsize=1024)
def _resource(resource: Resource) -> PublishedResource:
    return PublishedResource(
        resource.uid, resource.provider, resource.account, resource.region, resource.type, resource.name
    )


@lru_cache(maxsize=1024)
def _endpoint(endpoint: Endpoint) -> PublishedEndpoint:
    return PublishedEndpoint(endpoint.host, endpoint.path, endpoint.method, endpoint.parameter)


def _merge(merge: Merge) -> PublishedMerge:
    return PublishedMerge(merge.tool, merge.rule_id, merge.tier, merge.key, merge.inputs)


def _runner_up(other: RunnerUp) -> PublishedRunnerUp:
    return PublishedRunnerUp(other.tool, other.rule_id, other.where, other.veto)


def _carry(carried: Carried) -> PublishedCarry:
    return PublishedCarry(carried.tool, carried.rule_id, carried.tier, carried.key, carried.inputs)


def _transition(transition: Transition) -> PublishedTransition:
    return PublishedTransition(transition.at, transition.to, transition.run, transition.reason)


def _source(source: Result, locations: tuple[PublishedLocation, ...]) -> PublishedSource:
    """``locations`` are all of the finding's: where there is one, it is the source's own."""
    location = source.location
    return PublishedSource(
        source.tool,
        source.scope,
        source.rule_id,
        source.title,
        source.message,
        source.severity,
        source.native_severity,
        source.confidence,
        "" if source.kind is _SECRET else source.native_id,
        source.report,
        source.pointer,
        None if location is None else locations[0] if len(locations) == 1 else _location(location),
    )


def publish_scan(scan: Scan) -> PublishedScan:
    """One scan as it is published."""
    coverage = scan.coverage
    return PublishedScan(
        tool=scan.tool,
        tool_version=scan.tool_version,
        scope=scan.scope,
        report=scan.report,
        completeness=scan.completeness,
        reason=scan.reason,
        next_step=scan.next_step,
        extent=coverage.extent,
        covered=None if coverage.paths is None else len(coverage.paths),
        unread=tuple(sorted(coverage.unread)),
        passed=scan.passed,
        manual=scan.manual,
        refused=scan.refused,
    )


def publish_run(outcome: Outcome) -> PublishedRun:
    """Which run this is."""
    context = outcome.context
    return PublishedRun(
        id=context.run.id,
        attempt=context.run.attempt,
        at=outcome.now,
        is_baseline=outcome.is_baseline,
        product_type=context.product_type,
        product=context.line.product,
        engagement=context.examination or context.engagement,
        environment=context.line.environment,
        branch=context.line.branch,
        commit=context.commit,
        state_key=context.line.key,
    )


def publish_verdict(outcome: Outcome) -> PublishedVerdict:
    """What the gate says."""
    verdict = outcome.verdict
    stops = tuple([PublishedStop(each.rules, each.why, each.remedy, each.findings) for each in verdict.reasons])
    return PublishedVerdict(verdict.ruling, verdict.reason, verdict.failing, stops, verdict.is_advisory)


def publish_totals(totals: Totals) -> PublishedTotals:
    """The numbers, their tables in order of name."""
    numbers = {name: getattr(totals, name) for name in PublishedTotals.__struct_fields__}
    for name in ("by_severity", "by_tool", "mean_days_to_remediate", "by_product"):
        numbers[name] = dict(sorted(numbers[name].items()))
    return PublishedTotals(**numbers)


def publish_diagnostics(diagnostics: Iterable[Diagnostic]) -> tuple[PublishedDiagnostic, ...]:
    """What went wrong, in the order given."""
    return tuple(
        PublishedDiagnostic(item.code, item.level, item.subject, item.reason, item.next_step, item.pointer)
        for item in diagnostics
    )
