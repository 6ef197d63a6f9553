"""Findings that have their cause in common."""

from __future__ import annotations

from msgspec import Struct


class Related(Struct, frozen=True, gc=False):
    """Another finding with the same cause and another subject: linked, never merged.

    Attributes:
        id: the other finding's.
        reason: what the two share, in words.
    """

    id: str
    reason: str
