"""Fingerprints that count equal things: their last digits are another's as soon as an equal one above comes or goes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.model.result import Result

# Semgrep and Opengrep number equal matches of a rule in a file; CodeQL numbers equal lines, and so does GitHub's upload
# action for every tool. Only these are known to count, and only behind a hash: other digits may be the name itself.
_COUNTED = re.compile(r"(?:matchBasedId/v\d+:)?[0-9a-f]{32,}_\d+|primaryLocationLineHash:[0-9a-f]+:\d+")
_FIRST = ("_0", ":1")
_DIGITS = "0123456789"

_Name = tuple[str, str, str]


def counted_native_ids(results: Sequence[Result]) -> frozenset[tuple[str, str, str]]:
    """The ``(tool, scope, native_id)`` that only a counter tells from another one: they say how many, not which."""
    numbered = {_uncounted(each) for each in results if each.native_id and _is_later(each.native_id)}
    if not numbered:  # by far the most
        return frozenset()
    named: dict[_Name, set[_Name]] = {}
    for each in results:
        if each.native_id and (counted := _uncounted(each)) in numbered:
            named.setdefault(counted, set()).add((each.tool, each.scope, each.native_id))
    return frozenset(name for names in named.values() if len(names) > 1 for name in names)


def _is_later(native_id: str) -> bool:
    """Whether it is numbered, and not as the first one."""
    return not native_id.endswith(_FIRST) and _COUNTED.fullmatch(native_id) is not None


def _uncounted(result: Result) -> _Name:
    return (result.tool, result.scope, result.native_id.rstrip(_DIGITS))
