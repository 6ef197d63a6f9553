"""One repository, asked over GitHub's REST API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote

import msgspec

from aggregator.model.errors import Fault, ServiceError, UnknownToken
from aggregator.transport.exchange import Reply, Request
from aggregator.transport.retry import REST
from aggregator.transport.session import Session

PAGE = 100
"""Rows of a page; GitHub gives no more."""
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
LARGEST_PAGE = 32 << 20
"""Bytes of an answer; the description of a comparison with all its patches is the largest."""

_NEXT = 'rel="next"'
_UNKNOWN = "It has expired, was revoked or is mistyped: look at what the input `token` is given."

_T = TypeVar("_T")


class RepositoryApi:
    """What stands below ``/repos/{owner}/{name}``; every method raises ``ServiceError``.

    Args:
        session: all that this run says to services.
        api_url: GITHUB_API_URL.
        repository: ``owner/name``.
        token: with the permissions that what is asked needs.
        pause: seconds between two writes of the session, at least.
    """

    def __init__(self, session: Session, api_url: str, repository: str, token: str, pause: float = 0.0) -> None:
        self._session = session
        self._base = f"{api_url.rstrip('/')}/repos/{quote(repository)}"
        self._headers = {**HEADERS, "Authorization": f"Bearer {token}"}
        self._pause = pause

    def read(self, path: str, purpose: str, kind: type[_T]) -> _T:
        """What stands there, as a value of this type."""
        return decoded(self._session.call(self._request("GET", path, purpose), REST), purpose, kind)

    def pages(self, path: str, purpose: str, kind: type[_T], most: int) -> tuple[tuple[_T, ...], bool]:
        """The rows of a list, and whether there are more than stand on that many pages.

        Args:
            path: with a query, possibly empty: it ends in ``?`` or in a parameter.
            purpose: what for.
            kind: of one row.
            most: pages that are read.
        """
        rows: list[_T] = []
        for page in range(1, most + 1):
            separator = "" if path.endswith("?") else "&"
            request = self._request("GET", f"{path}{separator}per_page={PAGE}&page={page}", purpose)
            reply = self._session.call(request, REST)
            rows += decoded(reply, purpose, list[kind])  # type: ignore[valid-type]
            if not has_next(reply.headers):
                return tuple(rows), False
        return tuple(rows), True

    def write(self, method: str, path: str, purpose: str, fields: Mapping[str, object], kind: type[_T]) -> _T:
        """Send a change once. What ``Fault.UNREACHABLE`` leaves open, whether it was made, only a look can tell."""
        request = self._request(method, path, purpose, msgspec.json.encode(fields))
        return decoded(self._session.call(request, REST, apart=self._pause), purpose, kind)

    def link(self, path: str, purpose: str) -> str:
        """The address that it redirects to: never of a weaker scheme than the API's own."""
        reply = self._session.call(self._request("GET", path, purpose), REST, accept=frozenset({302}))
        link = reply.headers.get("location", "")
        if not link.startswith(("https://", f"{self._base.partition(':')[0]}://")):
            raise garbled(purpose)
        return link

    def _request(self, method: str, path: str, purpose: str, body: bytes = b"") -> Request:
        headers = {**self._headers, "Content-Type": "application/json"} if body else self._headers
        url = f"{self._base}/{path}"
        return Request(method=method, url=url, purpose=purpose, headers=headers, body=body, most=LARGEST_PAGE)


def decoded(reply: Reply, purpose: str, kind: type[_T]) -> _T:
    """The body as a value of this type; ``Fault.GARBLED`` when it is none."""
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise garbled(purpose) from None


def has_next(headers: Mapping[str, str]) -> bool:
    """Whether a list goes on after this page (RFC 8288, as GitHub writes it)."""
    return _NEXT in headers.get("link", "")


@contextmanager
def needing(permission: str) -> Iterator[None]:
    """Let an error name the permission that is missing, or say that it is the token itself.

    GitHub hides what a token may not see behind a 404, so a missing thing may be a missing permission as well.
    """
    try:
        yield
    except ServiceError as error:
        raise _advised(error, permission) from None


def _advised(error: ServiceError, permission: str) -> ServiceError:
    if isinstance(error, UnknownToken):
        return UnknownToken(error.fault, error.reason, _UNKNOWN)
    if error.fault is Fault.PERMISSION:
        return ServiceError(error.fault, error.reason, f"Give the job `{permission}`.")
    if error.fault is Fault.MISSING:
        step = f"{error.next_step} It may also be that the job needs `{permission}`."
        return ServiceError(error.fault, error.reason, step)
    return error


def garbled(purpose: str) -> ServiceError:
    """An answer that came whole and makes no sense."""
    return ServiceError(
        Fault.GARBLED,
        f"Could not {purpose}: the answer made no sense.",
        "Run it again; if it happens again, look at what stands between this machine and GitHub.",
    )
