"""Checkov: its own JSON, an object for one framework and a list for several.

Each framework is a scan of its own, because only those that met something are in the report: one that is missing was
not asked, or found nothing it knows. A report of all checks tells by the passed ones which files and which rules were
looked at. With ``--quiet`` only failed checks are there, and the files that could not be parsed are counted, not named.
"""

from __future__ import annotations

import msgspec

from aggregator.model.coverage import Coverage, Extent
from aggregator.model.report import Report, Scan, Secrets
from aggregator.normalize.text import clean_text
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.checkov.results import TOOL, Records
from aggregator.readers.checkov.scans import scan_of
from aggregator.readers.checkov.shapes import Framework
from aggregator.readers.entries import decode_entries

__all__ = ["FORMAT", "TOOL", "read", "sniff"]

FORMAT = "checkov-json"

_SUMMARY = frozenset({"passed", "failed", "checkov_version"})


def sniff(head: Head) -> bool:
    """A framework with its checks, a list of such, or the bare summary of a run that met nothing."""
    keys = head.keys.keys() or head.first.keys()
    if "check_type" in keys:
        return bool({"results", "checks"} & keys)
    return keys >= _SUMMARY and head.shape == "object"


def read(data: bytes, context: ReadContext) -> Report:
    """Read a Checkov report. A bare summary is a scan that met nothing, and says nothing about anything."""
    is_list = data[:1] == b"["
    listed = decode_entries(data if is_list else b"[%b]" % data, Framework, "", context.name)
    records = Records(context)
    records.refused.extend(listed.refused)
    scans: list[Scan] = []
    for index, framework in listed.entries:
        if framework.check_type is None:
            scans.append(_nothing(framework, context))
        else:
            scans.append(scan_of(framework, f"/{index}" if is_list else "", records, context))
    if not scans and listed.refused:
        raise msgspec.ValidationError("Object missing what every framework of Checkov has")
    return Report(
        name=context.name,
        place=context.place,
        format=FORMAT,
        scans=tuple(scans),
        diagnostics=(*records.refused, *records.diagnostics),
        secrets=Secrets(frozenset(records.digests)),
    )


def _nothing(framework: Framework, context: ReadContext) -> Scan:
    """What a run leaves in which no check of any framework met a file."""
    return Scan(
        tool=TOOL,
        scope=context.place,
        report=context.name,
        tool_version=clean_text(framework.checkov_version or ""),
        coverage=Coverage(extent=Extent.UNKNOWN),
    )
