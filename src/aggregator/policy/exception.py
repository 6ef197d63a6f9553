"""An exception: people's decision about findings, with a reason, an owner and an end."""

from __future__ import annotations

from datetime import date, datetime

from aggregator.model.finding import Disposition
from aggregator.policy.policy import Part


class ExceptionRule(Part):
    """One entry of ``.github/onefold-exceptions.yml``."""

    status: Disposition
    reason: str
    owner: str
    expires: date
    id: str | None = None
    tool: str | None = None
    rule: str | None = None
    path: str | None = None
    purl: str | None = None
    vulnerability: str | None = None
    resource: str | None = None
    expect: int | None = None

    @property
    def place(self) -> str:
        """Where it is written: ``.github/onefold-exceptions.yml:12``."""
        raise NotImplementedError

    @property
    def expires_at(self) -> datetime:
        """The first moment at which it no longer holds: the end of its last day, UTC."""
        raise NotImplementedError
