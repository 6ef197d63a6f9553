"""How urgent a finding is: a number, and everything it is made of."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Term(Struct, frozen=True, gc=False, omit_defaults=True):
    """One part of a risk score.

    Attributes:
        name: ``cvss``, ``severity``, ``exploit``, ``epss``, ``kev``, ``ransomware``, ``age``, ``overdue``, ``tools``,
            ``live``, ``exposure``, ``reachability`` or ``place``.
        points: what it adds, to a tenth; ``None`` where nobody knows, which adds nothing and is not the same as 0.
        why: one sentence, in our own words.
        source: where the fact comes from.
        as_of: the day the data are of; ``None`` for what this run itself has seen.
    """

    name: str
    points: float | None
    why: str
    source: str = ""
    as_of: date | None = None


class Risk(Struct, frozen=True, gc=False):
    """A risk score: the sum of its terms, rounded, not below 0 and not above 100."""

    score: int
    terms: tuple[Term, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of the terms that nobody knows."""
        return tuple(term.name for term in self.terms if term.points is None)
