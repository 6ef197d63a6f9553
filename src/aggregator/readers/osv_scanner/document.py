"""A report of OSV-Scanner, package by package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result, Rule
from aggregator.normalize.paths import normalize_path
from aggregator.readers.base import ReadContext
from aggregator.readers.entries import decode_entries, reason_of, refusal
from aggregator.readers.osv_scanner import FORMAT, TOOL
from aggregator.readers.osv_scanner.packages import Place, group_result, group_rule, license_result
from aggregator.readers.osv_scanner.shapes import Advisory, Envelope, Group, Manifest, Packages, Source

T = TypeVar("T")


def read_document(data: bytes, context: ReadContext) -> Report:
    """Read an OSV-Scanner report. Without results it is a complete clean scan."""
    envelope = msgspec.json.decode(data, type=Envelope)
    manifests = _Manifests(context, is_image=bool(memoryview(envelope.image)))
    manifests.read(envelope.results)
    scan = Scan(
        tool=TOOL,
        scope=context.place,
        report=context.name,
        results=tuple(manifests.results),
        rules=tuple(manifests.rules.values()),
        refused=len(manifests.refused),
    )
    return Report(
        name=context.name, place=context.place, format=FORMAT, scans=(scan,), diagnostics=tuple(manifests.refused)
    )


class _Manifests:
    """Collects the results of all manifests. A rule's text comes from the first group that names it."""

    def __init__(self, context: ReadContext, *, is_image: bool) -> None:
        self.results: list[Result] = []
        self.rules: dict[str, Rule] = {}
        self.refused: list[Diagnostic] = []
        self._context = context
        self._is_image = is_image

    def read(self, raw: Raw) -> None:
        """Read the list of manifests."""
        for index, manifest in self._sound(raw, Manifest, "/results"):
            if not memoryview(manifest.packages):  # OSV-Scanner writes them even when there is none
                self.refused.append(refusal(self._context.name, f"/results/{index}", "it has no list of packages."))
                continue
            place = self._place(manifest.source, f"/results/{index}/packages")
            for at, package in self._sound(manifest.packages, Packages, place.pointer):
                self._take(package, replace(place, pointer=f"{place.pointer}/{at}"))

    def _place(self, source: Source, pointer: str) -> Place:
        context = self._context
        path = normalize_path(source.path, context.roots)
        if not self._is_image:
            return Place(TOOL, context.place, context.name, Kind.SCA, pointer, path)
        # The report does not name the image.
        path = "" if source.type == "os" else path.lstrip("/")
        return Place(TOOL, context.place, context.name, Kind.CONTAINER, pointer, path, context.place)

    def _take(self, package: Packages, place: Place) -> None:
        """The groups of one package, and the licences it must not have."""
        listed = self._sound(package.advisories, Advisory, f"{place.pointer}/vulnerabilities")
        advisories = {advisory.id: advisory for _, advisory in listed}
        grouped: set[str] = set()
        for index, group in self._sound(package.groups, Group, f"{place.pointer}/groups"):
            grouped.update(group.ids)
            at = replace(place, pointer=f"{place.pointer}/groups/{index}")
            self._add(group, [advisories[name] for name in group.ids if name in advisories], package, at)
        for index, (name, advisory) in enumerate(advisories.items()):
            if name not in grouped:
                at = replace(place, pointer=f"{place.pointer}/vulnerabilities/{index}")
                self._add(Group([name], advisory.aliases), [advisory], package, at)
        for index, name in self._licences(package, place):
            at = replace(place, pointer=f"{place.pointer}/license_violations/{index}")
            result = license_result(name, package.package, at)
            self.results.append(result)
            self.rules.setdefault(result.rule_id, Rule(result.rule_id, name=result.title))

    def _add(self, group: Group, advisories: list[Advisory], package: Packages, place: Place) -> None:
        result = group_result(group, advisories, package.package, place)
        if not result.rule_id:
            self.refused.append(refusal(self._context.name, place.pointer, "it names no vulnerability."))
            return
        self.results.append(result)
        if result.rule_id not in self.rules:
            self.rules[result.rule_id] = group_rule(result, advisories)

    def _licences(self, package: Packages, place: Place) -> Iterator[tuple[int, str]]:
        return self._sound(package.license_violations, str, f"{place.pointer}/license_violations")

    def _sound(self, raw: Raw, kind: type[T], pointer: str) -> Iterator[tuple[int, T]]:
        """The sound entries of a list; one that is no list counts as one refused entry."""
        try:
            listed = decode_entries(raw, kind, pointer, self._context.name)
        except msgspec.ValidationError as error:
            self.refused.append(refusal(self._context.name, pointer, reason_of(error)))
            return
        self.refused += listed.refused
        yield from listed.entries
