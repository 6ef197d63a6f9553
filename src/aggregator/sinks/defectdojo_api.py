"""A DefectDojo over its REST API: the few calls we make, and what its refusals mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from aggregator.model.errors import Fault, ServiceError, UsageError
from aggregator.transport.address import is_address
from aggregator.transport.exchange import Break, Reply, Request
from aggregator.transport.multipart import Upload, multipart
from aggregator.transport.retry import EDIT, UNCLEAR, Rules
from aggregator.transport.session import Session

REIMPORT = Rules(
    attempts=4,
    statuses=frozenset({503}),
    breaks=frozenset({Break.NO_CONNECTION}),
    first=2.0,
    growth=2.0,
    limit=30.0,
)
"""Only what was surely not carried out is sent again at once: a second reimport of a test beside one that still runs
makes its findings twice. What is not sure is made again by the next run, when the first has ended."""

FORM = frozenset(
    {
        "auto_create_context",
        "branch_tag",
        "build_id",
        "close_old_findings",
        "commit_hash",
        "deduplication_on_engagement",
        "engagement_name",
        "environment",
        "file",
        "product_name",
        "product_type_name",
        "scan_type",
        "tags",
        "test_title",
    }
)
"""The fields of the form that we send, of those that ``ReImportScanSerializer`` takes."""
_LARGEST_REPLY = 64 << 20
_PAGE = 250
_EXPLAINED = frozenset({301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 413})
_FORBIDDEN = 403
_API = re.compile(r"/api(/v2)?$")
_AGAIN = "It may have been carried out all the same; the next run does it again, which changes nothing twice."
_BY_STATUS = {
    401: ("it does not know the token", "Give defectdojo-token an API v2 key of a user that is active."),
    403: (
        "the token's user may not do this",
        "Give the user a role in the product that may import scans, and one that may add products where it is new.",
    ),
    404: ("no DefectDojo answers there", "Look at defectdojo-url: it is the address without `/api/v2`."),
    405: ("no DefectDojo answers there", "Look at defectdojo-url: it is the address without `/api/v2`."),
    413: ("the report is larger than it takes", "Lower defectdojo.part-findings in the policy."),
}
_REDIRECTED = ("it redirects us elsewhere", "Write the address that it redirects to as defectdojo-url, with https.")
_SAYINGS = (
    (b"conflict with the supplied product type", "The product is there under another product type; name that one."),
    (b"no product_type_name provided", "The product is not there; name its product type in the policy."),
    (
        b"Environment named",
        "Add the environment in DefectDojo, or say under defectdojo.environments what it is called.",
    ),
    (b"too large", "Lower defectdojo.part-findings in the policy."),
    (b"Test type mismatch", "A test of that name holds reports of another type; rename it in DefectDojo."),
)
"""How DefectDojo words what people can do something about; its own words may repeat ours and are never shown."""
_STEP_400 = "If it happens again, report it as a fault of Onefold, with DefectDojo's version."


_T = TypeVar("_T")


class _Imported(Struct):
    test: int | None = None
    test_id: int | None = None


class _Named(Struct):
    name: str = ""


class _Products(Struct):
    results: list[_Named] = []


class _Row(Struct):
    id: int
    unique_id_from_tool: str | None = None


class _Rows(Struct):
    results: list[_Row] = []
    next: str | None = None


def address_of(said: str) -> str:
    """The address as people wrote it, without the API's path; raises ``UsageError`` where it is none."""
    address = _API.sub("", said.strip().rstrip("/"))
    if not is_address(address):
        raise UsageError("defectdojo-url is no address.", "Write it like https://defectdojo.example.com.")
    return address


