"""Tests of :mod:`aggregator.intelligence.kev`."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from aggregator.intelligence import add_kev
from aggregator.model.errors import UnusableData
from aggregator.model.intelligence import Exploited, Intelligence


def catalogue(**fields: Any) -> bytes:
    given: dict[str, Any] = {
        "title": "Catalogue",
        "catalogVersion": "2026.11.20",
        "dateReleased": "2026-11-20T15:00:07.123Z",
        "count": 2,
        "vulnerabilities": [entry(), entry(cveID="cve-2026-2", knownRansomwareCampaignUse="Unknown")],
    }
    return msgspec.json.encode(given | fields)


def entry(**fields: Any) -> dict[str, Any]:
    return {"cveID": "CVE-2026-1", "dueDate": "2026-12-11", "knownRansomwareCampaignUse": "Known"} | fields


def test_the_catalogue_is_read() -> None:
    """Each entry's last day and its use by ransomware, by number in upper case, and the catalogue's day."""
    known = add_kev(Intelligence(epss_at=date(2026, 1, 1)), catalogue())
    assert known.kev == {
        "CVE-2026-1": Exploited(date(2026, 12, 11), ransomware=True),
        "CVE-2026-2": Exploited(date(2026, 12, 11), ransomware=False),
    }
    assert (known.kev_at, known.epss_at) == (date(2026, 11, 20), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not the catalogue"),
        (b"[" * 100_000, "not the catalogue"),
        (catalogue()[:-5], "not the catalogue"),
        (catalogue(vulnerabilities=None), "not the catalogue"),
        (catalogue(vulnerabilities=[entry(dueDate="soon")]), "not the catalogue"),
        (catalogue(vulnerabilities=[entry(dueDate="9999-12-31")]), "not the catalogue"),
        (catalogue(vulnerabilities=[], count=0), "missing"),
        (catalogue(count=3), "missing"),
        (catalogue(dateReleased="today"), "which day"),
    ],
)
def test_what_is_no_catalogue_is_refused(data: bytes, why: str) -> None:
    """A file that is another, lacks entries or names days that are none is refused with the reason."""
    with pytest.raises(UnusableData, match=why):
        add_kev(Intelligence(), data)
