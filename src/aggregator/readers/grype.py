"""Grype: JSON of image and folder scans; what its own rules or a VEX document took out is read as suppressed.

A path in the report starts at the scanned folder or at the image's root, with a slash before it or without. How likely
an exploit is (EPSS, known exploited), the model has no field for.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join

import msgspec
from msgspec import Raw, Struct, field

from aggregator.model.coverage import Completeness
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.location import Component, Location
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result, Rule, Suppression
from aggregator.model.severity import Cvss
from aggregator.normalize.components import component_purl
from aggregator.normalize.images import image_repository
from aggregator.normalize.paths import is_inside, normalize_path
from aggregator.normalize.severity import cvss_of_vector, preferred_cvss
from aggregator.normalize.text import clean_text, first_sentence
from aggregator.normalize.weakness import parse_weaknesses
from aggregator.readers.advisories import advice, advisory_name, cleaned, names_of_one, rated
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.entries import decode_entries, keys_of_first, reason_of, refusal

FORMAT = "grype-json"
TOOL = "Grype"

_NOTHING = Raw()
# Packages of an operating system: the database that lists them is no manifest of anybody's.
_SYSTEM_TYPES = frozenset({"alpm", "apk", "deb", "portage", "rpm"})
_DISPOSITIONS = {"not_affected": "not_affected", "fixed": "mitigated"}


class _Program(Struct, frozen=True):
    version: str | None = None


class _Image(Struct, frozen=True):
    """The target of an image scan."""

    user_input: str | None = field(default=None, name="userInput")
    tags: list[str] | None = None
    repo_digests: list[str] | None = field(default=None, name="repoDigests")


class _Source(Struct, frozen=True):
    """What was scanned; ``target`` is a text for everything but an image."""

    type: str = ""
    target: Raw = _NOTHING


class _Distro(Struct, frozen=True):
    name: str | None = None


class _Envelope(Struct, frozen=True):
    matches: Raw
    ignored: Raw = field(default=_NOTHING, name="ignoredMatches")
    source: _Source | None = None
    distro: _Distro | None = None
    descriptor: _Program | None = None


class _Metrics(Struct, frozen=True, gc=False):
    score: float | None = field(default=None, name="baseScore")


class _Rating(Struct, frozen=True, gc=False):
    vector: str | None = None
    source: str | None = None
    metrics: _Metrics | None = None


class _Fix(Struct, frozen=True, gc=False):
    versions: list[str] | None = None


class _Weakness(Struct, frozen=True, gc=False):
    cwe: str | None = None


class _Vulnerability(Struct, frozen=True, gc=False):
    """An advisory; what stands under ``relatedVulnerabilities`` has the same shape."""

    id: str
    source: str | None = field(default=None, name="dataSource")
    severity: str | None = None
    urls: list[str] | None = None
    description: str | None = None
    cvss: list[_Rating] | None = None
    cwes: list[_Weakness] | None = None
    fix: _Fix | None = None


class _Place(Struct, frozen=True, gc=False):
    path: str | None = None
    annotations: dict[str, str] | None = None


class _Artifact(Struct, frozen=True, gc=False):
    name: str
    version: str | None = None
    type: str | None = None
    purl: str | None = None
    locations: list[_Place] | None = None


class _Ignore(Struct, frozen=True, gc=False):
    reason: str | None = None
    status: str | None = field(default=None, name="vex-status")
    justification: str | None = field(default=None, name="vex-justification")


class _Match(Struct, frozen=True, gc=False):
    vulnerability: _Vulnerability
    artifact: _Artifact
    related: list[_Vulnerability] | None = field(default=None, name="relatedVulnerabilities")
    ignored_by: list[_Ignore] | None = field(default=None, name="appliedIgnoreRules")


class _Subject(Struct, frozen=True):
    """The scanned thing.

    Attributes:
        image: the image's repository; empty outside images.
        folder: the scanned folder below the repository root.
        distro: the operating system's name, for packages without a package URL.
    """

    scope: str
    image: str = ""
    folder: str = ""
    distro: str = ""
    roots: tuple[str, ...] = ()

    def path(self, raw: str) -> str:
        """A path inside the image, or below the repository root."""
        path = normalize_path(raw, self.roots).lstrip("/")
        return join(self.folder, path) if self.folder and is_inside(path) and path != self.folder else path


def sniff(head: Head) -> bool:
    """Matches of a vulnerability and an artifact; an empty list is Grype's when the descriptor says so."""
    if not {"matches", "descriptor"} <= head.keys.keys():
        return False
    first = keys_of_first(head.keys["matches"])
    if first:
        return {"vulnerability", "artifact"} <= first
    return first is not None and b'"grype"' in bytes(head.keys["descriptor"])


def read(data: bytes, context: ReadContext) -> Report:
    """Read a Grype report. Without matches it is a complete clean scan."""
    envelope = msgspec.json.decode(data, type=_Envelope)
    subject = _subject_of(envelope, context)
    matches = _Matches(subject, context)
    matches.read(envelope.matches, "/matches")
    matches.read(envelope.ignored, "/ignoredMatches")
    version = (envelope.descriptor.version if envelope.descriptor else None) or ""
    scan = Scan(
        tool=TOOL,
        scope=subject.scope,
        report=context.name,
        tool_version="" if version.startswith("[") else clean_text(version).removeprefix("v"),
        completeness=Completeness.COMPLETE,
        results=tuple(matches.results),
        rules=tuple(matches.rules.values()),
        refused=len(matches.refused),
    )
    return Report(
        name=context.name, place=context.place, format=FORMAT, scans=(scan,), diagnostics=tuple(matches.refused)
    )


