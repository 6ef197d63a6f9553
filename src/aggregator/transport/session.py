"""Calls to services, repeated where that helps, within a budget."""

from __future__ import annotations

from typing import Final

import msgspec

from aggregator.model.errors import Fault, ServiceError, UnknownToken
from aggregator.transport.exchange import Break, BrokenExchange, Clock, Reply, Request, Wire
from aggregator.transport.retry import Rules, fault_of, pause

_WHY: Final = {
    Fault.PERMISSION: "the token may not do this",
    Fault.MISSING: "it is not there",
    Fault.CONFLICT: "something of that name is there already",
    Fault.QUOTA: "the account has no room left",
    Fault.RATE: "there were too many calls",
    Fault.REFUSED: "the service found the request wrong",
    Fault.UNSENT: "the service cannot be reached",
    Fault.UNREACHABLE: "the service did not answer as it should",
    Fault.GARBLED: "the answer made no sense",
}
_NEXT: Final = {
    Fault.PERMISSION: "Look at the `permissions:` of the job and at the token it was given.",
    Fault.MISSING: "Look whether it was deleted, has expired or is switched off.",
    Fault.CONFLICT: "Let each job use a name of its own.",
    Fault.QUOTA: "Free some room, or ask whoever pays for the account.",
    Fault.RATE: "Run it again later, or less often.",
    Fault.REFUSED: "If it happens again, report it as a fault of Onefold.",
    Fault.UNSENT: "Run it again; if it happens again, look at the address, and whether this machine may reach it.",
    Fault.UNREACHABLE: "Run it again; if it happens again, look at the service's status page.",
    Fault.GARBLED: "Run it again; if it happens again, look at what stands between this machine and the service.",
}


class Session:
    """All that one run says to services.

    Args:
        wire: carries out the exchanges.
        clock: time and chance.
        patience: seconds, for all calls together, that may go by in waits and in exchanges that failed.
        calls: exchanges, for all calls together.
    """

    def __init__(self, wire: Wire, clock: Clock, *, patience: float = 120.0, calls: int = 400) -> None:
        self._wire = wire
        self._clock = clock
        self._patience = patience
        self._calls = calls
        self._next_write = 0.0

    def call(
        self, request: Request, rules: Rules, *, accept: frozenset[int] = frozenset(), apart: float = 0.0
    ) -> Reply:
        """The reply, when its status is 2xx or one of ``accept``.

        Args:
            request: what is asked.
            rules: how it is asked again.
            accept: statuses that are answers as well.
            apart: seconds between two calls that ask for it, at least; waiting for them costs no patience.

        Raises ``ServiceError`` for any other status, when no whole reply came, and when the budget is spent.
        """
        if not apart:
            return self._repeated(request, rules, accept)
        wait = self._next_write - self._clock.now()
        if wait > 0:
            self._clock.sleep(wait)
        try:
            return self._repeated(request, rules, accept)
        finally:
            self._next_write = self._clock.now() + apart

    def _repeated(self, request: Request, rules: Rules, accept: frozenset[int]) -> Reply:
        failures = 0
        while True:
            began = self._clock.now()
            outcome = self._exchange(request)
            if isinstance(outcome, Reply) and (_is_success(outcome) or outcome.status in accept):
                return outcome
            failures += 1
            now = self._clock.now()
            self._patience -= max(now - began, 0.0)
            wait = pause(rules, request.method, failures, outcome, now, self._clock.chance())
            if wait is None or wait > self._patience:
                raise _error(request, outcome)
            self._patience -= wait
            self._clock.sleep(wait)

    def _exchange(self, request: Request) -> Reply | Break:
        if self._calls <= 0:
            reason = f"Could not {request.purpose}: this run has made as many calls as it may."
            raise ServiceError(Fault.RATE, reason, _NEXT[Fault.RATE])
        self._calls -= 1
        try:
            reply = self._wire.send(request)
        except BrokenExchange as broken:
            return broken.how
        return reply if _is_whole(reply) else Break.CUT_SHORT


def _is_success(reply: Reply) -> bool:
    return 200 <= reply.status < 300  # noqa: PLR2004 - as HTTP numbers success


def _is_whole(reply: Reply) -> bool:
    """Whether a success that calls itself JSON is JSON; a failure need not explain itself."""
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or not _is_success(reply) or reply.status == 204:  # noqa: PLR2004 - no content
        return True
    try:
        msgspec.json.decode(reply.body)
    except (ValueError, RecursionError):
        return False
    return True


def _error(request: Request, outcome: Reply | Break) -> ServiceError:
    """Built from the purpose and the kind of failure alone: everything else may hold a secret."""
    fault = fault_of(outcome)
    detail = outcome.value if isinstance(outcome, Break) else f"HTTP status {outcome.status}"
    if isinstance(outcome, Reply) and outcome.status == 401:  # noqa: PLR2004 - unauthorised
        reason = f"Could not {request.purpose}: the service does not know the token ({detail})."
        return UnknownToken(fault, reason, "It has expired, was revoked or is mistyped: look where it comes from.")
    return ServiceError(fault, f"Could not {request.purpose}: {_WHY[fault]} ({detail}).", _NEXT[fault])
