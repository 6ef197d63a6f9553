"""What the published files have in common: how they are unpacked, dated and refused."""

from __future__ import annotations

from datetime import date

from aggregator.model.errors import UnreadableReport, UnusableData
from aggregator.model.moment import EARLIEST, LATEST
from aggregator.readers.archive import unpack


def opened(data: bytes) -> bytes:
    """The file's content, unpacked when it is packed; within the limits that reports have. Raises ``UnusableData``."""
    try:
        return unpack(data)
    except UnreadableReport as error:
        raise UnusableData(error.reason) from None


def day_of(text: str) -> date:
    """The day that a published moment begins with. Raises ``UnusableData`` when it names none of our time."""
    try:
        return sane(date.fromisoformat(text[:10]))
    except ValueError:
        raise UnusableData("it does not say of which day it is.") from None


def sane(day: date) -> date:
    """The day, when a finding could be due on it; raises ``ValueError`` else."""
    if not EARLIEST.date() <= day < LATEST.date():
        msg = "not a day of the years 2000 to 2999"
        raise ValueError(msg)
    return day