class DojoApi:
    """Every method raises ``ServiceError``, which never holds the token, the address or DefectDojo's own words.

    Args:
        session: all that is said to it.
        address: of the DefectDojo, from :func:`address_of`.
        token: an API v2 key.
    """

    def __init__(self, session: Session, address: str, token: str) -> None:
        self._session = session
        self._base = f"{address}/api/v2"
        self._headers = {"Authorization": f"Token {token}", "Accept": "application/json"}

    def greet(self) -> None:
        """Ask for something that every token may see; raises when there is no DefectDojo or it refuses the token."""
        self._get("test_types/", {"limit": "1"}, "reach DefectDojo", _Rows)

    def has_product(self, name: str) -> bool:
        """Whether there is a product of exactly this name that the token may see."""
        query = {"name_exact": name, "limit": "100"}
        found = self._get("products/", query, "look for the product in DefectDojo", _Products)
        return any(each.name == name for each in found.results)

    def reimport(self, fields: Iterable[tuple[str, str]], report: bytes) -> int:
        """Send a report of generic findings; gives the number of the test it went into."""
        purpose = "push a test to DefectDojo"
        kind, body = multipart(fields, Upload("file", "onefold.json", "application/json", report))
        request = self._request("POST", "reimport-scan/", purpose, body, kind)
        try:
            reply = self._session.call(request, REIMPORT, accept=_EXPLAINED)
        except ServiceError as error:
            step = _AGAIN if error.fault in UNCLEAR else error.next_step
            raise ServiceError(error.fault, error.reason, step) from None
        made = _decoded(reply, purpose, _Imported)
        return made.test_id or made.test or 0

    def find(self, test: int, unique_id: str) -> int | None:
        """The number of the latest finding with this id in a test."""
        query = {"test": str(test), "unique_id_from_tool": unique_id, "limit": "100"}
        found = self._get("findings/", query, "look for a finding in DefectDojo", _Rows)
        return max((row.id for row in found.results if row.unique_id_from_tool == unique_id), default=None)

    def open_ids(self, test: int) -> Iterator[str]:
        """The ids of what is active in a test; empty for what has none."""
        start = 0
        while True:
            query = {"test": str(test), "active": "true", "limit": str(_PAGE), "offset": str(start)}
            found = self._get("findings/", query, "list the findings of a test in DefectDojo", _Rows)
            yield from (row.unique_id_from_tool or "" for row in found.results)
            if not found.next or not found.results:
                return
            start += len(found.results)

    def edit(self, finding: int, fields: Mapping[str, object]) -> bool:
        """Change fields of a finding; ``False`` where the token may not."""
        purpose = "change a finding in DefectDojo"
        request = self._request("PATCH", f"findings/{finding}/", purpose, msgspec.json.encode(fields))
        reply = self._session.call(request, EDIT, accept=_EXPLAINED)
        if reply.status == _FORBIDDEN:
            return False
        _decoded(reply, purpose, _Row)
        return True

    def _get(self, path: str, query: Mapping[str, str], purpose: str, kind: type[_T]) -> _T:
        request = self._request("GET", f"{path}?{urlencode(query)}", purpose)
        return _decoded(self._session.call(request, EDIT, accept=_EXPLAINED), purpose, kind)

    def _request(
        self, method: str, path: str, purpose: str, body: bytes = b"", kind: str = "application/json"
    ) -> Request:
        headers = {**self._headers, "Content-Type": kind} if body else self._headers
        url = f"{self._base}/{path}"
        return Request(method=method, url=url, purpose=purpose, headers=headers, body=body, most=_LARGEST_REPLY)


def _decoded(reply: Reply, purpose: str, kind: type[_T]) -> _T:
    """The answer, or the error that it means. A page for people where JSON should be is no DefectDojo's answer."""
    if reply.status in _EXPLAINED:
        raise _refusal(reply, purpose)
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        why, step = _BY_STATUS[404]
        raise ServiceError(Fault.GARBLED, f"Could not {purpose}: {why}.", step) from None


def _refusal(reply: Reply, purpose: str) -> ServiceError:
    """A refusal is somebody's mistake to mend: it counts as one, so that the run says it did not deliver."""
    if reply.status == 400:  # noqa: PLR2004 - bad request
        named = _fields_named(reply.body)
        about = f" because of {', '.join(named)}" if named else ""
        step = next((step for saying, step in _SAYINGS if saying in reply.body), _STEP_400)
        return ServiceError(Fault.REFUSED, f"Could not {purpose}: it found the request wrong{about}.", step)
    why, step = _BY_STATUS.get(reply.status, _REDIRECTED)
    return ServiceError(Fault.REFUSED, f"Could not {purpose}: {why} (HTTP status {reply.status}).", step)


def _fields_named(body: bytes) -> list[str]:
    """The fields of our form that the answer complains of; nothing else of it."""
    try:
        said = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    return sorted(FORM & said.keys())
