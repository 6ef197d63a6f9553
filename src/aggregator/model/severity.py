"""How bad a result is: one five-step scale for every tool."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """The five steps of DefectDojo's scale, in upper case; compare steps with :attr:`rank`."""

    INFO = "INFO"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    @property
    def rank(self) -> int:
        """The step as a number, 0 (info) to 4 (critical)."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}

WORST_FIRST: tuple[Severity, ...] = tuple(reversed(Severity))


class Cvss(Struct, frozen=True, gc=False, omit_defaults=True):
    """One CVSS rating: base score 0.0-10.0, the vector as published, and who published it.

    Attributes:
        version: ``2.0``, ``3.0``, ``3.1`` or ``4.0`` (FIRST, CVSS specification documents).
    """

    version: str
    score: float
    vector: str = ""
    source: str = ""
