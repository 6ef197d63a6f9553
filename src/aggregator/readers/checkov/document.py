"""A report of Checkov, framework by framework."""

from __future__ import annotations

import msgspec

from aggregator.model.coverage import Coverage, Extent
from aggregator.model.report import Report, Scan, Secrets
from aggregator.normalize.text import clean_text
from aggregator.readers.base import ReadContext
from aggregator.readers.checkov import FORMAT, TOOL
from aggregator.readers.checkov.results import Records
from aggregator.readers.checkov.scans import scan_of
from aggregator.readers.checkov.shapes import Framework
from aggregator.readers.entries import decode_entries


def read_document(data: bytes, context: ReadContext) -> Report:
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
