"""Weaknesses: CWE numbers out of every shape that tools write them in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

HARD_CODED_CREDENTIALS = (798,)
SECRETIVE = frozenset((259, 321, 522, 798))
"""Weaknesses whose matched text is a secret: hard-coded passwords, keys and credentials, unprotected credentials."""

_CWE = re.compile(r"\bCWE[-_: ]?0*(\d{1,5})\b", re.IGNORECASE)
_OBJECT_KEYS = ("cweId", "cwe_id", "cweid", "id")
_LARGEST = 99_999
# A list of objects is the deepest shape any tool writes; hostile nesting ends there.
_DEEPEST = 2


def parse_weaknesses(*values: object) -> tuple[int, ...]:
    """CWE numbers in the order given, each once.

    A value may be a number, a text (``"252"``, ``"CWE-79: ..."``, ``"external/cwe/cwe-089"``), an object with an id,
    or a list of these. Every value must come from a field that is known to hold weaknesses: bare digits count. What
    names none (``-1``, ``0``, ``null``, ``NVD-CWE-noinfo``) gives nothing.
    """
    found: dict[int, None] = {}
    for value in values:
        found.update(dict.fromkeys(_of_value(value, depth=0)))
    return tuple(found)


def _of_value(value: object, depth: int) -> Iterable[int]:
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,) if 0 < value <= _LARGEST else ()
    items: Iterable[object] = ()
    if isinstance(value, (list, tuple)):
        items = value
    elif isinstance(value, dict):
        items = (value[key] for key in _OBJECT_KEYS if key in value)
    if depth == _DEEPEST:
        return ()
    return (number for item in items for number in _of_value(item, depth + 1))


@lru_cache(maxsize=4096)
def _of_text(text: str) -> tuple[int, ...]:
    bare = text.strip()
    if bare.isascii() and bare.isdigit():
        numbers = [int(bare)] if len(bare) <= len(str(_LARGEST)) else []
    else:
        numbers = [int(number) for number in _CWE.findall(text)]
    return tuple(dict.fromkeys(number for number in numbers if number > 0))
