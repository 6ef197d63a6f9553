"""OSV-Scanner: JSON of versions 1 and 2; one result for each group of advisories that name one vulnerability.

Paths are absolute. What its own analysis finds never called, or the distribution unimportant, OSV-Scanner itself does
not count: such a result is suppressed.
"""

from __future__ import annotations

from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.entries import keys_of_first

FORMAT = "osv-scanner-json"
TOOL = "OSV-Scanner"


def sniff(head: Head) -> bool:
    """Results of a source and its packages, or the tool's own settings beside an empty list."""
    if "results" not in head.keys:
        return False
    first = keys_of_first(head.keys["results"])
    if first:
        return {"source", "packages"} <= first
    return first is not None and "experimental_config" in head.keys


def read(data: bytes, context: ReadContext) -> Report:
    """Read an OSV-Scanner report. Without results it is a complete clean scan."""
    from aggregator.readers.osv_scanner.document import read_document  # noqa: PLC0415 - few runs meet every format

    return read_document(data, context)
