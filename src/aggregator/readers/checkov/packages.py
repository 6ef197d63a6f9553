"""Checkov's findings about packages, which it makes only for those who have an API key."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.model.location import Component, Location
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Cvss, Severity
from aggregator.normalize.components import component_purl
from aggregator.normalize.severity import cvss_of_vector, severity_of_score, severity_of_word
from aggregator.normalize.text import clean_text, first_sentence
from aggregator.normalize.vulnerability_ids import normalize_vulnerability_ids
from aggregator.readers.checkov.shapes import Check, Vulnerability

_HIGHEST = 10.0


def package_result(base: Result, check: Check, details: Vulnerability) -> Result:
    """A vulnerability of a package, or a licence that is not allowed."""
    if details.license and not details.id:
        return _license_result(base, details)
    ids = normalize_vulnerability_ids((details.id or check.check_id,))
    rating = _rating(details)
    rule_id = ids[0] if ids else base.rule_id
    return replace(
        base,
        kind=Kind.SCA,
        rule_id=rule_id,
        title=first_sentence(check.description or "") or rule_id,
        severity=severity_of_word(base.native_severity) or _step(rating),
        vulnerability_ids=ids,
        cvss=rating,
        component=_component(base, details),
        location=_without_first_line(base.location),
    )


def _license_result(base: Result, details: Vulnerability) -> Result:
    return replace(
        base,
        kind=Kind.LICENSE,
        rule_id=clean_text(details.license or ""),
        title=f"Licence {clean_text(details.license or '')}",
        severity=min(severity_of_word(base.native_severity) or Severity.MEDIUM, Severity.MEDIUM, key=_rank),
        component=_component(base, details),
        location=_without_first_line(base.location),
    )


def _rank(severity: Severity) -> int:
    return severity.rank


def _component(base: Result, details: Vulnerability) -> Component | None:
    name = clean_text(details.package_name or "").strip()
    if not name:
        return None
    fixed = details.fix_version or details.lowest_fixed_version
    return Component(
        purl=component_purl(details.package_type or "", name),
        name=name,
        version=clean_text(details.package_version or ""),
        fixed_versions=(clean_text(fixed),) if isinstance(fixed, str) and fixed[:1].isdigit() else (),
        path=base.location.path if base.location else "",
    )


def _rating(details: Vulnerability) -> Cvss | None:
    score = _number(details.cvss)
    if details.vector:
        return cvss_of_vector(clean_text(details.vector), "", score)
    return Cvss("3.1", score) if score is not None and 0.0 < score <= _HIGHEST else None


def _number(value: float | str | None) -> float | None:
    try:
        return float(value) if value is not None else None
    except ValueError:
        return None


def _step(rating: Cvss | None) -> Severity:
    return severity_of_score(rating.score, rating.version) if rating else Severity.MEDIUM


def _without_first_line(where: Location | None) -> Location | None:
    """The first line alone stands for "somewhere in this manifest"."""
    if where is not None and where.start_line == where.end_line == 1:
        return Location(where.path)
    return where
