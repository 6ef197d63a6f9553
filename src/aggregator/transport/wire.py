"""Exchanges over the network."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

from aggregator.transport.exchange import Break, BrokenExchange, Reply, Request

if TYPE_CHECKING:
    import requests

_PIECE = 64 * 1024
_OWN_HEADERS = {"User-Agent": "onefold", "Accept-Encoding": "identity"}


class RequestsWire:
    """One exchange at a time over HTTP: no redirect is followed, nothing is retried, no credentials are added.

    Proxies and certificates are taken from the environment, as requests does; a netrc file is not: it would send
    someone else's password to a host we have a token for.

    Args:
        connect: seconds to get a connection.
        read: seconds between two pieces of the reply.
        total: seconds for the whole exchange. A server that drips a byte a minute does not hold the run.
    """

    def __init__(self, *, connect: float = 20.0, read: float = 30.0, total: float = 120.0) -> None:
        self._limits = (connect, read)
        self._total = total
        self._http: requests.Session | None = None

    def send(self, request: Request) -> Reply:
        """The reply of whatever status; raises ``BrokenExchange`` when there is none."""
        if self._http is None:
            import requests  # noqa: PLC0415 - costs 95 ms

            self._http = requests.Session()
        outcome = self._within_time(self._http, request)
        if isinstance(outcome, Break):
            raise BrokenExchange(outcome)
        return outcome

    def _within_time(self, http: requests.Session, request: Request) -> Reply | Break:
        """Only a second thread can be left behind: looking names up and reading headers knows no total time."""
        answer: queue.SimpleQueue[Reply | Break] = queue.SimpleQueue()
        end = time.monotonic() + self._total
        exchange = threading.Thread(
            target=lambda: answer.put(_outcome(http, request, self._limits, end)), name="exchange", daemon=True
        )
        exchange.start()
        try:
            return answer.get(timeout=self._total)
        except queue.Empty:
            self._http = None  # what it is still busy with is not used again
            return Break.TIMEOUT


def _outcome(http: requests.Session, request: Request, limits: tuple[float, float], end: float) -> Reply | Break:
    """Never raises: the texts of errors hold addresses and headers, and a thread would print them."""
    try:
        return _exchange(http, request, limits, end)
    except Exception as error:  # noqa: BLE001 - as the docstring says
        return _kind(error)


def _exchange(http: requests.Session, request: Request, limits: tuple[float, float], end: float) -> Reply | Break:
    import requests  # noqa: PLC0415 - as above

    prepared = requests.Request(
        request.method, request.url, headers=_OWN_HEADERS | dict(request.headers), data=request.body or None
    ).prepare()
    # Past the session's own `send`, which reads netrc files and the bodies of redirects.
    environment = http.merge_environment_settings(request.url, {}, True, None, None)  # noqa: FBT003 - stream
    response = http.get_adapter(request.url).send(
        prepared,
        stream=True,
        timeout=limits,
        verify=environment["verify"] or True,
        cert=environment["cert"],
        proxies=environment["proxies"],
    )
    try:
        body = _body(response, request.most, end)
    finally:
        response.close()
    if isinstance(body, Break):
        return body
    return Reply(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body)


def _body(response: requests.Response, most: int, end: float) -> bytes | Break:
    pieces = bytearray()
    for piece in response.raw.stream(_PIECE, decode_content=True):
        pieces += piece
        if len(pieces) > most:
            return Break.TOO_LARGE
        if time.monotonic() > end:
            return Break.TIMEOUT
    return bytes(pieces)


def _kind(error: Exception) -> Break:
    import requests  # noqa: PLC0415 - as above
    from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError  # noqa: PLC0415 - as above

    if isinstance(error, ValueError):  # an address, a proxy or a header that is none
        return Break.NOT_SENT
    if isinstance(error, requests.ConnectTimeout):
        return Break.NO_CONNECTION
    if isinstance(error, (requests.Timeout, ReadTimeoutError)):
        return Break.TIMEOUT
    if isinstance(error, HTTPError):  # of the body: before it, requests wraps them
        return Break.CUT_SHORT
    if isinstance(error, requests.ConnectionError) and not isinstance(next(iter(error.args), None), ProtocolError):
        return Break.NO_CONNECTION
    return Break.RESET  # of what nobody foresaw too: it may have been carried out
