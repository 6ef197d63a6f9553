"""The way out of this machine, so that a test can put a world of its own there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import ServiceError
from aggregator.settings import Settings, Surroundings
from aggregator.transport.clock import RealClock
from aggregator.transport.exchange import Clock, Wire
from aggregator.transport.feed import Addresses
from aggregator.transport.session import Session
from aggregator.transport.wire import RequestsWire


def _patient(seconds: float) -> Wire:
    return RequestsWire(read=seconds, total=seconds)


class Outside(Struct, frozen=True):
    """How services are reached, and whose clock says how long to wait for them; made when they are needed.

    Attributes:
        patient: how a service is reached that takes up to so many seconds for an answer.
        feeds: where what is published about vulnerabilities is.
    """

    wire: Callable[[], Wire] = RequestsWire
    clock: Callable[[], Clock] = RealClock
    feeds: Addresses = Addresses()
    patient: Callable[[float], Wire] = _patient


INTERNET = Outside()
"""What there is when nobody says otherwise."""


class GitHub:
    """The repository that this run belongs to, as far as it can be asked.

    Attributes:
        missing: why it cannot be asked, one sentence; empty when it can.
    """

    def __init__(self, settings: Settings, around: Surroundings, outside: Outside) -> None:
        self._outside = outside
        self._token = settings.token.get_secret_value()
        self._around = around
        self.missing = _missing(around, self._token)

    @property
    def feeds(self) -> Addresses:
        """Where the public feeds are."""
        return self._outside.feeds

    @cached_property
    def clock(self) -> Clock:
        """Whose time it is."""
        return self._outside.clock()

    @cached_property
    def session(self) -> Session:
        """All that this run says there shares one budget, but for what is said apart."""
        return Session(self._outside.wire(), self.clock)

    @property
    def reach(self) -> tuple[Session, str, str, str]:
        """Session, address of the API, repository and token: what every part of it is made from."""
        return (self.session, self._around.api_url, self._around.repository, self._token)

    def apart(self) -> tuple[Session, str, str, str]:
        """The same with a budget of its own: for what may need many calls, and for what must not lack them."""
        return (Session(self._outside.wire(), self.clock), *self.reach[1:])


def unanswered(code: str, error: ServiceError) -> Diagnostic:
    """What to say where a part of GitHub could not be asked: an error where the next run may do better."""
    level = Level.WARNING if error.is_for_good else Level.ERROR
    return Diagnostic(code, level, "GitHub", error.reason, error.next_step)


def _missing(around: Surroundings, token: str) -> str:
    if not (around.actions and around.repository and around.repository_id.isdecimal()):
        return "this is no job of a workflow."
    return "" if token else "there is no token to ask GitHub with."
