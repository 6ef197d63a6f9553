"""Fields of a CSV table (RFC 4180), harmless for a spreadsheet."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from aggregator.writers import escape


def cell(text: str) -> str:
    """A text, quoted where it must be; the csv module looks at every character one by one."""
    text = escape.csv(text)
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


@lru_cache(maxsize=4096)
def time_cell(moment: datetime | None) -> str:
    """A moment to the second (RFC 3339); empty for none."""
    return "" if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
