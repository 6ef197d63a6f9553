"""Semgrep: its own JSON, every version.

``errors`` tell how healthy the scan was and ``paths.scanned`` what it looked at, so nothing is taken for fixed in a
file that failed. Logged out, Semgrep writes the words ``requires login`` where a fingerprint or a line should be:
those are absent. Metavariables hold code, sometimes secrets: their texts are masked, never kept.
"""

from __future__ import annotations

from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.entries import keys_of_first

FORMAT = "semgrep-json"
TOOL = "Semgrep"


def sniff(head: Head) -> bool:
    """Results with ``check_id`` and ``extra``; without results, the envelope that only Semgrep writes."""
    keys = head.keys.keys()
    if "results" not in keys:
        return False
    first = keys_of_first(head.keys["results"])
    if first:
        return {"check_id", "extra"} <= first
    if first is None or "errors" not in keys or {"metrics", "generated_at"} & keys:
        return False
    return bool({"paths", "version"} & keys) or keys == {"results", "errors"}


def read(data: bytes, context: ReadContext) -> Report:
    """Read a Semgrep report. One with errors only, that scanned nothing, is a failed scan."""
    from aggregator.readers.semgrep.document import read_document  # noqa: PLC0415 - few runs meet every format

    return read_document(data, context)
