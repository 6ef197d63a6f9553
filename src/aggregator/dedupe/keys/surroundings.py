"""What stood at and around a flagged line, as far as short digests of it tell. Written by ``lines.py``, read back here.

The parts are compared one by one: an edited neighbour, or an edited line between old neighbours, is still recognised
by the rest. None covers the rule, the tool or the file, so a file or a rule may change its name.
"""

from __future__ import annotations

from msgspec import Struct

from aggregator.dedupe.keys.identity import SURROUNDINGS
from aggregator.dedupe.keys.page import NEIGHBOURS, UNKNOWN

_WIDTH = len(UNKNOWN)
_PARTS = 5


class Surroundings(Struct, frozen=True, gc=False):
    """Digests; what is not known is empty.

    Attributes:
        scope: the names of what encloses the line.
        head: the first flagged line.
        rest: the flagged lines below it.
        above: the nearest lines above, the nearest first.
        below: the nearest lines below.
    """

    scope: str = ""
    head: str = ""
    rest: str = ""
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


NOTHING = Surroundings()


def surroundings_of(keys: tuple[str, ...]) -> Surroundings:
    """The surroundings that a source's keys tell; :data:`NOTHING` when they tell none."""
    for key in reversed(keys):
        if key.startswith(SURROUNDINGS):
            parts = key[len(SURROUNDINGS) :].split(".")
            if len(parts) == _PARTS:
                scope, head, rest, above, below = parts
                return Surroundings(scope, head, rest, _digests(above), _digests(below))
    return NOTHING


def _digests(spelled: str) -> tuple[str, ...]:
    """The digests, empty where one is unknown."""
    cut = [spelled[start : start + _WIDTH] for start in range(0, NEIGHBOURS * _WIDTH, _WIDTH)]
    return tuple(["" if each == UNKNOWN else each for each in cut])
