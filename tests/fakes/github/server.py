"""The fake GitHub over loopback, for clients that are programs of their own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from aggregator.transport.exchange import Break, BrokenExchange, Reply, Request
from tests.fakes.faults import Faults
from tests.fakes.github.hub import Hub
from tests.fakes.github.wire import HubWire

Service = Callable[[Request], Reply]
"""Answers one request; its address begins with the origin of the server. ``BrokenExchange`` closes the connection."""

_OF_THE_CONNECTION = {"connection", "content-length", "keep-alive", "transfer-encoding"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, service: Service) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service
        self.failures: list[Exception] = []
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"


class Loopback:
    """Serves one service on a port of 127.0.0.1: ``with Loopback(service) as server: server.origin``.

    What the service raises closes the connection, and is raised again at the end of the ``with``.
    """

    def __init__(self, service: Service) -> None:
        self._server = _Server(service)
        self.origin = self._server.origin

    def __enter__(self) -> Self:
        thread = threading.Thread(target=lambda: self._server.serve_forever(poll_interval=0.02), daemon=True)
        thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self._server.failures:
            raise self._server.failures[0]


class HubServer:
    """Serves a hub on three ports of 127.0.0.1 and sets its addresses: ``with HubServer(hub) as server: ...``.

    Attributes:
        wire: what the requests go through; its ``faults`` and ``calls`` are those of :class:`HubWire`. A ``Break``
            closes the connection without an answer.
    """

    def __init__(self, hub: Hub, faults: Faults | None = None) -> None:
        self.hub = hub
        self.wire = HubWire(hub, faults)
        self._one_at_a_time = threading.Lock()
        self._servers = [Loopback(self._answer) for _ in range(3)]
        hub.results, hub.storage, hub.api = (server.origin for server in self._servers)

    def _answer(self, request: Request) -> Reply:
        with self._one_at_a_time:
            return self.wire.send(request)

    def __enter__(self) -> Self:
        for server in self._servers:
            server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.__exit__()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: the second of two waits 40 ms for the first one's receipt
    server: _Server

    def _serve(self) -> None:
        request = Request(
            method=self.command,
            url=self.server.origin + self.path,
            purpose="serve",
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
        )
        try:
            reply = self.server.service(request)
        except BrokenExchange as broken:
            self._break(broken.how)
            return
        except Exception as error:  # noqa: BLE001 - raised again where the test sees it
            self.server.failures.append(error)
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            if name not in _OF_THE_CONNECTION:
                self.send_header(name, value)
        self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def handle(self) -> None:
        """Clients that leave in the middle are part of the tests, and no news."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") == "chunked":
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("content-length", "0")))

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().partition(b";")[0], 16)
        piece = self.rfile.read(size)
        self.rfile.readline()
        return piece

    def _break(self, how: Break) -> None:
        if how is Break.CUT_SHORT:
            self.send_response(200)
            self.send_header("content-length", "1000")
            self.end_headers()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - as the library looks for them
