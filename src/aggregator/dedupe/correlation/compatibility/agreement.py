"""What a comparison of two entries answers: an agreement, or a refusal that says why."""

from __future__ import annotations

from msgspec import Struct

CERTAIN, HIGH, MEDIUM = 0, 1, 2


class Agreement(Struct, frozen=True, gc=False):
    """Why two results may be one problem.

    Attributes:
        tier: ``CERTAIN``, ``HIGH`` or ``MEDIUM``.
        key: the rule that says so.
        inputs: what it compared; no text of the reports beyond ids and places.
        rank: how well they fit among agreements of one tier; smaller is better.
        must_be_best: believed only when neither side has as good an agreement with another entry of the other's tool.
    """

    tier: int
    key: str
    inputs: tuple[str, ...]
    rank: int = 0
    must_be_best: bool = False


class Refusal(Struct, frozen=True, gc=False):
    """Why two results are not merged.

    Attributes:
        reason: in words, for people.
        is_veto: whether they may not stand in one finding at all. Otherwise nothing is known to join them, and each
            may still be joined to a third.
    """

    reason: str
    is_veto: bool = True
