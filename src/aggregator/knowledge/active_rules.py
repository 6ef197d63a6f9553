"""Rules that find something only where the scanner attacks: a scan that merely watches cannot show what they find.

The table is data: ``data/active_rules.json``. Of a rule that is not in it nobody knows which it is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import msgspec
from msgspec import Struct

from aggregator.resources import read_resource

_VARIANT = re.compile(r"(\d+)-\d+")
_MEMO = 4096


class _Rules(Struct, frozen=True):
    active: frozenset[str]
    passive: frozenset[str]


class _Table(Struct, frozen=True):
    version: str
    sources: tuple[str, ...]
    rules: dict[str, _Rules]


@lru_cache(_MEMO)
def unless_passive(tool: str, rule_id: str) -> str:
    """The rule's id without a variant (``40018`` of ``40018-1``); empty for one that every scan of the tool runs."""
    known = _table().rules.get(tool)
    if known is None:
        return ""
    variant = _VARIANT.fullmatch(rule_id)
    rule = variant.group(1) if variant else rule_id
    return "" if rule in known.passive else rule


def is_active(tool: str, rule: str) -> bool:
    """Whether a rule, by its id without a variant, is known to attack."""
    known = _table().rules.get(tool)
    return known is not None and rule in known.active


@cache
def _table() -> _Table:
    return msgspec.json.decode(read_resource("aggregator.knowledge", "data/active_rules.json"), type=_Table)
