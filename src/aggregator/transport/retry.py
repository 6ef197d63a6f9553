"""What is asked again, and after how long: pure decisions about one exchange that did not succeed."""

from __future__ import annotations

import re
from datetime import UTC

from msgspec import Struct, structs

from aggregator.model.errors import Fault
from aggregator.transport.exchange import Break, Reply

_OF_BREAK = {
    Break.NOT_SENT: Fault.REFUSED,
    Break.NO_CONNECTION: Fault.UNSENT,
    Break.TIMEOUT: Fault.UNREACHABLE,
    Break.RESET: Fault.UNREACHABLE,
    Break.CUT_SHORT: Fault.GARBLED,
    Break.TOO_LARGE: Fault.GARBLED,
}
_ANY_METHOD: frozenset[str] = frozenset()
_SHORTAGES = frozenset({429, 500, 502, 503, 504})
_SWITCHED_OFF = re.compile(rb"(?i)must be enabled|not enabled")
"""How GitHub refuses a token, whatever it may do, where code scanning is not switched on."""
_LONGEST_NUMBER = 12
"""Digits of a number of seconds; a longer one is none."""


class Rules(Struct, frozen=True, kw_only=True):
    """How a service wants to be asked again.

    Attributes:
        attempts: exchanges in all, the first one included.
        statuses: statuses after which asking again may help.
        breaks: ends without a reply after which asking again may help.
        methods: the methods that may be sent twice when it is not known whether the first was carried out; empty: all.
            What a rate limit turned away was not carried out, so any method is sent again after it.
        first: seconds before the second attempt. Before the next they lie between ``first * growth**n`` and
            ``first * growth**(n + 1)``, by chance.
        limit: seconds to wait at least when a rate limit was hit and the answer does not say for how long; after the
            second time twice as long, and so on.
    """

    attempts: int
    statuses: frozenset[int]
    breaks: frozenset[Break]
    methods: frozenset[str] = _ANY_METHOD
    first: float
    growth: float
    limit: float = 0.0


TWIRP = Rules(
    attempts=5,
    statuses=_SHORTAGES,
    breaks=frozenset({Break.TIMEOUT, Break.RESET, Break.CUT_SHORT}),
    first=3.0,
    growth=1.5,
)
"""The artifact service. Whoever calls has to cope with an answer that was lost: the next attempt finds the deed done.

As the official client, except that a broken connection is tried again; one that never came about is not.
"""
REST = Rules(
    attempts=5,
    statuses=_SHORTAGES,
    breaks=frozenset({Break.NO_CONNECTION, Break.TIMEOUT, Break.RESET, Break.CUT_SHORT}),
    methods=frozenset({"GET", "HEAD"}),
    first=2.0,
    growth=2.0,
    limit=60.0,
)
"""GitHub's REST API, with its rate limits."""
EDIT = structs.replace(REST, methods=REST.methods | {"PATCH", "DELETE"})
"""The same where to change something twice is to change it once."""
BLOB = Rules(
    attempts=5,
    statuses=_SHORTAGES | {408},
    breaks=frozenset({Break.NO_CONNECTION, Break.TIMEOUT, Break.RESET, Break.CUT_SHORT}),
    first=1.0,
    growth=2.0,
)
"""The blob host: what is put there may be put twice."""


UNCLEAR = frozenset({Fault.UNREACHABLE, Fault.GARBLED})
"""Of a change that failed so, only a look tells whether it was carried out."""


def fault_of(outcome: Reply | Break) -> Fault:
    """What an exchange that did not succeed means."""
    if isinstance(outcome, Break):
        return _OF_BREAK[outcome]
    if b"insufficient usage" in outcome.body.lower():
        return Fault.QUOTA
    if is_limited(outcome):
        return Fault.RATE
    if outcome.status == 403 and _SWITCHED_OFF.search(outcome.body):  # noqa: PLR2004 - forbidden
        return Fault.MISSING
    by_status = {
        401: Fault.PERMISSION,
        403: Fault.PERMISSION,
        404: Fault.MISSING,
        408: Fault.UNREACHABLE,
        409: Fault.CONFLICT,
        410: Fault.MISSING,
        501: Fault.MISSING,
    }
    fallback = Fault.UNREACHABLE if outcome.status >= 500 else Fault.REFUSED  # noqa: PLR2004 - the server's own faults
    return by_status.get(outcome.status, fallback)


def is_limited(reply: Reply) -> bool:
    """Whether a rate limit turned the request away: a 429, or a 403 that says so in one of GitHub's ways."""
    if reply.status == 403:  # noqa: PLR2004 - forbidden
        said = reply.body.lower()
        if b"not accessible by" in said:
            return False
        spent = reply.headers.get("x-ratelimit-remaining") == "0"
        return spent or "retry-after" in reply.headers or b"rate limit" in said
    return reply.status == 429  # noqa: PLR2004 - too many requests


def pause(rules: Rules, method: str, failures: int, outcome: Reply | Break, now: float, chance: float) -> float | None:
    """Seconds to wait before the next attempt, ``None`` when there should be none.

    Args:
        rules: the service's rules.
        method: of the request, in capitals.
        failures: attempts that failed so far, this one included; at least 1.
        outcome: of the last attempt.
        now: seconds since 1970.
        chance: from 0 to 1.
    """
    if failures >= rules.attempts or not _may_help(rules, method, outcome):
        return None
    wait = _backoff(rules, failures, chance)
    if isinstance(outcome, Break):
        return wait
    asked = _asked_wait(outcome, now)
    if asked is None and is_limited(outcome):
        asked = rules.limit * failures
    return max(asked or 0.0, wait)


def _may_help(rules: Rules, method: str, outcome: Reply | Break) -> bool:
    repeatable = not rules.methods or method in rules.methods
    if isinstance(outcome, Break):
        return repeatable and outcome in rules.breaks
    if fault_of(outcome) is Fault.QUOTA:
        return False
    return is_limited(outcome) or (repeatable and outcome.status in rules.statuses)


def _backoff(rules: Rules, failures: int, chance: float) -> float:
    if failures == 1:
        return rules.first
    least = rules.first * rules.growth ** (failures - 1)
    return least + chance * least * (rules.growth - 1)


def _asked_wait(reply: Reply, now: float) -> float | None:
    """Seconds that the reply asks for: ``retry-after``, or until the limit's end when it is used up."""
    after = reply.headers.get("retry-after")
    if after is not None:
        seconds = _number(after)
        return seconds if seconds is not None else _until_date(after, now)
    if reply.headers.get("x-ratelimit-remaining") == "0":
        end = _number(reply.headers.get("x-ratelimit-reset", ""))
        return None if end is None else max(end - now, 0.0) + 1.0
    return None


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def _until_date(text: str, now: float) -> float | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - costs 10 ms

    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now, 0.0)
