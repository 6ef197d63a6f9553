"""OSV-Scanner's findings: a group of advisories about one package, and a licence that is not allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from aggregator.model.location import Component, Location
from aggregator.model.result import Kind, Result, Rule, Suppression
from aggregator.model.severity import Cvss, Severity
from aggregator.normalize.components import component_purl
from aggregator.normalize.severity import cvss_of_vector, preferred_cvss, severity_of_score
from aggregator.normalize.text import clean_text
from aggregator.normalize.vulnerability_ids import normalize_vulnerability_ids
from aggregator.normalize.weakness import parse_weaknesses
from aggregator.readers.advisories import advice, advisory_name, cleaned, headline, rated
from aggregator.readers.osv_scanner.shapes import Advisory, Group, Name

# Which id speaks for a group, as OSV-Scanner's own reports have it: a bulletin of a distribution covers several CVEs.
_FIRST = ("DSA-", "USN-")
_LAST = "GHSA-"
_MALICIOUS = "MAL-"


class Place(Struct, frozen=True):
    """Where a package stands.

    Attributes:
        pointer: the entry inside the report (RFC 6901).
        path: the manifest; empty for an operating system's packages.
        image: what stands for the image; empty outside images.
    """

    tool: str
    scope: str
    report: str
    kind: Kind
    pointer: str
    path: str
    image: str = ""


def group_result(group: Group, advisories: Sequence[Advisory], package: Name, place: Place) -> Result:
    """One vulnerability of one package."""
    names = normalize_vulnerability_ids((*group.ids, *(group.aliases or ())))
    rule_id = min(names, key=_order, default=advisory_name(group.ids[0]) if group.ids else "")
    component = _component(package, advisories, place)
    cvss = _cvss(advisories)
    severity, word = _severity(group, advisories, cvss)
    return Result(
        kind=place.kind,
        tool=place.tool,
        scope=place.scope,
        report=place.report,
        pointer=place.pointer,
        rule_id=rule_id,
        title=_title(advisories) or rule_id,
        message=advice(component.name, component.version, rule_id, component.fixed_versions),
        severity=severity,
        native_severity=word,
        weaknesses=_weaknesses(advisories),
        vulnerability_ids=names or ((rule_id,) if rule_id else ()),
        cvss=cvss,
        location=Location(place.path) if place.path and not place.image else None,
        component=component,
        suppression=_suppression(group),
    )


def group_rule(result: Result, advisories: Sequence[Advisory]) -> Rule:
    """What the advisories tell about the vulnerability, the first of them for all."""
    details = next((advisory.details for advisory in advisories if advisory.details), "")
    links = [reference.url for advisory in advisories for reference in advisory.references or ()]
    return Rule(
        result.rule_id,
        name=result.title,
        description=clean_text(details),
        references=tuple(dict.fromkeys(cleaned(links))),
    )


def license_result(name: str, package: Name, place: Place) -> Result:
    """A licence that the caller's list does not allow: a matter of law, not an open door."""
    licence = clean_text(name).strip() or "unknown"
    component = _component(package, (), place)
    return Result(
        kind=Kind.LICENSE,
        tool=place.tool,
        scope=place.scope,
        report=place.report,
        pointer=place.pointer,
        rule_id=licence,
        title=f"Licence {licence}",
        message=f"{component.name} is under {licence}, which is not on the list of allowed licences.",
        severity=Severity.MEDIUM,
        location=Location(place.path) if place.path and not place.image else None,
        component=component,
    )


def _order(name: str) -> tuple[int, str]:
    if name.startswith(_FIRST):
        return (0, name)
    if name.startswith("CVE-"):
        return (1, name)
    return (3 if name.startswith(_LAST) else 2, name)


def _component(package: Name, advisories: Iterable[Advisory], place: Place) -> Component:
    name = clean_text(package.installed or package.name)
    # A distribution stands there with its release: Debian:12.
    ecosystem = clean_text(package.ecosystem or "").partition(":")[0].strip().replace(" ", "-")
    return Component(
        purl=component_purl(ecosystem, name),
        name=name,
        version=clean_text(package.version or package.commit or ""),
        fixed_versions=_fixed(advisories, package.name),
        path=place.path,
        image=place.image,
    )


def _fixed(advisories: Iterable[Advisory], package: str) -> tuple[str, ...]:
    """Versions with the fix; commits are left out, and so are the other packages that an advisory names."""
    return tuple(
        dict.fromkeys(
            clean_text(event.fixed)
            for advisory in advisories
            for affected in advisory.affected or ()
            if affected.package is None or affected.package.name in (None, package)
            for span in affected.ranges or ()
            if span.type != "GIT"
            for event in span.events or ()
            if event.fixed
        )
    )


def _title(advisories: Iterable[Advisory]) -> str:
    texts = (headline(text) for each in advisories for text in (each.summary, each.details) if text)
    return next((text for text in texts if text), "")


def _severity(group: Group, advisories: Sequence[Advisory], cvss: Cvss | None) -> tuple[Severity, str]:
    """By the group's score, else the worst word of a database, else the vector; malware is always critical."""
    if any(name.startswith(_MALICIOUS) for name in group.ids):
        return Severity.CRITICAL, "malicious package"
    score = (group.max_severity or "").strip()
    if score.replace(".", "", 1).isdecimal():
        return severity_of_score(float(score)), score
    words = [word for each in advisories if each.specific and isinstance(word := each.specific.severity, str)]
    steps = [(rated(word, cvss), word) for word in words]
    return max(steps, key=lambda step: step[0].rank, default=(rated("", cvss), ""))


def _cvss(advisories: Iterable[Advisory]) -> Cvss | None:
    vectors = [rating.score for advisory in advisories for rating in advisory.severity or () if "/" in rating.score]
    ratings = (cvss_of_vector(vector, "osv") for vector in vectors)
    return preferred_cvss(rating for rating in ratings if rating)


def _weaknesses(advisories: Iterable[Advisory]) -> tuple[int, ...]:
    details = [
        each
        for advisory in advisories
        for each in (advisory.specific, *(affected.details for affected in advisory.affected or ()))
        if each
    ]
    return parse_weaknesses(*(value for each in details for value in (each.weaknesses, each.own_weaknesses)))


def _suppression(group: Group) -> Suppression | None:
    """What the tool itself does not count: code that is never called, and what a distribution finds unimportant."""
    analyses = {**(group.analysis or {}), **(group.old_analysis or {})}.values()
    if analyses and not any(analysis.called for analysis in analyses):
        return Suppression("not_affected", "OSV-Scanner found no call of the vulnerable code")
    if any(analysis.unimportant for analysis in analyses):
        return Suppression("suppressed", "the distribution calls it unimportant")
    return None
