"""How bad a result is: one five-step scale for every tool."""

from __future__ import annotations

from typing import Self

from msgspec import Struct

from aggregator.model.word import Word


class Severity(Word):
    """The five steps of DefectDojo's scale, in upper case; compare steps with ``rank``.

    Attributes:
        rank: the step as a number, 0 (info) to 4 (critical).
    """

    rank: int

    INFO = "INFO"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    def __new__(cls, value: str) -> Self:
        """Number the steps in the order they are written."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.rank = len(cls.__members__)
        return member


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
