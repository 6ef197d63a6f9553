"""Grype's matches: a vulnerability of a package, and the rules that took one out."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.model.location import Component, Location
from aggregator.model.result import Kind, Result, Rule, Suppression
from aggregator.model.severity import Cvss
from aggregator.normalize.components import component_purl
from aggregator.normalize.severity import cvss_of_vector, preferred_cvss
from aggregator.normalize.text import clean_text
from aggregator.normalize.weakness import parse_weaknesses
from aggregator.readers.advisories import advice, advisory_name, cleaned, headline, names_of_one, rated
from aggregator.readers.grype.shapes import Artifact, Ignore, Match, Place, Rating, Vulnerability
from aggregator.readers.grype.subject import Subject

# Packages of an operating system: the database that lists them is no manifest of anybody's.
_SYSTEM_TYPES = frozenset({"alpm", "apk", "deb", "portage", "rpm"})
_DISPOSITIONS = {"not_affected": "not_affected", "fixed": "mitigated"}


def match_result(match: Match, pointer: str, subject: Subject, report: str, tool: str) -> Result:
    """One vulnerability of one package."""
    advisory = match.vulnerability
    component = _component(match, subject)
    word = advisory.severity or ""
    cvss = _cvss(match)
    rule_id = advisory_name(advisory.id)
    return Result(
        kind=Kind.CONTAINER if subject.image else Kind.SCA,
        tool=tool,
        scope=subject.scope,
        report=report,
        pointer=pointer,
        rule_id=rule_id,
        title=headline(advisory.description or "") or rule_id,
        message=advice(component.name, component.version, rule_id, component.fixed_versions),
        severity=rated(word, cvss),
        native_severity=word,
        weaknesses=parse_weaknesses([each.cwe for each in advisory.cwes or () if each.cwe]),
        vulnerability_ids=names_of_one(advisory.id, [other.id for other in match.related or ()]),
        cvss=cvss,
        location=Location(component.path) if component.path and not subject.image else None,
        component=component,
        suppression=_suppression(match.ignored_by) if match.ignored_by else None,
    )


def _component(match: Match, subject: Subject) -> Component:
    artifact = match.artifact
    kind = clean_text(artifact.type or "")
    name = clean_text(artifact.name)
    fix = match.vulnerability.fix
    return Component(
        purl=_purl(artifact, kind, name, subject.distro),
        name=name,
        version=clean_text(artifact.version or ""),
        fixed_versions=cleaned(fix.versions) if fix else (),
        path="" if kind in _SYSTEM_TYPES else _path_of(artifact.locations or (), subject),
        image=subject.image,
    )


def _purl(artifact: Artifact, kind: str, name: str, distro: str) -> str:
    purl = artifact.purl or ""
    if purl.startswith("pkg:golang/"):  # a module of four parts has its last ones behind a "#"
        return component_purl("golang", name)
    return component_purl(purl) or component_purl(distro if kind in _SYSTEM_TYPES and distro else kind, name)


def _path_of(places: Sequence[Place], subject: Subject) -> str:
    """The file that shows the package to be there; a Python package has several that only support it."""
    paths = [place.path for place in places if place.path]
    primary = [each.path for each in places if each.path and (each.annotations or {}).get("evidence") == "primary"]
    return next((subject.path(path) for path in (*primary, *paths)), "")


def _cvss(match: Match) -> Cvss | None:
    """The advisory's own rating before one of a related advisory."""
    for advisory in (match.vulnerability, *(match.related or ())):
        ratings = [_rating(each) for each in advisory.cvss or () if each.vector]
        if preferred := preferred_cvss(rating for rating in ratings if rating):
            return preferred
    return None


def _rating(rating: Rating) -> Cvss | None:
    score = rating.metrics.score if rating.metrics else None
    return cvss_of_vector(rating.vector or "", clean_text(rating.source or ""), score)


def _suppression(rules: list[Ignore]) -> Suppression:
    """The first rule that gives a status or a reason speaks for all."""
    status = next((rule.status for rule in rules if rule.status), "")
    reason = next((text for rule in rules for text in (rule.reason, rule.justification) if text), "")
    return Suppression(_DISPOSITIONS.get(status, "suppressed"), clean_text(reason) or "ignored by a rule of Grype")


def advisory_rule(advisory: Vulnerability, result: Result) -> Rule:
    """What Grype tells about the vulnerability, whatever package has it."""
    return Rule(
        result.rule_id,
        name=result.title,
        description=clean_text(advisory.description or ""),
        help_uri=clean_text(advisory.source or ""),
        references=cleaned(advisory.urls),
    )
