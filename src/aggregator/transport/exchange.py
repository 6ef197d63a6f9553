"""One exchange with a service, as values, and who carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

LARGEST_REPLY = 256 * 1024 * 1024
"""Bytes of a reply's body that are taken, unless the request says otherwise."""


class Request(Struct, frozen=True, kw_only=True):
    """What is asked of a service.

    Attributes:
        purpose: what for, completing *Could not ...*: ``list the earlier states``. The only part that is ever shown.
        url: may be signed, so it is as secret as the headers.
        most: bytes of the reply's body that are taken; a longer one is a fault.
    """

    method: str
    url: str
    purpose: str
    headers: Mapping[str, str] = {}
    body: bytes = b""
    most: int = LARGEST_REPLY

    def __repr__(self) -> str:
        """Shows no address, header or body: an exception or a log may come to hold it."""
        return f"Request({self.method}, to {self.purpose})"


class Reply(Struct, frozen=True):
    """What a service answered, whatever it was. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""

    def __repr__(self) -> str:
        """Shows no header and no body: a redirect is as secret as the address it names."""
        return f"Reply({self.status})"


class Break(StrEnum):
    """How an exchange can end without a reply."""

    NOT_SENT = "a request that cannot be sent"
    NO_CONNECTION = "no connection"
    TIMEOUT = "timeout"
    RESET = "connection reset"
    CUT_SHORT = "body cut short"
    TOO_LARGE = "body too large"


class BrokenExchange(Exception):
    """No reply, or none that is whole. Holds neither address nor header."""

    def __init__(self, how: Break) -> None:
        super().__init__(how.value)
        self.how = how


class Wire(Protocol):
    """Carries out single exchanges: no redirect is followed, nothing is retried."""

    def send(self, request: Request) -> Reply:
        """The reply of whatever status; raises ``BrokenExchange`` when there is none."""
        ...


class Clock(Protocol):
    """Time and chance, so that tests need neither."""

    def now(self) -> float:
        """Seconds since 1970, as HTTP's rate limits count."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let so much time pass."""
        ...

    def chance(self) -> float:
        """A number from 0 up to, not including, 1."""
        ...
