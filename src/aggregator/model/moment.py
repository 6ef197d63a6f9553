"""Points in time: always with a zone, so that two of them can always be compared."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]
"""A point in time. One without a zone is refused when a state is decoded; we write UTC."""
