"""What a checkout of the repository tells about the files that reports and the state name, beside their texts."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from msgspec import Struct


class Checkout(Struct, frozen=True):
    """What is known of the files that reports and the state name; one that could not be looked for is nowhere here.

    Attributes:
        present: those that the checkout holds.
        absent: those that it does not hold, but those that it leaves out.
        gone: the same, where it fits what is remembered, so that they are not in the repository any more.
        uncommitted: those that the checked-out commit does not have, be they in the folder or not: a build made them,
            or they are another repository's.
        unfetched: those in parts of the repository that this checkout leaves out, each with the name of its part.
    """

    present: AbstractSet[str] = frozenset()
    absent: AbstractSet[str] = frozenset()
    gone: frozenset[str] = frozenset()
    uncommitted: frozenset[str] = frozenset()
    unfetched: Mapping[str, str] = {}
