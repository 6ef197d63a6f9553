"""The hierarchy of weaknesses: which numbers stand above a CWE."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import msgspec
from msgspec import Struct

from aggregator.resources import read_resource


class _Hierarchy(Struct, frozen=True):
    """``parents`` by number (as text, as JSON has it), the primary parent first."""

    version: str
    parents: dict[str, tuple[int, ...]]


def ancestors(cwe: int) -> Iterable[tuple[int, ...]]:
    """The numbers above a CWE in the research view, one generation after the other; none for an unknown number."""
    parents = _hierarchy().parents
    seen = {cwe}
    generation: tuple[int, ...] = (cwe,)
    while True:
        above = dict.fromkeys(parent for each in generation for parent in parents.get(str(each), ()))
        generation = tuple(parent for parent in above if parent not in seen)
        if not generation:
            return
        seen.update(generation)
        yield generation


@cache
def _hierarchy() -> _Hierarchy:
    return msgspec.json.decode(read_resource("aggregator.knowledge", "data/cwe.json"), type=_Hierarchy)
