"""A report of Prowler, in either format."""

from __future__ import annotations

from aggregator.model.errors import UnreadableReport
from aggregator.model.report import Report
from aggregator.readers.base import ReadContext
from aggregator.readers.prowler import FORMAT
from aggregator.readers.prowler.ocsf import read_ocsf
from aggregator.readers.prowler.scans import scans_of
from aggregator.readers.prowler.table import read_table


def read_document(data: bytes, context: ReadContext) -> Report:
    """Read a report. An empty array is a run without a single row: it proves nothing."""
    if data == b"null":
        raise UnreadableReport("it holds nothing but null, which Prowler never writes.", "Look at how Prowler ended.")
    is_json = data.lstrip()[:1] in (b"[", b"{")
    rows, refused = (read_ocsf if is_json else read_table)(data, context.name)
    scans, diagnostics = scans_of(rows, refused, context)
    return Report(name=context.name, place=context.place, format=FORMAT, scans=scans, diagnostics=diagnostics)
