"""The parts of a SARIF result that both of our logs use, as Structs, and how our values become theirs.

Property names and meanings are SARIF 2.1.0's; what GitHub reads of them stands in its page "SARIF support for code
scanning".
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from msgspec import Struct

from aggregator.model.finding import Baseline
from aggregator.model.location import Location
from aggregator.model.severity import Severity

SECURITY_SEVERITIES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
"""GitHub's bands: critical above 9.0, high from 7.0, medium from 4.0, low from 0.1; INFO has none on purpose."""

_CRITICAL, _HIGH, _MEDIUM, _LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
_NO_FILE = "no-file-associated-with-this-finding"
_LARGEST = 2**31 - 1


class Message(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """SARIF 3.11."""

    text: str


class ArtifactLocation(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """SARIF 3.4; the URI is relative to the repository's root."""

    uri: str


class Region(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """SARIF 3.30."""

    start_line: int
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class PhysicalLocation(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """SARIF 3.29."""

    artifact_location: ArtifactLocation
    region: Region | None = None


class LogicalLocation(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """SARIF 3.33."""

    fully_qualified_name: str
    kind: str
    name: str = ""


class Place(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """SARIF ``location``, 3.28."""

    physical_location: PhysicalLocation
    logical_locations: tuple[LogicalLocation, ...] = ()
    message: Message | None = None


class Provenance(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """SARIF 3.48."""

    first_detection_time_utc: datetime | None = None
    last_detection_time_utc: datetime | None = None


class SuppressionNote(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """SARIF ``suppression``, 3.35."""

    kind: str
    status: str = "accepted"
    justification: str = ""


class ComponentReference(Struct, frozen=True, gc=False, rename="camel"):
    """SARIF ``toolComponentReference``, 3.54."""

    name: str
    index: int


class Taxon(Struct, frozen=True, gc=False, rename="camel"):
    """SARIF ``reportingDescriptorReference``, 3.52, to one weakness of the run's CWE taxonomy."""

    id: str
    index: int
    tool_component: ComponentReference = ComponentReference("CWE", 0)


class Fingerprints(Struct, frozen=True, gc=False, rename={"finding": "onefold/v1"}):
    """What is the same for all results of one finding, now and in later runs (3.27.16)."""

    finding: str


class SarifResult(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """SARIF ``result``, 3.27."""

    rule_id: str
    rule_index: int
    level: str
    message: Message
    locations: tuple[Place, ...]
    related_locations: tuple[Place, ...] = ()
    fingerprints: Fingerprints | None = None
    partial_fingerprints: dict[str, str] | None = None
    baseline_state: Baseline | None = None
    suppressions: tuple[SuppressionNote, ...] = ()
    rank: float = -1.0
    provenance: Provenance | None = None
    taxa: tuple[Taxon, ...] = ()
    work_item_uris: tuple[str, ...] = ()
    properties: Struct | None = None


def level_of(severity: Severity) -> str:
    """SARIF's level (3.27.10). By identity: on Python 3.11 a look-up by enum member costs three times as much."""
    if severity is _HIGH or severity is _CRITICAL:
        return "error"
    return "warning" if severity is _MEDIUM else "note"


def rank_of(severity: Severity) -> float:
    """SARIF's rank (3.27.25), 0 to 100."""
    if severity is _HIGH:
        return 75.0
    if severity is _MEDIUM:
        return 50.0
    if severity is _CRITICAL:
        return 95.0
    return 25.0 if severity is _LOW else 5.0


@lru_cache(maxsize=16384)
def artifact_at(path: str) -> ArtifactLocation:
    """A path as a valid relative URI: percent-encoded, no scheme, no leading slash, never empty."""
    return ArtifactLocation(quote(path.lstrip("/"), safe="/", errors="replace") or _NO_FILE)


def region_at(location: Location) -> Region:
    """A region that satisfies SARIF (3.30) whatever the report said; line 1 stands for the whole file."""
    line, column = location.start_line, location.start_column
    end_line, end_column = location.end_line, location.end_column
    if line is None or not 0 < line <= _LARGEST:
        return Region(1)
    if column is not None and not 0 < column <= _LARGEST:
        column = None
    if end_line is not None and not line <= end_line <= _LARGEST:
        end_line = end_column = None
    if end_column is not None and not _follows(end_column, column or 1, one_line=end_line in (None, line)):
        end_column = None
    return Region(line, column, end_line, end_column)


def _follows(end_column: int, column: int, *, one_line: bool) -> bool:
    return (column if one_line else 1) <= end_column <= _LARGEST


def physical_at(location: Location) -> PhysicalLocation:
    """A place in a file."""
    return PhysicalLocation(artifact_at(location.path), region_at(location))


def message_of(text: str) -> Message:
    """Plain text in which no viewer finds a SARIF link (``[text](target)``, 3.11.6)."""
    # One character is found ten times as fast as two, and most texts do not even have that.
    return Message(text.replace("](", "] (") if "]" in text else text)
