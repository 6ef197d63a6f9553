"""What the results of one problem say about how bad it is, taken together."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.model.result import ACCEPTED, Kind, Result
from aggregator.model.severity import Cvss


def highest_rating(sources: Sequence[Result]) -> Cvss | None:
    """The highest CVSS rating, without its vector; ``None`` where nobody rates it."""
    if len(sources) == 1 and sources[0].cvss is None:
        return None  # by far the most
    ratings = [(cvss.score, cvss.version, cvss.source) for source in sources if (cvss := source.cvss) is not None]
    if not ratings:
        return None
    score, version, publisher = max(ratings)
    return Cvss(version, score, source=publisher)


def higher(one: Cvss | None, two: Cvss | None) -> Cvss | None:
    """The higher one of two ratings, the first one where they are equal."""
    if one is None or two is None:
        return one or two
    return two if two.score > one.score else one


def is_accepted(sources: Sequence[Result]) -> bool:
    """Whether a tool asked a secret's service, which accepts it."""
    return any(source.kind is Kind.SECRET and ACCEPTED in source.message for source in sources)
