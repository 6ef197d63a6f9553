"""Prowler's CSV of versions 4 and 5: semicolons, capitals, cells that hold line breaks."""

from __future__ import annotations

import io

from aggregator.model.diagnostic import Diagnostic
from aggregator.normalize.text import clean_text
from aggregator.readers.entries import refusal
from aggregator.readers.prowler.rows import Row, account_of

_LARGEST_CELL = 1 << 27


def read_table(data: bytes, report: str) -> tuple[list[Row], tuple[Diagnostic, ...]]:
    """The rows of a table, and a diagnostic for each that breaks off."""
    import csv  # noqa: PLC0415 - costs 2 ms

    csv.field_size_limit(_LARGEST_CELL)
    rows: list[Row] = []
    refused: list[Diagnostic] = []
    text = io.StringIO(data.decode("utf-8", "replace"), newline="")
    for number, cells in enumerate(csv.DictReader(text, delimiter=";"), 1):
        place = f"/{number}"
        if None in cells.values():
            refused.append(refusal(report, place, "the row breaks off."))
        else:
            rows.append(_row({name: clean_text(cell).strip() for name, cell in cells.items() if name}, place))
    return rows, tuple(refused)


def _row(cells: dict[str, str], pointer: str) -> Row:
    provider = cells.get("PROVIDER", "")
    links = (cells.get("REMEDIATION_RECOMMENDATION_URL", ""), *cells.get("ADDITIONAL_URLS", "").split(" | "))
    return Row(
        pointer=pointer,
        check=cells["CHECK_ID"],
        status=cells["STATUS"],
        is_muted=cells.get("MUTED", "").lower() == "true",
        title=cells.get("CHECK_TITLE", ""),
        detail=cells.get("STATUS_EXTENDED", ""),
        description=cells.get("DESCRIPTION", ""),
        risk=cells.get("RISK", ""),
        remediation=cells.get("REMEDIATION_RECOMMENDATION_TEXT", ""),
        links=tuple(link for link in links if link),
        tags=tuple(tag for tag in cells.get("CATEGORIES", "").split(" | ") if tag),
        severity=cells.get("SEVERITY", ""),
        provider=provider,
        account=account_of(provider, cells.get("ACCOUNT_UID", "")),
        region=cells.get("REGION", ""),
        uid=cells["RESOURCE_UID"],
        name=cells.get("RESOURCE_NAME", ""),
        type=cells.get("RESOURCE_TYPE", ""),
        native_id=cells["FINDING_UID"],
        version=cells.get("PROWLER_VERSION", ""),
        time=cells.get("TIMESTAMP", ""),
    )
