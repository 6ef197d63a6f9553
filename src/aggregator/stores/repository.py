"""One repository, asked over GitHub's REST API."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote

import msgspec

from aggregator.model.errors import Fault, ServiceError
from aggregator.transport.exchange import Request
from aggregator.transport.retry import REST
from aggregator.transport.session import Session

_LARGEST_PAGE = 32 << 20
"""Bytes of an answer; the description of a comparison with all its patches is the largest."""

_T = TypeVar("_T")


class RepositoryApi:
    """Reads what stands below ``/repos/{owner}/{name}``; every method raises ``ServiceError``.

    Args:
        session: all that this run says to services.
        api_url: GITHUB_API_URL.
        repository: ``owner/name``.
        token: with ``actions: read`` and ``contents: read``, as far as what is asked needs them.
    """

    def __init__(self, session: Session, api_url: str, repository: str, token: str) -> None:
        self._session = session
        self._base = f"{api_url.rstrip('/')}/repos/{quote(repository)}"
        self._headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }

    def read(self, path: str, purpose: str, kind: type[_T]) -> _T:
        """What stands there, as a value of this type."""
        reply = self._session.call(self._request(path, purpose), REST)
        try:
            return msgspec.json.decode(reply.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise garbled(purpose) from None

    def link(self, path: str, purpose: str) -> str:
        """The address that it redirects to: never of a weaker scheme than the API's own."""
        reply = self._session.call(self._request(path, purpose), REST, accept=frozenset({302}))
        link = reply.headers.get("location", "")
        if not link.startswith(("https://", f"{self._base.partition(':')[0]}://")):
            raise garbled(purpose)
        return link

    def _request(self, path: str, purpose: str) -> Request:
        return Request(
            method="GET", url=f"{self._base}/{path}", purpose=purpose, headers=self._headers, most=_LARGEST_PAGE
        )


def garbled(purpose: str) -> ServiceError:
    """An answer that came whole and makes no sense."""
    return ServiceError(
        Fault.GARBLED,
        f"Could not {purpose}: the answer made no sense.",
        "Run it again; if it happens again, look at what stands between this machine and GitHub.",
    )
