"""EPSS ratings, as FIRST publishes them every day: CSV with one line about the whole before its heading."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from aggregator.intelligence.published import day_of, opened
from aggregator.model.errors import UnusableData
from aggregator.model.intelligence import Intelligence, Likelihood

_HEADING = b"cve,epss,percentile"
_COLUMNS = 3
_LONGEST_MODEL = 40


def add_epss(known: Intelligence, data: bytes, wanted: AbstractSet[str]) -> Intelligence:
    """``known`` with the ratings of the ``wanted`` CVEs; the file has several hundred thousand.

    Args:
        known: what was known before.
        data: the file, packed with gzip or not.
        wanted: CVE numbers in upper case.

    Raises:
        UnusableData: it is no such file, is cut off, or rates a wanted CVE with what is no probability.
    """
    rows = opened(data).splitlines()
    about, heading = (*rows[:2], b"", b"")[:2]
    facts = dict(part.partition(":")[::2] for part in about.decode(errors="replace").lstrip("#").split(","))
    if not about.startswith(b"#") or heading != _HEADING:
        raise UnusableData("it does not begin as the published file does: #model_version, then cve,epss,percentile.")
    if len(rows) == len((about, heading)) or rows[-1].count(b",") != _COLUMNS - 1:
        raise UnusableData("it is cut off.")
    names = {name.encode() for name in wanted}
    ratings = dict(_rating(row) for row in rows[2:] if row[: row.find(b",")] in names)
    model = "".join(mark for mark in facts.get("model_version", "") if mark.isalnum() or mark in ".-")[:_LONGEST_MODEL]
    return replace(known, epss=ratings, epss_at=day_of(facts.get("score_date", "")), epss_model=model)


def _rating(row: bytes) -> tuple[str, Likelihood]:
    try:
        name, probability, percentile = row.split(b",")
        rating = Likelihood(float(probability), float(percentile))
    except ValueError:
        raise UnusableData("a rating in it is no number.") from None
    if not (0 <= rating.probability <= 1 and 0 <= rating.percentile <= 1):
        raise UnusableData("a rating in it is no probability.")
    return name.decode(), rating
