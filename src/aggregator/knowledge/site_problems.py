"""Problems of a whole site: a header, a cookie flag or the encryption, which are missing on every page alike.

Forty pages without one header are one problem. So what such a rule finds belongs to the host, and to the cookie where
it is about one, not to a URL. The table is data: ``data/site_problems.json``.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache, lru_cache

import msgspec
from msgspec import Struct

from aggregator.model.location import Endpoint
from aggregator.resources import read_resource

_WORDS = re.compile(r"[a-z0-9]+")
_MEMO = 4096


class _Table(Struct, frozen=True):
    """``rules`` by tool and problem, where ``*`` stands for any text; ``words`` of an id or a title tell the others.

    ``cookies`` are problems of one cookie. An id stands for its variants as well: ``10038`` for ``10038-1``.
    """

    version: str
    cookies: frozenset[str]
    rules: dict[str, dict[str, tuple[str, ...]]]
    words: dict[str, tuple[str, ...]]


@lru_cache(_MEMO)
def site_problem_of(tool: str, rule_id: str, title: str = "") -> str:
    """The problem of a site that a rule of a web scanner is about; empty for a problem of one page."""
    table = _table()
    if (known := table.rules.get(tool)) is not None:
        return next((name for name, rules in known.items() if any(_is_of(rule_id, rule) for rule in rules)), "")
    return _said_by(rule_id) or _said_by(title)


def site_of(endpoint: Endpoint, problem: str) -> Endpoint:
    """The site, or the one cookie of it, that a problem found behind ``endpoint`` is a problem of."""
    return Endpoint(endpoint.host, parameter=endpoint.parameter if problem in _table().cookies else "")


def _is_of(rule_id: str, rule: str) -> bool:
    return fnmatchcase(rule_id, rule) or rule_id.startswith(f"{rule}-")


def _said_by(text: str) -> str:
    spelled = f"-{'-'.join(_WORDS.findall(text.lower()))}-"
    return next((name for name, words in _table().words.items() if any(f"-{word}-" in spelled for word in words)), "")


@cache
def _table() -> _Table:
    return msgspec.json.decode(read_resource("aggregator.knowledge", "data/site_problems.json"), type=_Table)
