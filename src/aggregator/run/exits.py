"""Exit codes: a promise to everybody who calls us from a script."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """What a run ends with."""

    OK = 0
    GATE = 1
    """The gate failed."""
    USAGE = 2
    """The caller's mistake: an argument, a setting, a policy file, a state that must not be overwritten."""
    INCOMPLETE = 3
    """A report that was expected or named is missing or wholly unusable."""
    DELIVERY = 4
    """Something could not be written, or a service not asked; the state is saved all the same, unless it is named."""
    BUG = 70
    """Our mistake (sysexits.h, ``EX_SOFTWARE``)."""


WORST_FIRST = (Exit.BUG, Exit.USAGE, Exit.GATE, Exit.INCOMPLETE, Exit.DELIVERY, Exit.OK)
"""Which code wins when several hold."""


def worst(codes: Iterable[Exit]) -> Exit:
    """The code to end with; ``OK`` when there is none."""
    return min(codes, key=WORST_FIRST.index, default=Exit.OK)
