"""Tests of :mod:`aggregator.transport.wire`, against servers on loopback that behave as badly as servers can."""

from __future__ import annotations

import contextlib
import gzip
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import urllib3

from aggregator.transport import wire as module
from aggregator.transport.exchange import Break, BrokenExchange, Reply, Request
from aggregator.transport.wire import RequestsWire
from tests.fakes.github.server import Loopback

CANARY = "canary-77aa"
HEAD = b"HTTP/1.1 200 OK\r\n"
Script = Callable[[socket.socket], None]


def get(url: str, **more: object) -> Request:
    fields = {"method": "GET", "url": url, "purpose": "read", "headers": {"Authorization": f"Bearer {CANARY}"}}
    return Request(**(fields | more))  # type: ignore[arg-type]


@contextlib.contextmanager
def serving(script: Script) -> Iterator[str]:
    """A server that does as the script says with each connection, once the request's head has come."""

    def perform(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            script(connection)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=perform, args=server.accept()[:1], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/{CANARY}?sig={CANARY}"
        server.shutdown(socket.SHUT_RDWR)


def saying(*pieces: bytes, pause: float = 0.0) -> Script:
    def script(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)

    return script


def broken(wire: RequestsWire, request: Request) -> Break:
    """How the exchange broke; the error tells no more than that."""
    with pytest.raises(BrokenExchange) as caught:
        wire.send(request)
    error = caught.value
    assert CANARY not in "".join((str(error), repr(error), *traceback.format_exception(error)))
    assert error.__context__ is None
    assert error.__cause__ is None
    return error.how


def test_an_exchange() -> None:
    """Method, address, headers and body arrive as they are; the reply's status, headers and body come back."""
    seen: list[Request] = []

    def service(request: Request) -> Reply:
        seen.append(request)
        return Reply(201, {"X-Canary": "Kept"}, b"body")

    with Loopback(service) as server:
        wire = RequestsWire()
        reply = wire.send(get(f"{server.origin}/a%2Fb?x=%2B+1", method="PUT", body=b"\x00data", headers={"x-a": "1"}))
        wire.send(get(f"{server.origin}/", headers={"User-Agent": "mine"}))
    assert (reply.status, reply.headers["x-canary"], reply.body) == (201, "Kept", b"body")
    assert (seen[0].method, seen[0].url, seen[0].body) == ("PUT", f"{server.origin}/a%2Fb?x=%2B+1", b"\x00data")
    assert (seen[0].headers["x-a"], seen[0].headers["user-agent"]) == ("1", "onefold")
    assert seen[1].headers["user-agent"] == "mine"


def test_no_redirect_is_followed() -> None:
    """A redirect is a reply like any other: whoever asked decides what goes to the next host."""
    seen: list[str] = []

    def service(request: Request) -> Reply:
        seen.append(request.url)
        return Reply(302, {"location": "/elsewhere"})

    with Loopback(service) as server:
        assert RequestsWire().send(get(f"{server.origin}/")).headers["location"] == "/elsewhere"
    assert len(seen) == 1


def test_no_credentials_are_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a netrc file nor a cookie of an earlier reply sends anything that the request does not hold."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login me password {CANARY}\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[Request] = []

    def service(request: Request) -> Reply:
        seen.append(request)
        return Reply(200, {"Set-Cookie": f"a={CANARY}"})

    with Loopback(service) as server:
        assert requests.utils.get_netrc_auth(server.origin) == ("me", CANARY)
        wire = RequestsWire()
        wire.send(get(server.origin, headers={}))
        wire.send(get(server.origin, headers={"Authorization": "Bearer mine"}))
    assert "authorization" not in seen[0].headers
    assert seen[1].headers["authorization"] == "Bearer mine"
    assert "cookie" not in seen[1].headers


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a network asks for a proxy, exchanges go through it."""
    seen: list[str] = []

    def service(request: Request) -> Reply:
        seen.append(request.url)
        return Reply(200)

    with Loopback(service) as server:
        monkeypatch.setenv("http_proxy", server.origin)
        monkeypatch.setenv("no_proxy", "")
        RequestsWire().send(get("http://hub.example/x"))
    assert seen == [f"{server.origin}http://hub.example/x"]


@pytest.mark.parametrize(
    ("script", "how"),
    [
        (saying(), Break.RESET),
        (saying(b"nonsense\r\n\r\n"), Break.RESET),
        (saying(HEAD + b"Content-Length: 10\r\n\r\nfour"), Break.CUT_SHORT),
        (saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n"), Break.CUT_SHORT),
        (saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nfour\r\n"), Break.CUT_SHORT),
        (saying(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nfour"), Break.CUT_SHORT),
        (saying(HEAD + b"Content-Length: 101\r\n\r\n" + b"x" * 101), Break.TOO_LARGE),
        (saying(HEAD + b"\r\n" + b"x" * 200_000), Break.TOO_LARGE),
        (saying(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(10_000_000))), Break.TOO_LARGE),
    ],
)
def test_what_is_not_whole_is_no_reply(script: Script, how: Break) -> None:
    """A reply that is cut short, garbled or larger than it may be is none, however it says so."""
    with serving(script) as url:
        assert broken(RequestsWire(), get(url, most=100)) is how


def test_as_much_as_is_taken() -> None:
    """A body of exactly the size that is taken is taken, packed or not."""
    packed = gzip.compress(b"x" * 100)
    head = HEAD + f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    with serving(saying(head + packed)) as url:
        assert RequestsWire().send(get(url, most=100)).body == b"x" * 100


@pytest.mark.parametrize(
    "script",
    [
        saying(b"", pause=1.0),
        saying(HEAD + b"Content-Length: 10\r\n\r\nfour", pause=1.0),
    ],
)
def test_silence_ends(script: Script) -> None:
    """A server that falls silent is not waited for longer than the time between two pieces."""
    with serving(script) as url:
        assert broken(RequestsWire(read=0.1), get(url)) is Break.TIMEOUT


@pytest.mark.parametrize(
    "script",
    [
        saying(*[b"H"] * 400, pause=0.05),
        saying(HEAD, *[b"X-Drip: 1\r\n"] * 400, pause=0.05),
        saying(HEAD + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 400, pause=0.05),
        saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 400, pause=0.05),
    ],
)
def test_a_drip_does_not_hold_the_run(script: Script) -> None:
    """A server that sends a byte now and then, wherever in the reply, is left when the whole time is up."""
    began = time.monotonic()
    with serving(script) as url:
        assert broken(RequestsWire(read=30.0, total=0.2), get(url)) is Break.TIMEOUT
    assert time.monotonic() - began < 10  # of the twenty seconds that it would go on


def test_the_next_exchange_is_not_disturbed() -> None:
    """After an exchange that was left behind the next one goes over a connection of its own."""
    scripts = [saying(HEAD + b"Content-Length: 2\r\n\r\nok"), saying(b"", pause=1.0)]

    def script(connection: socket.socket) -> None:
        scripts.pop()(connection)

    with serving(script) as url:
        wire = RequestsWire(total=0.2)
        assert broken(wire, get(url)) is Break.TIMEOUT
        assert wire.send(get(url)).body == b"ok"


def test_nobody_is_there() -> None:
    """A port that nobody listens at is no connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert broken(RequestsWire(), get(f"http://127.0.0.1:{port}/?sig={CANARY}")) is Break.NO_CONNECTION


@pytest.mark.parametrize(
    "request_",
    [
        get(f"ftp://127.0.0.1/{CANARY}"),
        get(f"http://[{CANARY}/"),
        get(f"http://127.0.0.1:99999/{CANARY}"),
        get("http://127.0.0.1/", headers={"Authorization": f"Bearer {CANARY}\r\nX: y"}),
        get("http://127.0.0.1/", headers={"Authorization": f"Bearer {CANARY}\u0436"}),
    ],
)
def test_what_cannot_be_sent_is_not_told(request_: Request) -> None:
    """An address or a header that cannot be sent is not tried again, and is shown to nobody."""
    assert broken(RequestsWire(), request_) is Break.NOT_SENT


def test_a_connection_that_does_not_come_about() -> None:
    """A connect that takes too long was never a connection: nothing can have been carried out."""
    assert module._kind(requests.ConnectTimeout()) is Break.NO_CONNECTION


@pytest.mark.parametrize(
    ("error", "how"),
    [
        (requests.ConnectionError(OSError("refused")), Break.NO_CONNECTION),
        (requests.exceptions.SSLError("handshake"), Break.NO_CONNECTION),
        (urllib3.exceptions.SSLError("bad record mac"), Break.CUT_SHORT),
        (urllib3.exceptions.DecodeError("no gzip"), Break.CUT_SHORT),
        (requests.ConnectionError(urllib3.exceptions.ProtocolError("aborted")), Break.RESET),
        (RuntimeError("nobody knows"), Break.RESET),
    ],
)
def test_only_what_was_surely_not_sent_is_no_connection(error: Exception, how: Break) -> None:
    """An exchange that broke in a way that may have carried it out is never taken for one that did not begin."""
    assert module._kind(error) is how


def test_a_thread_that_was_left_ends_itself() -> None:
    """What is left behind stops at the next piece once the time is up."""
    chunks = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
    with serving(saying(chunks)) as url:
        assert module._outcome(requests.Session(), get(url), (5.0, 5.0), 0.0) is Break.TIMEOUT


def test_requests_is_imported_when_needed() -> None:
    """Who makes no call does not pay for the HTTP library."""
    program = "import sys, aggregator.transport.wire as w; w.RequestsWire(); sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
