"""Tests of :mod:`aggregator.transport.feed`, over loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.transport.exchange import Reply, Request
from aggregator.transport.feed import Addresses, fetch
from aggregator.transport.session import Session
from aggregator.transport.wire import RequestsWire
from tests.fakes.github.clock import FakeClock
from tests.fakes.github.server import Loopback


class Mirror:
    """Serves one file, behind redirects of each kind."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        """Answer as the path says."""
        self.asked.append(request)
        place = request.url.rpartition("/")[2]
        if place == "file":
            return Reply(200, {}, b"content")
        leads = {"moved": "/file", "loop": "/loop", "weak": "ftp://127.0.0.1/file", "nowhere": ""}
        return Reply(302, {"location": leads[place]} if place in leads else {}) if place in leads else Reply(404)


@pytest.fixture
def mirror() -> Iterator[tuple[Mirror, str]]:
    """A mirror on loopback and its address."""
    service = Mirror()
    with Loopback(service) as server:
        yield service, server.origin


def ask(url: str) -> bytes:
    return fetch(Session(RequestsWire(), FakeClock()), url, "fetch the file")


@pytest.mark.parametrize("place", ["file", "moved"])
def test_a_file_is_fetched(mirror: tuple[Mirror, str], place: str) -> None:
    """The file comes from its address, or from where that leads, and nobody is told who asks."""
    service, origin = mirror
    assert ask(f"{origin}/{place}") == b"content"
    assert not any("authorization" in (name.lower() for name in each.headers) for each in service.asked)


@pytest.mark.parametrize("place", ["loop", "weak", "nowhere"])
def test_an_address_may_lead_nowhere(mirror: tuple[Mirror, str], place: str) -> None:
    """Redirects in a ring, and to a weaker scheme, are not followed; the error says what to do instead."""
    with pytest.raises(ServiceError, match="leads nowhere") as caught:
        ask(f"{mirror[1]}/{place}")
    assert caught.value.fault is Fault.GARBLED
    assert len(mirror[0].asked) <= 4


def test_a_file_that_is_not_there(mirror: tuple[Mirror, str]) -> None:
    """A missing file is told as what it is."""
    with pytest.raises(ServiceError, match="it is not there"):
        ask(f"{mirror[1]}/other")


def test_the_public_feeds_are_encrypted() -> None:
    """Nothing is fetched over a line that anybody may write on."""
    assert all(url.startswith("https://") for url in (Addresses().epss, Addresses().kev))
