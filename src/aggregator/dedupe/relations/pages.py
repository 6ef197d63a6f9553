"""A page and the code behind it: the same weakness seen from outside and in the source, linked and never merged.

Said only where nothing else fits: the path of the page names the one file that has such a flaw, or there is one of the
kind on either side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from posixpath import splitext

from aggregator.dedupe.relations.packages import Relation
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.finding import Finding
from aggregator.model.result import Kind, Result

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


def related_pages(findings: Iterable[Finding], knowledge: Knowledge) -> tuple[Relation, ...]:
    """Link findings of web scanners to those in code: weaknesses that data flows into, of one class.

    The order of the findings is the order of the links; the work is linear in the findings.
    """
    pages: dict[str, list[Finding]] = {}
    code: dict[str, list[Finding]] = {}
    for finding in findings:
        side = pages if finding.kind is Kind.DAST else code if finding.kind is Kind.SAST else None
        if side is None:
            continue
        meaning = knowledge.weakness(_spokesman(finding))
        if meaning.is_flow:
            side.setdefault(meaning.name, []).append(finding)
    return tuple(
        relation
        for weakness, seen in pages.items()
        if weakness in code
        for relation in _of_one_weakness(weakness, seen, code[weakness])
    )


def _of_one_weakness(weakness: str, pages: list[Finding], code: list[Finding]) -> Iterable[Relation]:
    by_part: dict[str, list[Finding]] = {}
    for finding in code:
        for part in _parts_of(finding.location.path if finding.location else ""):
            by_part.setdefault(part, []).append(finding)
    for page in pages:
        part, found = _behind(page, by_part)
        if len(found) == 1:
            yield Relation(page.id, found[0].id, f"{weakness} behind a path that names the file ({part})")
        elif not found and len(pages) == len(code) == 1:
            yield Relation(page.id, code[0].id, f"the only {weakness} of the web and the only one of the code")


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
