"""A meaning: what a rule is about, and how that is known."""

from __future__ import annotations

from msgspec import Struct


class Meaning(Struct, frozen=True, gc=False):
    """What a rule is about, in our words.

    Attributes:
        name: a class of the knowledge (``sql-injection``); empty when nothing tells.
        basis: ``policy`` (people said so), ``rule`` (the table names the rule), ``cwe`` or ``words``; empty like the
            name.
        also: what else the rule may be about: a rule may cover several weaknesses, and a CWE may fit several.
        is_flow: whether input reaches something, so that both ends of one flaw may be told.
        is_builder: whether the rule flags where something dangerous is made (a query's text, a path, a parser), some
            lines above the place that uses it.
    """

    name: str = ""
    basis: str = ""
    also: tuple[str, ...] = ()
    is_flow: bool = False
    is_builder: bool = False

    @property
    def is_known(self) -> bool:
        """Whether people or the table named this very rule, so that a different meaning is a veto."""
        return self.basis in ("policy", "rule")


UNKNOWN = Meaning()


def shared_name(one: Meaning, two: Meaning) -> str:
    """What both rules may be about, the surest first; empty when there is nothing."""
    if one.name == two.name:
        return one.name
    theirs = (two.name, *two.also)
    return next((name for name in (one.name, *one.also) if name in theirs), "")
