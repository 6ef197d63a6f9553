"""A risk score as ``findings.json`` publishes it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from msgspec import Struct

from aggregator.model.risk import Risk


class PublishedTerm(Struct, frozen=True, gc=False):
    """One part of the score: ``points`` is null where nobody knows; ``as_of`` is the day of the data behind it."""

    name: str
    points: float | None
    why: str
    source: str
    as_of: date | None


class PublishedRisk(Struct, frozen=True, gc=False):
    """What comes first, 0 to 100, and why: the sum of the points, rounded."""

    score: int
    terms: tuple[PublishedTerm, ...]


@lru_cache(maxsize=1024)
def publish_risk(risk: Risk) -> PublishedRisk:
    """The score as it is published; findings that agree share one."""
    terms = (PublishedTerm(each.name, each.points, each.why, each.source, each.as_of) for each in risk.terms)
    return PublishedRisk(risk.score, tuple(terms))
