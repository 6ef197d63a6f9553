"""A report of ZAP, in either format."""

from __future__ import annotations

from aggregator.model.report import Report
from aggregator.readers.base import ReadContext
from aggregator.readers.zap import FORMAT
from aggregator.readers.zap.from_json import read_json
from aggregator.readers.zap.from_xml import read_xml
from aggregator.readers.zap.scans import scans_of


def read_document(data: bytes, context: ReadContext) -> Report:
    """Read a report. A site without alerts is a clean scan of it."""
    session = read_xml(data) if data.lstrip()[:1] == b"<" else read_json(data)
    scans, diagnostics = scans_of(session, context)
    return Report(name=context.name, place=context.place, format=FORMAT, scans=scans, diagnostics=diagnostics)
