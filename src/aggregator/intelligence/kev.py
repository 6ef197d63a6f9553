"""CISA's catalogue of known exploited vulnerabilities (KEV), as it is published: JSON."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from aggregator.intelligence.published import day_of, opened, sane
from aggregator.model.errors import UnusableData
from aggregator.model.intelligence import Exploited, Intelligence

_RANSOMWARE = "known"
"""What ``knownRansomwareCampaignUse`` says where ransomware uses the flaw; elsewhere it says *Unknown*."""


class _Entry(
    Struct, frozen=True, rename={"cve": "cveID", "due": "dueDate", "ransomware": "knownRansomwareCampaignUse"}
):
    cve: str
    due: date
    ransomware: str = ""


class _Catalogue(Struct, frozen=True, rename="camel"):
    date_released: str
    vulnerabilities: list[_Entry]
    count: int | None = None


def add_kev(known: Intelligence, data: bytes) -> Intelligence:
    """``known`` with the catalogue. Raises ``UnusableData`` when it is none, is cut off, or holds what is no date."""
    try:
        catalogue = msgspec.json.decode(opened(data), type=_Catalogue)
        entries = {each.cve.upper(): Exploited(sane(each.due), _is_ransom(each)) for each in catalogue.vulnerabilities}
    except (ValueError, RecursionError):  # what msgspec raises is a ValueError too
        raise UnusableData("it is not the catalogue that CISA publishes.") from None
    if not entries or catalogue.count not in {None, len(catalogue.vulnerabilities)}:
        raise UnusableData("entries are missing from it.")
    return replace(known, kev=entries, kev_at=day_of(catalogue.date_released))


def _is_ransom(entry: _Entry) -> bool:
    return entry.ransomware.lower() == _RANSOMWARE
