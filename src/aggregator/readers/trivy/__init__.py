"""Trivy: JSON of schema version 2 (folder, repository, image) and the bare array that versions up to 0.19 wrote."""

from __future__ import annotations

from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext

FORMAT = "trivy-json"
TOOL = "Trivy"


def sniff(head: Head) -> bool:
    """Schema version 2 as a number (in ASFF it is a date in a string), or the old array of targets.

    A report of a cluster has neither artifact nor targets: read as one, it would look clean.
    """
    keys = head.keys.keys()
    if "ArtifactName" in keys or ("SchemaVersion" in keys and bytes(head.keys["SchemaVersion"]) == b"2"):
        return not {"runs", "ClusterName"} & keys
    return "Target" in head.first and bool({"Vulnerabilities", "Type"} & head.first.keys())


def read(data: bytes, context: ReadContext) -> Report:
    """Read a Trivy report. Without ``Results`` it is a complete clean scan, and so is the old ``null``."""
    from aggregator.readers.trivy.document import read_document  # noqa: PLC0415 - few runs meet every format

    return read_document(data, context)
