"""Trivy's vulnerabilities and licences: problems of a package."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from aggregator.model.location import Component, Location
from aggregator.model.result import Kind, Result, Rule
from aggregator.model.severity import Cvss, Severity
from aggregator.normalize.components import component_purl
from aggregator.normalize.severity import cvss_of_vector, preferred_cvss, severity_of_score, severity_of_word
from aggregator.normalize.text import clean_text, first_sentence
from aggregator.normalize.vulnerability_ids import normalize_vulnerability_ids
from aggregator.normalize.weakness import parse_weaknesses
from aggregator.readers.trivy.shapes import License, Ratings, Vulnerability
from aggregator.readers.trivy.target import Place

# Whose rating is shown when the source of the severity gave none.
_RATING_SOURCES = ("nvd", "ghsa", "redhat", "bitnami")
_HIGHEST = 10.0


def vulnerability_result(entry: Vulnerability, place: Place) -> Result:
    """One vulnerability of one package."""
    cvss = _cvss(entry)
    path = _package_path(entry.package_path, place)
    word = entry.severity or ""
    return Result(
        kind=Kind.CONTAINER if place.artifact.image else Kind.SCA,
        tool=place.tool,
        scope=place.artifact.scope,
        report=place.report,
        pointer=place.pointer,
        rule_id=_rule_id(entry.id),
        title=_title(entry),
        message=_advice(entry),
        severity=_severity(word, cvss),
        native_severity=word,
        weaknesses=parse_weaknesses(entry.weaknesses),
        vulnerability_ids=normalize_vulnerability_ids((entry.id, *(entry.vendor_ids or ()))),
        cvss=cvss,
        location=Location(path) if path and not place.artifact.image else None,
        component=_component(entry, place, path),
        # Of a jar it is the same in every jar and repository: its parts are empty there.
        native_id=(entry.fingerprint or "") if entry.package_id else "",
    )


def vulnerability_rule(entry: Vulnerability) -> Rule:
    """What Trivy tells about the vulnerability, whatever package has it."""
    return Rule(
        _rule_id(entry.id),
        name=_title(entry),
        description=clean_text(entry.description or ""),
        help_uri=clean_text(entry.url or ""),
        references=tuple(clean_text(link) for link in entry.references or ()),
    )


def license_result(entry: License, place: Place) -> Result:
    """One licence of a package, or of a file that carries its text."""
    path = place.artifact.path(entry.file_path) if entry.file_path else place.path
    name = clean_text(entry.pkg_name or "")
    subject = name or path
    in_file = bool(path) and not place.artifact.image
    return Result(
        kind=Kind.LICENSE,
        tool=place.tool,
        scope=place.artifact.scope,
        report=place.report,
        pointer=place.pointer,
        rule_id=clean_text(entry.name),
        title=f"Licence {clean_text(entry.name)}",
        message=f"{subject} is under {clean_text(entry.name)} ({clean_text(entry.category or 'unknown')}).",
        severity=_capped(severity_of_word(entry.severity or "")),
        native_severity=entry.severity or "",
        confidence=_percent(entry.confidence),
        location=Location(path) if in_file else None,
        component=Component(
            component_purl(place.type or "generic", name) if name else "",
            name or path,
            path=path,
            image=place.artifact.image,
        ),
    )


def license_rule(entry: License) -> Rule:
    """The licence itself."""
    return Rule(
        clean_text(entry.name),
        name=f"Licence {clean_text(entry.name)}",
        help_uri=clean_text(entry.link or ""),
        tags=(clean_text(entry.category),) if entry.category else (),
    )


def _component(entry: Vulnerability, place: Place, path: str) -> Component:
    purl = entry.identifier.purl if entry.identifier else None
    fixed = (clean_text(version).strip() for version in (entry.fixed_version or "").split(","))
    return Component(
        purl=component_purl(purl) if purl else component_purl(place.type, entry.package),
        name=clean_text(entry.package),
        version=clean_text(entry.version or ""),
        fixed_versions=tuple(version for version in fixed if version),
        path=path,
        image=place.artifact.image,
    )


def _package_path(package_path: str | None, place: Place) -> str:
    """The file that brings the package; a package of the operating system has none."""
    if package_path:
        return place.artifact.path(package_path)
    return "" if place.is_system else place.path


@lru_cache(maxsize=1 << 13)
def _rule_id(native: str) -> str:
    return next(iter(normalize_vulnerability_ids((native,))), clean_text(native))


def _title(entry: Vulnerability) -> str:
    return clean_text(entry.title or "").strip() or first_sentence(entry.description or "") or _rule_id(entry.id)


def _advice(entry: Vulnerability) -> str:
    package = clean_text(f"{entry.package} {entry.version or ''}".strip())
    fix = f"fixed in {clean_text(entry.fixed_version)}" if entry.fixed_version else "no fixed version is known"
    return f"{package} is affected by {_rule_id(entry.id)}; {fix}."


def _severity(word: str, cvss: Cvss | None) -> Severity:
    """Trivy's word; for ``UNKNOWN`` the rating's step, when there is a rating."""
    known = severity_of_word(word)
    if known is not None:
        return known
    return severity_of_score(cvss.score, cvss.version) if cvss else Severity.INFO


def _cvss(entry: Vulnerability) -> Cvss | None:
    if not entry.cvss:
        return None
    sources = dict.fromkeys((entry.severity_source or "", *_RATING_SOURCES, *sorted(entry.cvss)))
    for source in sources:
        if source in entry.cvss:
            preferred = preferred_cvss(_ratings(entry.cvss[source], source))
            if preferred:
                return preferred
    return None


def _ratings(ratings: Ratings, source: str) -> Iterator[Cvss]:
    for version, vector, score in (
        ("4.0", ratings.v4_vector, ratings.v4_score),
        ("3.1", ratings.v3_vector, ratings.v3_score),
        ("2.0", ratings.v2_vector, ratings.v2_score),
    ):
        if vector:
            rating = cvss_of_vector(vector, clean_text(source), score)
        else:
            rating = Cvss(version, score, "", clean_text(source)) if score and 0.0 < score <= _HIGHEST else None
        if rating:
            yield rating


def _capped(severity: Severity | None) -> Severity:
    """A licence is a matter of law, not an open door: MEDIUM at most."""
    known = severity or Severity.INFO
    return known if known.rank < Severity.MEDIUM.rank else Severity.MEDIUM


def _percent(part: float | None) -> int | None:
    return round(part * 100) if part is not None and 0.0 < part <= 1.0 else None
