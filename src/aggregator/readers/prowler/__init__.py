"""Prowler: OCSF of versions 3 to 5 and CSV of versions 4 and 5.

One scan for each provider and account. Only ``status_code`` decides: passed rows carry ``status: New`` and their
check's severity too. A passed row is a proof: every decided row is listed in the coverage, so a finding closes only
where its own check looked at its own resource again.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext

FORMAT = "prowler"
TOOL = "Prowler"

_HEADER = frozenset({"FINDING_UID", "CHECK_ID", "STATUS", "RESOURCE_UID"})
# The tables below output/compliance repeat every row for each requirement: they are no findings.
_COMPLIANCE = "REQUIREMENTS_ID"


class _Product(Struct, frozen=True):
    name: str | None = None


class _Metadata(Struct, frozen=True):
    product: _Product | None = None


def sniff(head: Head) -> bool:
    """OCSF findings made by Prowler, or the header of its table."""
    if head.shape == "text":
        return _is_table(head.text)
    return _is_prowler(head.first) or _is_prowler(head.keys)


def _is_table(text: str) -> bool:
    """Whether a text begins with the header of Prowler's findings."""
    columns = text.lstrip().partition("\n")[0].strip().split(";")
    return _HEADER.issubset(columns) and _COMPLIANCE not in columns


def _is_prowler(entry: dict[str, Raw]) -> bool:
    """Whether the keys of an entry are those of an OCSF finding that Prowler made."""
    if "class_uid" not in entry or "metadata" not in entry:
        return False
    try:
        metadata = msgspec.json.decode(entry["metadata"], type=_Metadata)
    except msgspec.ValidationError:
        return False
    return metadata.product is not None and metadata.product.name == "Prowler"


def read(data: bytes, context: ReadContext) -> Report:
    """Read a report. An empty array is a run without a single row: it proves nothing."""
    from aggregator.readers.prowler.document import read_document  # noqa: PLC0415 - few runs meet every format

    return read_document(data, context)
