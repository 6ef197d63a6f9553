"""When a result was first detected (3.48.3), and what the logs that Onefold wrote say about its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec import Raw, Struct

from aggregator.model.moment import whole_seconds
from aggregator.readers.sarif.log import Provenance

_LONGEST_MOMENT = 40


class _Fingerprints(Struct, frozen=True, gc=False, rename={"finding": "onefold/v1"}):
    finding: str = ""


class _OwnResult(Struct, frozen=True, gc=False):
    fingerprints: _Fingerprints | None = None
    provenance: Provenance | None = None


def detection_of(provenance: Provenance) -> datetime | None:
    """When the result was first detected; ``None`` when that is not said, or no clock could say it."""
    said = provenance.first_detection_time_utc
    return _moment(said) if isinstance(said, str) and len(said) <= _LONGEST_MOMENT else None


def own_detections(results: Iterable[Raw]) -> Iterator[tuple[str, datetime]]:
    """The ids of findings in a log of Onefold's, each with the day it was first seen."""
    for raw in results:
        try:
            result = msgspec.json.decode(raw, type=_OwnResult)
        except msgspec.ValidationError:
            continue
        moment = detection_of(result.provenance) if result.provenance else None
        if moment is not None and result.fingerprints is not None and result.fingerprints.finding:
            yield result.fingerprints.finding, moment


@lru_cache(maxsize=1 << 12)
def _moment(text: str) -> datetime | None:
    """A moment is in UTC (3.9), said or not."""
    try:
        moment = datetime.fromisoformat(text)
        return whole_seconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
