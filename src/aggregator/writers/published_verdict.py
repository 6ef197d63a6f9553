"""The gate's verdict in the published shape of ``findings.json``."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.outcome import Ruling


class PublishedStop(Struct, frozen=True):
    """Why findings stop the gate: the rules they meet, what of them meets the rules, what would make them pass."""

    rules: tuple[str, ...]
    why: str
    remedy: str
    findings: tuple[str, ...]


class PublishedVerdict(Struct, frozen=True):
    """What the gate says, and the findings it stands on.

    ``reasons`` tell of every failing finding which rules it meets, why, and what would make it pass; findings of which
    the same is to be said share one. An ``advisory`` verdict does not fail the run.
    """

    ruling: Ruling
    reason: str
    failing: tuple[str, ...]
    reasons: tuple[PublishedStop, ...]
    advisory: bool
