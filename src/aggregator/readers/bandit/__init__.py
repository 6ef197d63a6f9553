"""Bandit: its own JSON.

``metrics`` names every file that was looked at and counts what was found there, so nothing is taken for fixed in a file
of which a minimum severity, a minimum confidence or a baseline held something back. ``errors`` names what could not be
read. A hard-coded password stands in the message and in the code: both are freed of it.
"""

from __future__ import annotations

from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.entries import keys_of_first

FORMAT = "bandit-json"
TOOL = "Bandit"


def sniff(head: Head) -> bool:
    """Results with ``test_id`` and ``issue_text``; without results, the envelope that only Bandit writes."""
    keys = head.keys.keys()
    if "results" not in keys:
        return False
    first = keys_of_first(head.keys["results"])
    if first:
        return {"test_id", "issue_text"} <= first
    return first is not None and {"errors", "metrics", "generated_at"} <= keys


def read(data: bytes, context: ReadContext) -> Report:
    """Read a Bandit report. One with errors only, that looked at no file, is a failed scan."""
    from aggregator.readers.bandit.document import read_document  # noqa: PLC0415 - few runs meet every format

    return read_document(data, context)
