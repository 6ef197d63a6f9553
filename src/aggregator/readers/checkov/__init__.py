"""Checkov: its own JSON, an object for one framework and a list for several.

Each framework is a scan of its own, because only those that met something are in the report: one that is missing was
not asked, or found nothing it knows. A report of all checks tells by the passed ones which files and which rules were
looked at. With ``--quiet`` only failed checks are there, and the files that could not be parsed are counted, not named.
"""

from __future__ import annotations

from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext

FORMAT = "checkov-json"
TOOL = "Checkov"

_SUMMARY = frozenset({"passed", "failed", "checkov_version"})


def sniff(head: Head) -> bool:
    """A framework with its checks, a list of such, or the bare summary of a run that met nothing."""
    keys = head.keys.keys() or head.first.keys()
    if "check_type" in keys:
        return bool({"results", "checks"} & keys)
    return keys >= _SUMMARY and head.shape == "object"


def read(data: bytes, context: ReadContext) -> Report:
    """Read a Checkov report. A bare summary is a scan that met nothing, and says nothing about anything."""
    from aggregator.readers.checkov.document import read_document  # noqa: PLC0415 - few runs meet every format

    return read_document(data, context)