def _subject_of(envelope: _Envelope, context: ReadContext) -> _Subject:
    source = envelope.source or _Source()
    distro = clean_text((envelope.distro.name if envelope.distro else None) or "").strip()
    if source.type == "image":
        image = _image_name(msgspec.json.decode(source.target, type=_Image)) or context.place
        return _Subject(image, image=image, distro=distro, roots=context.roots)
    target = msgspec.json.decode(source.target) if memoryview(source.target) else ""
    if source.type not in ("directory", "file") or not isinstance(target, str):
        return _Subject(context.place, distro=distro, roots=context.roots)
    folder = normalize_path(target, context.roots)
    if not is_inside(folder):
        return _Subject(context.place, distro=distro, roots=context.roots)
    return _Subject(folder, folder=folder, distro=distro, roots=context.roots)


def _image_name(image: _Image) -> str:
    """By what the caller asked for; a file or a digest is named by the image's own tags."""
    asked = clean_text(image.user_input or "").strip()
    is_named = asked and not asked.startswith("sha256:") and not asked.endswith((".tar", ".tar.gz"))
    names = [clean_text(name) for name in (*(image.tags or ()), *(image.repo_digests or ()))]
    return image_repository(asked if is_named or not names else names[0])


class _Matches:
    """Collects the results. A rule's text comes from the first match that names it."""

    def __init__(self, subject: _Subject, context: ReadContext) -> None:
        self.results: list[Result] = []
        self.rules: dict[str, Rule] = {}
        self.refused: list[Diagnostic] = []
        self._subject = subject
        self._context = context

    def read(self, raw: Raw, pointer: str) -> None:
        """Read one list of matches."""
        for index, match in self._sound(raw, pointer):
            at = f"{pointer}/{index}"
            result = _result(match, at, self._subject, self._context)
            if not result.rule_id:
                self.refused.append(refusal(self._context.name, at, "it names no vulnerability."))
                continue
            self.results.append(result)
            if result.rule_id not in self.rules:
                self.rules[result.rule_id] = _rule(match.vulnerability, result)

    def _sound(self, raw: Raw, pointer: str) -> Iterator[tuple[int, _Match]]:
        try:
            listed = decode_entries(raw, _Match, pointer, self._context.name)
        except msgspec.ValidationError as error:
            self.refused.append(refusal(self._context.name, pointer, reason_of(error)))
            return
        self.refused += listed.refused
        yield from listed.entries


def _result(match: _Match, pointer: str, subject: _Subject, context: ReadContext) -> Result:
    advisory = match.vulnerability
    component = _component(match, subject)
    word = advisory.severity or ""
    cvss = _cvss(match)
    rule_id = advisory_name(advisory.id)
    return Result(
        kind=Kind.CONTAINER if subject.image else Kind.SCA,
        tool=TOOL,
        scope=subject.scope,
        report=context.name,
        pointer=pointer,
        rule_id=rule_id,
        title=first_sentence(advisory.description or "") or rule_id,
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


def _component(match: _Match, subject: _Subject) -> Component:
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


def _purl(artifact: _Artifact, kind: str, name: str, distro: str) -> str:
    purl = artifact.purl or ""
    if purl.startswith("pkg:golang/"):  # a module of four parts has its last ones behind a "#"
        return component_purl("golang", name)
    return component_purl(purl) or component_purl(distro if kind in _SYSTEM_TYPES and distro else kind, name)


def _path_of(places: list[_Place] | tuple[_Place, ...], subject: _Subject) -> str:
    """The file that shows the package to be there; a Python package has several that only support it."""
    paths = [place.path for place in places if place.path]
    primary = [each.path for each in places if each.path and (each.annotations or {}).get("evidence") == "primary"]
    return next((subject.path(path) for path in (*primary, *paths)), "")


def _cvss(match: _Match) -> Cvss | None:
    """The advisory's own rating before one of a related advisory."""
    for advisory in (match.vulnerability, *(match.related or ())):
        ratings = [_rating(each) for each in advisory.cvss or () if each.vector]
        if preferred := preferred_cvss(rating for rating in ratings if rating):
            return preferred
    return None


def _rating(rating: _Rating) -> Cvss | None:
    score = rating.metrics.score if rating.metrics else None
    return cvss_of_vector(rating.vector or "", clean_text(rating.source or ""), score)


def _suppression(rules: list[_Ignore]) -> Suppression:
    """The first rule that gives a status or a reason speaks for all."""
    status = next((rule.status for rule in rules if rule.status), "")
    reason = next((text for rule in rules for text in (rule.reason, rule.justification) if text), "")
    return Suppression(_DISPOSITIONS.get(status, "suppressed"), clean_text(reason) or "ignored by a rule of Grype")


def _rule(advisory: _Vulnerability, result: Result) -> Rule:
    return Rule(
        result.rule_id,
        name=result.title,
        description=clean_text(advisory.description or ""),
        help_uri=clean_text(advisory.source or ""),
        references=cleaned(advisory.urls),
    )
