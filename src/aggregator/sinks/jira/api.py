"""One Jira, asked over its REST API: what goes wrong is told in our own words, never in those of the reply."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct, structs

from aggregator.model.errors import Fault, ServiceError
from aggregator.sinks.jira.access import Access
from aggregator.transport.exchange import Reply, Request
from aggregator.transport.retry import EDIT
from aggregator.transport.session import Session

LARGEST_ANSWER = 128 << 20
"""Bytes; a page of a hundred tickets is the largest: their histories hold every description that they ever had."""

_RULES: Final = structs.replace(EDIT, methods=EDIT.methods | {"PUT"}, limit=10.0)
"""To set a field twice is to set it once; a POST is repeated only when a rate limit turned it away."""
_ANSWERS: Final = frozenset({301, 302, 303, 307, 308, 400, 401, 403, 404, 410})
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
_AGAIN = "Run it again; if it happens again, look at what stands between this machine and Jira."
_LOGIN = (
    "Look at jira-url, jira-user and jira-token. Cloud wants an e-mail address and an API token of it; one with scopes "
    "needs read:jira-work, write:jira-work and read:jira-user."
)
_GATEWAY = "https://api.atlassian.com/ex/jira"
_SITE_ID = re.compile(r"[0-9A-Za-z-]{8,64}")

_T = TypeVar("_T")


class Refused(ServiceError):
    """Jira found something wrong with fields.

    Attributes:
        fields: their ids, in order; empty when it did not say.
    """

    def __init__(self, purpose: str, fields: tuple[str, ...], *, is_archived: bool) -> None:
        what = f"the field{'s' if len(fields) > 1 else ''} {', '.join(fields)}" if fields else "the request"
        reason, step = f"Could not {purpose}: Jira refused {what}.", "Look at the fields of the policy under jira."
        if is_archived:
            reason, step = f"Could not {purpose}: it is archived.", "Restore it in Jira, or name another project."
        super().__init__(Fault.MISSING if is_archived else Fault.REFUSED, reason, step)
        self.fields = fields


class _Complaint(Struct, frozen=True):
    """What Jira says about a request that it refuses; the texts may repeat what was sent."""

    errors: dict[str, object] = {}
    errorMessages: tuple[object, ...] = ()  # noqa: N815 - Jira's name for it


class _Tenant(Struct, frozen=True):
    """What a site tells anybody about itself."""

    cloudId: str  # noqa: N815 - Jira's name for it


class Nothing(Struct, frozen=True):
    """An answer of which nothing is read, or which has no body."""


class JiraApi:
    """What stands below ``/rest/api/3`` or ``/rest/api/2``; every method raises ``ServiceError``.

    A POST is sent once: after ``Fault.UNREACHABLE`` and ``Fault.GARBLED`` only a look tells whether it was carried out.

    Args:
        session: all that this run says to Jira.
        access: which Jira, and what lets us in.
        pause: seconds between two writes, at least.
    """

    def __init__(self, session: Session, access: Access, pause: float) -> None:
        self._session = session
        self._access = access
        self._pause = pause
        self._root = access.api

    def take_gateway(self) -> bool:
        """From now on ask the site through the gateway of all sites, where tokens with scopes count.

        Gives whether there is one. The site is asked for its id without the token.
        """
        purpose = "ask the site for its id"
        if not self._access.tenant:
            return False
        request = Request(
            method="GET", url=self._access.tenant, purpose=purpose, headers={"Accept": "application/json"}
        )
        try:
            site = _decoded(self._session.call(request, _RULES), purpose, _Tenant).cloudId
        except ServiceError:
            return False
        if _SITE_ID.fullmatch(site):
            self._root = f"{_GATEWAY}/{site}/rest/api/3"
        return self._root != self._access.api

    def leave_gateway(self) -> None:
        """Ask the site itself again."""
        self._root = self._access.api

    def read(self, path: str, query: Mapping[str, str], purpose: str, kind: type[_T]) -> _T:
        """What stands there, as a value of this type."""
        asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return _decoded(self._call("GET", f"{path}{asked}", purpose), purpose, kind)

    def write(self, method: str, path: str, purpose: str, fields: Mapping[str, object], kind: type[_T]) -> _T:
        """Send a change."""
        return _decoded(self._call(method, path, purpose, msgspec.json.encode(fields)), purpose, kind)

    def _call(self, method: str, path: str, purpose: str, body: bytes = b"") -> Reply:
        self._access.check()
        headers = {"Accept": "application/json", "Authorization": self._access.credentials}
        if body:
            headers["Content-Type"] = "application/json"
        request = Request(
            method=method,
            url=f"{self._root}/{path}",
            purpose=purpose,
            headers=headers,
            body=body,
            most=LARGEST_ANSWER,
        )
        pause = 0.0 if method == "GET" else self._pause
        try:
            reply = self._session.call(request, _RULES, accept=_ANSWERS, apart=pause)
        except ServiceError as error:
            if error.fault in {Fault.CONFLICT, Fault.REFUSED}:
                raise ServiceError(error.fault, error.reason, _AGAIN) from None
            raise
        if reply.status in _ANSWERS:
            raise _turned_away(reply, purpose)
        return reply


def _turned_away(reply: Reply, purpose: str) -> ServiceError:
    """What a refusal means. Of its text only the names of fields are kept: the rest may hold what was sent."""
    if reply.status == 400:  # noqa: PLR2004 - bad request
        return _complaint(reply.body, purpose)
    denied = reply.headers.get("x-authentication-denied-reason", "")
    if reply.status in {401, 403} and "captcha" in denied.lower():
        reason = f"Could not {purpose}: Jira asks the account of the token to solve a captcha first."
        return ServiceError(Fault.PERMISSION, reason, "Log in once in the browser as that account.")
    if reply.status == 401:  # noqa: PLR2004 - unauthorised
        return ServiceError(Fault.PERMISSION, f"Could not {purpose}: Jira does not know the token.", _LOGIN)
    if reply.status == 403:  # noqa: PLR2004 - forbidden
        reason = f"Could not {purpose}: the account of the token may not do this."
        return ServiceError(Fault.PERMISSION, reason, "Give it that permission in the project's settings.")
    if reply.status in {404, 410}:
        reason = f"Could not {purpose}: it is not there, or the account of the token may not see it."
        return ServiceError(Fault.MISSING, reason, "Look whether it was deleted, and at the project's permissions.")
    reason = f"Could not {purpose}: jira-url leads to another address (HTTP status {reply.status})."
    return ServiceError(Fault.REFUSED, reason, "Give the address that the browser shows after logging in.")


def _complaint(body: bytes, purpose: str) -> Refused:
    try:
        told = msgspec.json.decode(body, type=_Complaint)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        told = _Complaint()
    fields = tuple(sorted(name for name in told.errors if _FIELD.fullmatch(name)))
    said = " ".join(str(each) for each in (*told.errors.values(), *told.errorMessages)).lower()
    return Refused(purpose, fields, is_archived="archived" in said)


def _decoded(reply: Reply, purpose: str, kind: type[_T]) -> _T:
    """The body as a value of this type; ``Fault.GARBLED`` when it is none, such as a page that asks to log in."""
    try:
        return msgspec.json.decode(reply.body or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        reason = f"Could not {purpose}: the answer made no sense."
        raise ServiceError(Fault.GARBLED, reason, f"{_AGAIN} jira-url may be that of another page.") from None
