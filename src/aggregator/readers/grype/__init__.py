"""Grype: JSON of image and folder scans; what its own rules or a VEX document took out is read as suppressed.

A path in the report starts at the scanned folder or at the image's root, with a slash before it or without. How likely
an exploit is (EPSS, known exploited), the model has no field for.
"""

from __future__ import annotations

from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.entries import keys_of_first

FORMAT = "grype-json"
TOOL = "Grype"


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
    from aggregator.readers.grype.document import read_document  # noqa: PLC0415 - few runs meet every format

    return read_document(data, context)
