"""Secret values: sealed for comparison, masked everywhere else.

One tool knows the value of a secret, another prints it in a message, a third in a URL. So the redactor is built from
all reports of a run and then applied to all of them; after it no :class:`Report` holds a secret value.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.coverage import Coverage
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.report import Report, Scan, Secrets
from aggregator.model.result import Result, Rule, Suppression
from aggregator.normalize.secret_forms import fold_case, forms_of, is_masked, is_worth_masking, stands_alone
from aggregator.normalize.secret_patterns import MASK, mask_likely, mask_marked

_T = TypeVar("_T")
_S = TypeVar("_S", bound=Struct)
_MEMO = 8192


def seal(value: str, key: bytes) -> str:
    """A keyed digest (HMAC-SHA256, 32 hex digits) by which equal secrets are recognised within a run.

    Empty for an empty value and for one that its tool has masked already: it says nothing about the secret.
    """
    if is_masked(value):
        return ""
    return hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


class Redactor:
    """Masks what is known to be secret in this run, and what looks like it.

    Args:
        values: the secret values that the readers saw. Short ones and everyday words are left out, for masking them
            everywhere would only garble texts; a reader masks those in the entry itself.
    """

    def __init__(self, values: frozenset[str] = frozenset()) -> None:
        worth = [value for value in values if is_worth_masking(value)]
        # Hosts, packages and ids lose their case on the way, so case tells nothing. A form that one value asks for
        # everywhere is looked for everywhere, in whatever order the values come.
        needles: dict[str, bool] = {}
        for form, whole in (pair for value in worth for pair in forms_of(value)):
            needle = fold_case(form)
            needles[needle] = whole and needles.get(needle, True)
        self._needles = tuple(sorted(needles))
        self._must_stand_alone = tuple(needles[needle] for needle in self._needles)
        if needles:
            self._find = self._finder()
            self.redact_text: Callable[[str], str] = lru_cache(_MEMO)(self._redact_text)
            self.redact_name: Callable[[str], str] = lru_cache(_MEMO)(self._redact_name)
        else:
            self.redact_text, self.redact_name = mask_likely, mask_marked

    @classmethod
    def of(cls, reports: Iterable[Report]) -> Redactor:
        """The redactor of a run: it knows the values that any of its reports gave away."""
        return cls(frozenset().union(*(report.secrets.reveal() for report in reports)))

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._needles)} forms>"

    def _finder(self) -> Callable[[str], list[tuple[int, int, int]]]:
        from ahocorasick_rs import AhoCorasick  # noqa: PLC0415 - costs 3 ms, and most runs know no secret

        automaton = AhoCorasick(self._needles)
        return lambda text: automaton.find_matches_as_indexes(text, overlapping=True)

    def _redact_text(self, text: str) -> str:
        """The text with known and likely secrets as ``[redacted]``."""
        return mask_likely.__wrapped__(self._mask_known(text))

    def _redact_name(self, text: str) -> str:
        """As ``redact_text`` for what carries identity: tokens that merely look random stay, they tell names apart."""
        return mask_marked.__wrapped__(self._mask_known(text))

    def _mask_known(self, text: str) -> str:
        spans = [
            (start, end)
            for needle, start, end in self._find(fold_case(text))
            if not self._must_stand_alone[needle] or stands_alone(text, start, end)
        ]
        return _cut(text, spans) if spans else text


def mask(text: str, value: str) -> str:
    """The text of the entry that carries ``value``, without it, however short the value is."""
    return text.replace(value, MASK) if value else text


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with the union of the spans masked."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    ends = [(0, 0), *merged, (len(text), len(text))]
    return MASK.join(text[before[1] : after[0]] for before, after in pairwise(ends))


# --- applied to what readers return ---------------------------------------------------------------------------------


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
    changed = _masked(changed, ("tool", "tool_version", "scope", "report"), redactor.redact_name)
    return _with(
        changed,
        coverage=_redact_coverage(scan.coverage, redactor),
        results=_redact_results(scan.results, redactor),
        rules=_each(scan.rules, redactor, _redact_rule),
    )


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
    names = {each.rule_id for each in results} | {each.native_id for each in results}
    names.update({each.scope for each in results}, {each.native_severity for each in results})
    names.update({each.tool for each in results}, {each.report for each in results})
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
    changed = _masked(result, ("title", "message", "snippet"), redactor.redact_text)
    names = ("tool", "scope", "report", "rule_id", "native_severity", "native_id")
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
