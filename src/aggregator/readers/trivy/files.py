"""Trivy's misconfigurations and secrets: problems of a file."""

from __future__ import annotations

import re

from aggregator.model.location import Location, Resource
from aggregator.model.result import Kind, Result, Rule
from aggregator.model.severity import Severity
from aggregator.normalize.resources import type_in_address
from aggregator.normalize.rule_ids import canonical_trivy_check
from aggregator.normalize.severity import severity_of_word
from aggregator.normalize.text import clean_text
from aggregator.normalize.weakness import HARD_CODED_CREDENTIALS
from aggregator.readers.entries import line_of
from aggregator.readers.trivy.shapes import Cause, Misconfiguration, Secret
from aggregator.readers.trivy.target import Place

# What Trivy writes for a block of CloudFormation that it has no name for: the file and the lines.
_LINES = re.compile(r":\d+-\d+$")


def misconfiguration_result(entry: Misconfiguration, place: Place) -> Result:
    """One failed check."""
    rule_id = _rule_id(entry)
    cause = entry.cause or Cause()
    resource = _resource(cause)
    location, within = _where(place, cause.start_line, cause.end_line)
    names = (clean_text(entry.id), clean_text(entry.avd_id or ""))
    return Result(
        kind=Kind.IAC,
        tool=place.tool,
        scope=place.artifact.scope,
        report=place.report,
        pointer=place.pointer,
        rule_id=rule_id,
        rule_aliases=tuple(dict.fromkeys(name for name in names if name and name != rule_id)),
        title=clean_text(entry.title or "").strip() or rule_id,
        message=clean_text(entry.message or ""),
        severity=severity_of_word(entry.severity or "") or Severity.INFO,
        native_severity=entry.severity or "",
        location=location,
        resource=resource or within,
        # With a resource the address identifies; code lines may hold secrets and are kept only where nothing else does.
        snippet="" if resource else _flagged(cause),
    )


def misconfiguration_rule(entry: Misconfiguration) -> Rule:
    """What Trivy tells about the check."""
    rule_id = _rule_id(entry)
    return Rule(
        rule_id,
        name=clean_text(entry.title or ""),
        description=clean_text(entry.description or "").strip(),
        help=clean_text(entry.resolution or ""),
        help_uri=clean_text(entry.url or ""),
        references=tuple(clean_text(link) for link in entry.references or ()),
    )


def secret_result(entry: Secret, place: Place) -> Result:
    """One secret, without the text it was found in."""
    location, within = _where(place, entry.start_line, entry.end_line)
    title = clean_text(entry.title or "") or clean_text(entry.rule_id)
    return Result(
        kind=Kind.SECRET,
        tool=place.tool,
        scope=place.artifact.scope,
        report=place.report,
        pointer=place.pointer,
        rule_id=clean_text(entry.rule_id),
        title=title,
        severity=severity_of_word(entry.severity or "") or Severity.HIGH,
        native_severity=entry.severity or "",
        weaknesses=HARD_CODED_CREDENTIALS,
        location=location,
        resource=within,
    )


def secret_rule(entry: Secret) -> Rule:
    """The kind of secret."""
    title = clean_text(entry.title or "")
    return Rule(clean_text(entry.rule_id), name=title, tags=(clean_text(entry.category),) if entry.category else ())


def _rule_id(entry: Misconfiguration) -> str:
    """The AVD id decides where there is one, for some old ids are words. A custom check keeps its id."""
    return canonical_trivy_check(clean_text(entry.avd_id or entry.id))


def _where(place: Place, start: int | None, end: int | None) -> tuple[Location | None, Resource | None]:
    """A place in the repository's files; inside an image no such place, but a file of the image."""
    if place.artifact.image:
        return None, Resource(f"{place.artifact.image}!{place.path}", type="image-file", name=place.path)
    first = line_of(start)
    last = max(line_of(end) or first, first) if first else None
    return Location(place.path, first, end_line=last), None


def _resource(cause: Cause) -> Resource | None:
    address = clean_text(cause.resource or "").strip()
    if not address or _LINES.search(address):
        return None
    return Resource(address, provider=clean_text(cause.provider or "").lower(), type=type_in_address(address))


def _flagged(cause: Cause) -> str:
    lines = (cause.code.lines if cause.code else None) or ()
    return "\n".join(line.content for line in lines if line.is_cause and line.content)
