"""Which findings a rule of the policy is for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, Literal, TypeVar

from pydantic import Field

from aggregator.model.finding import Finding
from aggregator.model.hierarchy import Belonging
from aggregator.model.state import Line
from aggregator.policy.globs import matches_path, matches_text
from aggregator.policy.part import Part, PathPattern, PurlPattern, Text

KindWord = Literal["sast", "secret", "sca", "container", "iac", "cloud", "dast", "license"]
SeverityWord = Literal["critical", "high", "medium", "low", "info"]


class Homed(Part):
    """What may be about one product or environment only."""

    product: Text | None = Field(None, description="The product; * stands for any text.")
    environment: Text | None = Field(None, description="Where the product runs; * stands for any text.")

    def is_of(self, line: Line, home: Belonging) -> bool:
        """Whether findings that belong there can be meant at all; what they do not say is as the line says."""
        return (self.product is None or matches_text(self.product, home.product or line.product)) and (
            self.environment is None or matches_text(self.environment, home.environment or line.environment)
        )


class Selector(Homed):
    """What a finding must be to be meant; what is not written is not asked."""

    kind: KindWord | None = Field(None, description="The kind of finding.")
    severity: SeverityWord | None = Field(None, description="Exactly this severity.")
    path: PathPattern | None = Field(
        None, description="A path; * within a folder, ** across folders, tests/ for all below."
    )
    purl: PurlPattern | None = Field(None, description="A package URL without version; * stands for any text.")
    resource: Text | None = Field(None, description="A cloud resource's full id; * stands for any text.")

    def fits(self, finding: Finding) -> bool:
        """Whether a finding that belongs to such a place is one of them."""
        component, resource = finding.component, finding.resource
        return (
            self.kind in {None, finding.kind}
            and self.severity in {None, finding.severity.value.lower()}
            and (self.path is None or matches_path(self.path, path_of(finding)))
            and (self.purl is None or (component is not None and matches_text(self.purl, component.purl)))
            and (self.resource is None or (resource is not None and matches_text(self.resource, resource.uid)))
        )


_Entry = TypeVar("_Entry", bound=Selector)
_Sort = tuple[object, ...]


class Choice(Generic[_Entry]):
    """The first of several entries that means a finding, looked for once for each sort of finding.

    Args:
        entries: in the order people wrote them.
        line: what the findings belong to that say nothing else.
    """

    def __init__(self, entries: Iterable[_Entry], line: Line) -> None:
        self._entries = tuple(entries)
        self._line = line
        self._by_home = any(entry.product is not None or entry.environment is not None for entry in self._entries)
        self._by_path = any(entry.path is not None for entry in self._entries)
        self._by_purl = any(entry.purl is not None for entry in self._entries)
        self._by_resource = any(entry.resource is not None for entry in self._entries)
        self._known: dict[_Sort, _Entry | None] = {}

    def __bool__(self) -> bool:
        return bool(self._entries)

    def of(self, finding: Finding) -> _Entry | None:
        """The entry for a finding; ``None`` when none does."""
        sort = self._sort(finding)
        if sort not in self._known:
            self._known[sort] = next((entry for entry in self._entries if self._means(entry, finding)), None)
        return self._known[sort]

    def _means(self, entry: _Entry, finding: Finding) -> bool:
        return entry.fits(finding) and (not self._by_home or entry.is_of(self._line, finding.belonging))

    def _sort(self, finding: Finding) -> _Sort:
        """What of the finding the entries look at."""
        component, resource = finding.component, finding.resource
        return (
            finding.kind,
            finding.severity,
            path_of(finding) if self._by_path else None,
            component.purl if self._by_purl and component is not None else None,
            resource.uid if self._by_resource and resource is not None else None,
            finding.belonging if self._by_home else None,
        )


def path_of(finding: Finding) -> str:
    """The finding's file in the repository; empty when it is in none. A file inside an image is in none."""
    if finding.location is not None:
        return finding.location.path
    component = finding.component
    return component.path if component is not None and not component.image else ""
