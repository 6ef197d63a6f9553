"""Points in time: always with a zone, so that two of them can always be compared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]
"""A point in time. One without a zone is refused when a state is decoded; we write UTC."""

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
"""What a clock may say; any number of days that people write can be added to it or taken from it."""


def whole_seconds(moment: datetime) -> datetime:
    """The moment in UTC, to the second. Raises ``ValueError`` when no clock could say it."""
    if not EARLIEST <= moment < LATEST:
        msg = "not a moment of the years 2000 to 2999"
        raise ValueError(msg)
    return moment.astimezone(UTC).replace(microsecond=0)
