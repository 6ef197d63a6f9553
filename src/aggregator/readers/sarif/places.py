"""Where results are (3.28 to 3.33): URIs resolved to paths below the repository root."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from aggregator.model.location import Endpoint
from aggregator.model.location import Location as Place
from aggregator.normalize.columns import gitleaks_columns
from aggregator.normalize.paths import is_inside, normalize_path, uri_to_path
from aggregator.normalize.urls import normalize_method, split_url, template_path
from aggregator.readers.entries import decode_entries, line_of
from aggregator.readers.sarif.log import Artifact, ArtifactLocation, Location, LogicalLocation, Region, Run
from aggregator.readers.sarif.producers import PATHS_OF_SITES, UNESCAPED_URIS

_LONGEST_CHAIN = 16
_LARGEST = 2**31 - 1


class Places:
    """The files and URLs of one run."""

    def __init__(self, run: Run, pointer: str, report: str, roots: tuple[str, ...], tool: str = "") -> None:
        self._roots = roots
        self._is_escaped = tool not in UNESCAPED_URIS
        self._is_site = tool in PATHS_OF_SITES
        self._corrected = _CORRECTIONS.get(tool)
        self._bases = run.original_uri_base_ids or {}
        self._artifacts = dict(decode_entries(run.artifacts, Artifact, f"{pointer}/artifacts", report).entries)
        logical = decode_entries(run.logical_locations, LogicalLocation, f"{pointer}/logicalLocations", report)
        self._logical = dict(logical.entries)
        self._paths: dict[tuple[str | None, str | None, int | None], str] = {}

    def path_of(self, artifact: ArtifactLocation) -> str:
        """The path, relative where a base or a root allows it; a URL as it is; empty when nothing is named."""
        key = (artifact.uri, artifact.uri_base_id, artifact.index)
        path = self._paths.get(key)
        if path is None:
            path = self._paths[key] = self._resolve(artifact, 0)
        return path

    def _resolve(self, artifact: ArtifactLocation, depth: int) -> str:
        if artifact.uri:
            if "://" in artifact.uri and artifact.uri[:5].lower() != "file:":
                return artifact.uri
            path = self._to_path(artifact.uri)
            base = self._base_of(artifact.uri_base_id, 0)
            return f"{base}/{path}" if base and is_inside(path) else path
        listed = self._artifacts.get(artifact.index) if artifact.index is not None else None
        if listed is None or listed.location is None or depth == _LONGEST_CHAIN:
            return ""
        inner = self._resolve(listed.location, depth + 1)
        if listed.parent_index is None or listed.parent_index < 0:
            return inner
        outer = self._resolve(ArtifactLocation(index=listed.parent_index), depth + 1)
        return f"{outer}!{inner}" if outer else inner

    def _to_path(self, uri: str) -> str:
        return uri_to_path(uri, self._roots) if self._is_escaped else normalize_path(uri, self._roots)

    def _base_of(self, name: str | None, depth: int) -> str:
        """The part of a base that lies below the root; an absolute base elsewhere is a scanner's own folder: empty."""
        base = self._bases.get(name) if name is not None else None
        if base is None or not base.uri or depth == _LONGEST_CHAIN:
            return ""
        path = self._to_path(base.uri)
        if not is_inside(path):
            return ""
        outer = self._base_of(base.uri_base_id, depth + 1)
        return f"{outer}/{path}" if outer else path

    def place_of(self, location: Location) -> Place | None:
        """The place in a file; ``None`` when the location names none, or a URL."""
        physical = location.physical_location
        if physical is None or physical.artifact_location is None or self._is_site:
            return None
        path = self.path_of(physical.artifact_location)
        if not path or path == "." or "://" in path:
            return None
        region = physical.region
        if region is None:
            return Place(path)
        place = _in_region(path, region)
        return self._corrected(place) if self._corrected else place

    def endpoint_of(self, location: Location, method: str) -> Endpoint | None:
        """The endpoint of a location that names a URL."""
        physical = location.physical_location
        uri = physical.artifact_location.uri if physical and physical.artifact_location else None
        if not uri or not (self._is_site or uri.lower().startswith(("http://", "https://", "ws://", "wss://"))):
            return None
        host, path, _ = split_url(uri)
        return Endpoint(host, template_path(path), normalize_method(method))

    def names_of(self, location: Location) -> list[str]:
        """The fully qualified names of a location's logical locations."""
        names = []
        for logical in location.logical_locations or ():
            listed = self._logical.get(logical.index) if logical.index is not None else None
            name = logical.fully_qualified_name or (listed and listed.fully_qualified_name) or logical.name
            if name:
                names.append(name)
        return names


def _in_region(path: str, region: Region) -> Place:
    start, end = region.start_line, region.end_line or region.start_line
    first, last = region.start_column or 1, region.end_column or _LARGEST
    if start and end and 0 < start <= end <= _LARGEST and 0 < first <= last <= _LARGEST:  # as the standard wants it
        return Place(path, start, region.start_column or None, end, region.end_column or None)
    return _mended(path, region)


def _mended(path: str, region: Region) -> Place:
    """The place in a region of which some numbers are zero, negative, absurd or in the wrong order."""
    start = line_of(region.start_line)
    if start is None:
        return Place(path)
    end = line_of(region.end_line) or start
    start_column, end_column = line_of(region.start_column), line_of(region.end_column)
    if end < start:
        return Place(path, start, start_column, start)
    if end == start and end_column is not None and end_column < (start_column or 1):
        end_column = None
    return Place(path, start, start_column, end, end_column)


def _recounted(place: Place) -> Place:
    """Gitleaks' columns, as its JSON reader tells them."""
    if place.start_line is None:
        return place
    columns = gitleaks_columns(place.start_line, place.start_column, place.end_column)
    return Place(place.path, place.start_line, columns[0], place.end_line, columns[1])


def _without_columns(place: Place) -> Place:
    """Trivy knows no columns and writes 1 for all of them."""
    return Place(place.path, place.start_line, end_line=place.end_line)


def _below_the_root(place: Place) -> Place:
    """Grype's paths start at the scanned folder or at the image's root, with a slash before them or without."""
    return msgspec.structs.replace(place, path=place.path.lstrip("/"))


_CORRECTIONS: dict[str, Callable[[Place], Place]] = {
    "Gitleaks": _recounted,
    "Grype": _below_the_root,
    "Trivy": _without_columns,
}
