"""PyGithub over our own session: its addresses, credentials and GraphQL, our retries, pauses and budget."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct, structs

from aggregator.model.errors import Fault, ServiceError
from aggregator.transport.exchange import Reply, Request
from aggregator.transport.github import HEADERS, LARGEST_PAGE, PAGE, garbled, needing
from aggregator.transport.retry import EDIT, Rules
from aggregator.transport.session import Session

if TYPE_CHECKING:
    from github import GithubException
    from github.Requester import Requester

_ANY = structs.replace(EDIT, methods=frozenset())
_ACCEPTED = 202
_BY_TYPE = {
    "FORBIDDEN": Fault.PERMISSION,
    "INSUFFICIENT_SCOPES": Fault.PERMISSION,
    "NOT_FOUND": Fault.MISSING,
    "RATE_LIMITED": Fault.RATE,
}


class _Errand(Struct, frozen=True):
    """What PyGithub's next calls are for, and how they may be repeated."""

    purpose: str
    rules: Rules


class Courier:
    """Carries PyGithub's calls; nothing else reaches the network from it, and nothing waits but the session.

    PyGithub takes connections of another make through a hook of its class. It is used while one requester is made and
    set back at once: other users of PyGithub in this process keep theirs.

    Args:
        session: all that this run says to services.
        api_url: GITHUB_API_URL.
        token: goes into PyGithub's own header.
        pause: seconds between two writes of the session, at least.
    """

    def __init__(self, session: Session, api_url: str, token: str, pause: float) -> None:
        self._session = session
        self._api_url = api_url.rstrip("/")
        self._token = token
        self._pause = pause
        self._errand = _Errand("ask GitHub", EDIT)
        self._requester: Requester | None = None

    @contextmanager
    def errand(self, purpose: str, permission: str, *, repeatable: bool = False) -> Iterator[Requester]:
        """PyGithub's requester, for calls of one purpose; whatever goes wrong in them is a ``ServiceError``.

        Args:
            purpose: completes *Could not ...*.
            permission: what the token needs for it, as a workflow writes it.
            repeatable: whether a POST may be sent twice, because it changes nothing or nothing more.
        """
        self._errand = _Errand(purpose, _ANY if repeatable else EDIT)
        with needing(permission):
            try:
                yield self._made()
            except (ServiceError, AssertionError):
                raise
            except Exception as error:  # noqa: BLE001 - PyGithub has a dozen ways to say that an answer makes no sense
                raise self._meant(error) from None

    def carry(self, method: str, path: str, headers: dict[str, str], body: str) -> Reply:
        """The session's reply to one call of PyGithub's."""
        parts = urlsplit(self._api_url)
        request = Request(
            method=method,
            url=f"{parts.scheme}://{parts.netloc}{path}",
            purpose=self._errand.purpose,
            headers={**headers, **HEADERS},
            body=body.encode(),
            most=LARGEST_PAGE,
        )
        reply = self._session.call(request, self._errand.rules, apart=0.0 if method == "GET" else self._pause)
        if method == "GET" and reply.status == _ACCEPTED:  # PyGithub would ask again for ever
            raise garbled(self._errand.purpose)
        return reply

    def _made(self) -> Requester:
        if self._requester is None:
            if not self._token or urlsplit(self._api_url).scheme not in {"http", "https"}:
                reason = f"Could not {self._errand.purpose}: there is no token, or no address of GitHub's API."
                raise ServiceError(Fault.PERMISSION, reason)
            self._requester = _requester(self, self._api_url, self._token)
        return self._requester

    def _meant(self, error: Exception) -> ServiceError:
        from github import GithubException  # noqa: PLC0415 - as in _requester

        if isinstance(error, GithubException):
            fault = _fault(error)
            return ServiceError(fault, f"Could not {self._errand.purpose}: GitHub refused it ({fault}).")
        return garbled(self._errand.purpose)


def _fault(error: GithubException) -> Fault:
    """What a refusal of GraphQL means: it comes with the status 200, and says more in ``errors``."""
    told: Any = error.data
    errors = told.get("errors") if isinstance(told, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    kind = first.get("type") if isinstance(first, dict) else None
    return _BY_TYPE.get(str(kind), Fault.REFUSED)


def _requester(courier: Courier, api_url: str, token: str) -> Requester:
    from github import Auth, Github  # noqa: PLC0415 - costs 300 ms
    from github.Requester import Requester  # noqa: PLC0415 - as above

    class Connection:
        """Looks to PyGithub like a connection of its own."""

        def __init__(self, host: str, *_: object, **__: object) -> None:
            self.host = host
            self._reply = Reply(0)

        def request(self, verb: str, url: str, body: str | None, headers: dict[str, str], *_: object) -> None:
            self._reply = courier.carry(verb, url, headers, body or "")

        def getresponse(self) -> _Response:
            return _Response(self._reply)

        def close(self) -> None:
            """There is nothing to close."""

    made: Any = Connection
    Requester.injectConnectionClasses(made, made)
    try:
        github = Github(
            auth=Auth.Token(token),
            base_url=api_url,
            user_agent="onefold",
            per_page=PAGE,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )
    finally:
        Requester.resetConnectionClasses()
    return github.requester


class _Response:
    """A reply, as PyGithub reads it."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self._reply = reply

    def getheaders(self) -> ItemsView[str, str]:
        return dict(self._reply.headers).items()

    def read(self) -> str:
        return self._reply.body.decode()
