"""Where an entry of a Trivy report stands."""

from __future__ import annotations

from msgspec import Struct

from aggregator.readers.trivy.artifact import Artifact


class Place(Struct, frozen=True):
    """One entry's surroundings.

    Attributes:
        pointer: the entry inside the report (RFC 6901).
        path: the target's path; empty for a target that names an ecosystem or an image.
        type: Trivy's name of the ecosystem: ``npm``, ``alpine``, ``terraform``.
        is_system: the target is an operating system's package database.
    """

    tool: str
    report: str
    pointer: str
    artifact: Artifact
    path: str
    type: str
    is_system: bool
