"""SARIF 2.1.0 of any tool.

One scan for each tool and category. A result's rule is found by id before index; a run without ``results`` is a failed
run, an empty list a clean one. Version 1.0 and 2.0 logs are refused with a word on what to do. Of a log that Onefold
wrote itself only the days are taken on which its findings were first seen; its results are not counted again.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw

from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext

FORMAT = "sarif"
TOOL = ""

_VERSIONS = ("2.", "1.0")


def sniff(head: Head) -> bool:
    """``runs``, and a version or a schema that says SARIF."""
    if "runs" not in head.keys:
        return False
    version = _text(head.keys.get("version"))
    return version.startswith(_VERSIONS) or "sarif" in _text(head.keys.get("$schema")).lower()


def _text(raw: Raw | None) -> str:
    if raw is None:
        return ""
    value = msgspec.json.decode(raw)
    return value if isinstance(value, str) else ""


def read(data: bytes, context: ReadContext) -> Report:
    """Read a log; one of Onefold's own has no scan. Raises ``UnreadableReport`` for another version and for no run."""
    from aggregator.readers.sarif.document import read_document  # noqa: PLC0415 - few runs meet every format

    return read_document(data, context)
