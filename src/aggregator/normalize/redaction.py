"""Redaction: the secrets of any report masked in every text of every report; none is left in a :class:`Report`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.coverage import Coverage
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.report import Report, Scan, Secrets
from aggregator.model.result import Result, Rule, Suppression
from aggregator.normalize.secrets import Redactor

_T = TypeVar("_T")
_S = TypeVar("_S", bound=Struct)


def redact_report(report: Report, redactor: Redactor) -> Report:
    """The report without secrets: what is unchanged stays the same object, and ``Report.secrets`` is empty."""
    return replace(
        _masked(report, ("name", "place"), redactor.redact_name),
        scans=_each(report.scans, redactor, _redact_scan),
        diagnostics=_each(report.diagnostics, redactor, redact_diagnostic),
        secrets=Secrets(),
    )


def _redact_scan(scan: Scan, redactor: Redactor) -> Scan:
    changed = _masked(scan, ("reason", "next_step"), redactor.redact_text)
    changed = _masked(changed, ("tool", "tool_version", "scope", "report", "place"), redactor.redact_name)
    return _with(
        changed,
        coverage=_redact_coverage(scan.coverage, redactor),
        results=_redact_results(scan.results, redactor),
        rules=_each(scan.rules, redactor, _redact_rule),
    )


_is_line_hash = re.compile(r"primaryLocationLineHash:[0-9a-f]{1,16}:[0-9]{1,6}").fullmatch


def _redact_results(results: tuple[Result, ...], redactor: Redactor) -> tuple[Result, ...]:
    """Every result redacted; the same tuple when none holds a secret.

    What results say is looked at once for each distinct text, and only those that say something unclean are touched.
    """
    unclean = {text for text in _texts_of(results) if redactor.redact_text(text) != text}
    unclean |= {name for name in _names_of(results) if redactor.redact_name(name) != name}
    if not unclean:
        return results
    return tuple([each if unclean.isdisjoint(_said_by(each)) else redact_result(each, redactor) for each in results])


def _texts_of(results: Iterable[Result]) -> set[str]:
    """The distinct texts of the results."""
    texts = {each.message for each in results} | {each.title for each in results} | {each.snippet for each in results}
    texts.update(each.suppression.reason for each in results if each.suppression is not None)
    return texts


def _names_of(results: Iterable[Result]) -> set[str]:
    """The distinct names of the results: rules, ids, paths, packages, resources, endpoints."""
    names = {each.rule_id for each in results}
    # The one fingerprint that everybody has is a hash of code; each is distinct, and there may be 100 000.
    names.update(each.native_id for each in results if each.native_id and not _is_line_hash(each.native_id))
    names.update({each.scope for each in results}, {each.native_severity for each in results})
    names.update({each.tool for each in results}, {each.report for each in results})
    names.update({each.commit for each in results})
    names.update(*{each.rule_aliases for each in results}, *{each.vulnerability_ids for each in results})
    names.update(each.location.path for each in results if each.location is not None)
    names.update(other.path for each in results for other in each.related)
    for each in results:
        if each.component or each.resource or each.endpoint:
            names.update(_things_of(each))
    return names


def _said_by(result: Result) -> tuple[str, ...]:
    """Everything one result says."""
    return (
        *(result.message, result.title, result.snippet, result.rule_id, result.native_id, result.scope),
        *(result.tool, result.report, result.native_severity, *result.rule_aliases, *result.vulnerability_ids),
        result.commit,
        *_things_of(result),
        *((result.location.path,) if result.location else ()),
        *((result.suppression.reason,) if result.suppression else ()),
        *(other.path for other in result.related),
    )


def _things_of(result: Result) -> tuple[str, ...]:
    component, resource, endpoint = result.component, result.resource, result.endpoint
    said: tuple[str, ...] = ()
    if component:
        said += (component.purl, component.name, component.version, component.path, component.image)
        said += component.fixed_versions
    if resource:
        said += (resource.uid, resource.provider, resource.account, resource.region, resource.type, resource.name)
    if endpoint:
        said += (endpoint.host, endpoint.path, endpoint.method, endpoint.parameter)
    return said


def redact_result(result: Result, redactor: Redactor) -> Result:
    """The result without secrets, in every text it carries; the same object when it holds none."""
    # What no rule names takes its title from its message.
    is_said = result.message.startswith(result.title.removesuffix("…"))
    changed = _masked(result, ("message", "title") if is_said else ("message",), redactor.redact_text)
    changed = _masked(changed, ("title", "snippet"), redactor.redact_code)
    names = ("tool", "scope", "report", "rule_id", "native_severity", "native_id", "commit")
    changed = _masked(changed, names, redactor.redact_name)
    return _with(
        changed,
        rule_aliases=_names(result.rule_aliases, redactor),
        vulnerability_ids=_names(result.vulnerability_ids, redactor),
        location=result.location and _redact_location(result.location, redactor),
        related=_each(result.related, redactor, _redact_location),
        component=result.component and _redact_component(result.component, redactor),
        resource=result.resource and _redact_resource(result.resource, redactor),
        endpoint=result.endpoint and _redact_endpoint(result.endpoint, redactor),
        suppression=result.suppression and _redact_suppression(result.suppression, redactor),
    )


def redact_diagnostic(diagnostic: Diagnostic, redactor: Redactor) -> Diagnostic:
    """The diagnostic without secrets."""
    changed = _masked(diagnostic, ("reason", "next_step"), redactor.redact_text)
    return _masked(changed, ("subject", "pointer"), redactor.redact_name)


def _redact_rule(rule: Rule, redactor: Redactor) -> Rule:
    changed = _masked(rule, ("name", "description", "help"), redactor.redact_text)
    changed = _masked(changed, ("id", "help_uri"), redactor.redact_name)
    return _with(changed, references=_names(rule.references, redactor), tags=_names(rule.tags, redactor))


def _redact_coverage(coverage: Coverage, redactor: Redactor) -> Coverage:
    return _with(
        coverage,
        paths=_name_set(coverage.paths, redactor),
        unread=_name_set(coverage.unread, redactor),
        rules=_name_set(coverage.rules, redactor),
        unrun_rules=_name_set(coverage.unrun_rules, redactor),
        evaluated=_name_set(coverage.evaluated, redactor),
        passed=_name_set(coverage.passed, redactor),
        regions=_name_set(coverage.regions, redactor),
        targets=_name_set(coverage.targets, redactor),
        active=_name_set(coverage.active, redactor),
        system=redactor.redact_name(coverage.system),
    )


def _redact_location(location: Location, redactor: Redactor) -> Location:
    return _masked(location, ("path",), redactor.redact_name)


def _redact_component(component: Component, redactor: Redactor) -> Component:
    changed = _masked(component, ("purl", "name", "version", "path", "image"), redactor.redact_name)
    return _with(changed, fixed_versions=_names(component.fixed_versions, redactor))


def _redact_resource(resource: Resource, redactor: Redactor) -> Resource:
    return _masked(resource, ("uid", "provider", "account", "region", "type", "name"), redactor.redact_name)


def _redact_endpoint(endpoint: Endpoint, redactor: Redactor) -> Endpoint:
    return _masked(endpoint, ("host", "path", "method", "parameter"), redactor.redact_name)


def _redact_suppression(suppression: Suppression, redactor: Redactor) -> Suppression:
    return _masked(suppression, ("reason",), redactor.redact_text)


def _names(values: tuple[str, ...], redactor: Redactor) -> tuple[str, ...]:
    masked = tuple(map(redactor.redact_name, values))
    return values if masked == values else masked


def _name_set(values: frozenset[str] | None, redactor: Redactor) -> frozenset[str] | None:
    if not values:
        return values
    masked = frozenset(map(redactor.redact_name, values))
    return values if masked == values else masked


def _each(values: tuple[_T, ...], redactor: Redactor, redact: Callable[[_T, Redactor], _T]) -> tuple[_T, ...]:
    """Every value redacted; the same tuple when nothing changed."""
    if not values:
        return values
    masked = tuple([redact(value, redactor) for value in values])
    return values if all(map(_is, values, masked)) else masked


def _is(one: object, other: object) -> bool:
    return one is other


def _masked(struct: _S, fields: tuple[str, ...], redact: Callable[[str], str]) -> _S:
    """The struct with some of its texts redacted; the same object when nothing changed."""
    changes = {}
    for field in fields:
        text = getattr(struct, field)
        if text and (masked := redact(text)) != text:
            changes[field] = masked
    return replace(struct, **changes) if changes else struct


def _with(struct: _S, **fields: object) -> _S:
    """The struct with these fields; the same object when all of them are its own already."""
    changes = {field: value for field, value in fields.items() if value is not getattr(struct, field)}
    return replace(struct, **changes) if changes else struct
