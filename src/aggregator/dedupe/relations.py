"""What belongs together and is not one problem: a package and the image that carries it, a page and the code behind it.

Links only. Each has its own life: the image stays vulnerable until it is built again, the page until it is deployed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from posixpath import splitext

from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.finding import Finding
from aggregator.model.result import Kind, Result

Relation = tuple[str, str]
"""The id of another finding, and why it is related, in words."""

_MOST_EACH = 10
_PARTS = re.compile(r"[A-Za-z0-9_-]+")
_SHORTEST_NAME = 3
_TELLING_PARTS = 2
# Folders and path segments that every application has.
_COMMON_PARTS = """
api app apps application backend client cmd com controller controllers default frontend handler handlers home index java
lib main model models module modules page pages php public python resources rest root route router routes routers server
service services site src static templates test tests v1 v2 v3 view views web webapp www
"""
_EVERYWHERE = frozenset(_COMMON_PARTS.split())


def relate(findings: Sequence[Finding], knowledge: Knowledge | None = None) -> dict[str, tuple[Relation, ...]]:
    """Related findings by id, in order of their ids, at most ten each; findings without relations are left out.

    What is closed is related to nothing. Takes time in proportion to the findings.
    """
    current = [finding for finding in findings if finding.closed_at is None]
    links: dict[str, dict[str, str]] = {}
    for one, two, reason in (*_images_and_packages(current), *_pages_and_code(current, knowledge or Knowledge())):
        links.setdefault(one, {}).setdefault(two, reason)
        links.setdefault(two, {}).setdefault(one, reason)
    return {id_: tuple(sorted(links[id_].items())[:_MOST_EACH]) for id_ in sorted(links)}


def _images_and_packages(findings: Iterable[Finding]) -> Iterable[tuple[str, str, str]]:
    """A vulnerable package of the code, and the same one inside an image."""
    in_code: dict[tuple[str, str], list[str]] = {}
    in_images: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        if (component := finding.component) is not None:
            for name in finding.vulnerability_ids:
                side = in_images if component.image else in_code
                side.setdefault((name, component.purl), []).append(finding.id)
    for (name, purl), images in in_images.items():
        packages = sorted(in_code.get((name, purl), ()))[:_MOST_EACH]
        for image in sorted(images)[:_MOST_EACH]:
            yield from ((image, package, f"{name} in {purl}, in the image and in its sources") for package in packages)


def _pages_and_code(findings: Iterable[Finding], knowledge: Knowledge) -> Iterable[tuple[str, str, str]]:
    """A weakness that data flows into, seen from outside and in the code; said only where nothing else fits."""
    pages: dict[str, list[Finding]] = {}
    code: dict[str, list[Finding]] = {}
    for finding in findings:
        side = pages if finding.kind is Kind.DAST else code if finding.kind is Kind.SAST else None
        if side is None:
            continue
        meaning = knowledge.weakness(_spokesman(finding))
        if meaning.is_flow:
            side.setdefault(meaning.name, []).append(finding)
    for weakness, seen in pages.items():
        if weakness in code:
            yield from _of_one_weakness(weakness, seen, code[weakness])


def _of_one_weakness(weakness: str, pages: list[Finding], code: list[Finding]) -> Iterable[tuple[str, str, str]]:
    by_part: dict[str, list[Finding]] = {}
    for finding in code:
        for part in _parts_of(finding.location.path if finding.location else ""):
            by_part.setdefault(part, []).append(finding)
    for page in pages:
        part, found = _behind(page, by_part)
        if len(found) == 1:
            yield page.id, found[0].id, f"{weakness} behind a path that names the file ({part})"
        elif not found and len(pages) == len(code) == 1:
            yield page.id, code[0].id, f"the only {weakness} of the web and the only one of the code"


def _behind(page: Finding, by_part: Mapping[str, list[Finding]]) -> tuple[str, list[Finding]]:
    """The code that the last telling part of the page's path names, with that part."""
    parts = _parts_of(page.endpoint.path if page.endpoint else "")
    for part in parts[::-1][:_TELLING_PARTS]:
        if part in by_part:
            return part, by_part[part]
    return "", []


def _parts_of(path: str) -> list[str]:
    """The words of a path that tell it from others, each once, without the extension."""
    parts = (part.lower() for part in _PARTS.findall(splitext(path)[0]))
    return list(dict.fromkeys(part for part in parts if len(part) >= _SHORTEST_NAME and part not in _EVERYWHERE))


def _spokesman(finding: Finding) -> Result:
    """A result that stands for the finding, also where no scan reported it this time."""
    if finding.sources:
        return finding.sources[0]
    return Result(
        kind=finding.kind,
        tool=finding.tool,
        scope="",
        report="",
        pointer="",
        rule_id=finding.rule_id,
        title=finding.title,
        severity=finding.severity,
        weaknesses=finding.weaknesses,
    )
