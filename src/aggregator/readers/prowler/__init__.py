"""Prowler: OCSF of versions 3 to 5 and CSV of versions 4 and 5.

One scan for each provider and account. Only ``status_code`` decides: passed rows carry ``status: New`` and their
check's severity too. A passed row is a proof: every decided row is listed in the coverage, so a finding closes only
where its own check looked at its own resource again.
"""

from __future__ import annotations

from aggregator.model.errors import UnreadableReport
from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.prowler.ocsf import is_prowler, read_ocsf
from aggregator.readers.prowler.scans import scans_of
from aggregator.readers.prowler.table import is_table, read_table

FORMAT = "prowler"
TOOL = "Prowler"


def sniff(head: Head) -> bool:
    """OCSF findings made by Prowler, or the header of its table."""
    if head.shape == "text":
        return is_table(head.text)
    return is_prowler(head.first) or is_prowler(head.keys)


def read(data: bytes, context: ReadContext) -> Report:
    """Read a report. An empty array is a run without a single row: it proves nothing."""
    if data == b"null":
        raise UnreadableReport("it holds nothing but null, which Prowler never writes.", "Look at how Prowler ended.")
    is_json = data.lstrip()[:1] in (b"[", b"{")
    rows, refused = (read_ocsf if is_json else read_table)(data, context.name)
    scans, diagnostics = scans_of(rows, refused, context)
    return Report(name=context.name, place=context.place, format=FORMAT, scans=scans, diagnostics=diagnostics)
