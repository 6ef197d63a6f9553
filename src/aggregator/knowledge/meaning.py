"""A meaning: what a rule is about, and how that is known."""

from __future__ import annotations

from msgspec import Struct


class Meaning(Struct, frozen=True, gc=False):
    """What a rule is about, in our words.

    Attributes:
        name: a class of the knowledge (``sql-injection``); empty when nothing tells.
        basis: ``policy`` (people said so), ``rule`` (the table names the rule), ``cwe`` or ``words``; empty like the
            name.
    """

    name: str = ""
    basis: str = ""

    @property
    def is_known(self) -> bool:
        """Whether people or the table named this very rule, so that a different meaning is a veto."""
        return self.basis in ("policy", "rule")


UNKNOWN = Meaning()
