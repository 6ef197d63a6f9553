"""Keeping an artifact with the current run of the workflow: the artifact service of GitHub and of its clones."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field

from aggregator.model.errors import Fault, ServiceError
from aggregator.stores.artifact_blob import put_blob
from aggregator.transport.exchange import Request
from aggregator.transport.retry import TWIRP
from aggregator.transport.session import Session

_METHODS: Final = "/twirp/github.actions.results.api.v1.ArtifactService/"
_FIRST: Final = "CreateArtifact"
_SCOPE: Final = "Actions.Results"
_LONGEST_NAME: Final = 256
_FORBIDDEN: Final = frozenset('":<>|*?\r\n\\/')
_LONGEST_TOKEN: Final = 64 * 1024
_VERSION: Final = 4
"""Of the protocol: an artifact is one ZIP. The newer 7 comes with a field that clones refuse."""
_UNREADABLE: Final = (ValueError, RecursionError)
_LARGEST_ANSWER: Final = 4 * 1024 * 1024

_WAY_OUT: Final = "Keep the state in a directory instead (`--state`)."
_WORDS: Final = {
    Fault.CONFLICT: (
        "this run has an artifact of that name, or the remains of an upload that failed",
        "Give each job a name of its own; a re-run starts anew.",
    ),
    Fault.QUOTA: ("the account's storage for artifacts is used up", "Delete old artifacts or raise the limit."),
    Fault.MISSING: ("this server has no artifact service", _WAY_OUT),
    Fault.PERMISSION: ("the runner's token for artifacts was refused", _WAY_OUT),
}
"""Why and what next, where this service's meaning is narrower than the general one."""


class BackendIds(Struct, frozen=True):
    """How the artifact service calls this run and this job."""

    run: str
    job: str


class _Claims(Struct):
    scp: str


class _Created(Struct):
    ok: bool = False
    address: str = field(default="", name="signed_upload_url")
    clone_address: str = field(default="", name="signedUploadUrl")


class _Finalized(Struct):
    ok: bool = False
    artifact_id: int | str = 0
    clone_id: int | str = field(default=0, name="artifactId")


class _Entry(Struct):
    name: str = ""
    size: int | str = 0
    digest: str | None = None
    database_id: int | str = 0
    clone_id: int | str = field(default=0, name="databaseId")


class _Listed(Struct):
    artifacts: list[_Entry] = []


_Answer = TypeVar("_Answer", _Created, _Finalized, _Listed)


def backend_ids(token: str) -> BackendIds | None:
    """The ids that a runtime token speaks for, ``None`` when it speaks for none.

    The token's signature is not looked at: the service does that. Never raises, whatever the token holds.
    """
    parts = token.split(".", 3)
    if len(parts) < 2 or len(token) > _LONGEST_TOKEN:  # noqa: PLR2004 - header and claims
        return None
    try:
        claims = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        scopes = msgspec.json.decode(claims, type=_Claims).scp.split(" ")
    except _UNREADABLE:
        return None
    fields = next((scope.split(":") for scope in scopes if scope.partition(":")[0] == _SCOPE), [])
    return BackendIds(fields[1], fields[2]) if len(fields) == 3 and all(fields) else None  # noqa: PLR2004 - name, ids


def service_origin(url: str) -> str | None:
    """Scheme, host and port of the address that the runner gives, ``None`` when it is no address of a service.

    Plain HTTP is taken too: clones in a local network speak it, and the address comes from the runner.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" if port is None else f"{parts.scheme}://{host}:{port}"


class ArtifactService:
    """The artifacts of the current run.

    Args:
        session: carries out the calls.
        origin: of the service, as :func:`service_origin` gives it.
        token: the runner's; it goes to that origin and nowhere else.
        ids: what the token speaks for, as :func:`backend_ids` gives it.
    """

    def __init__(self, session: Session, origin: str, token: str, ids: BackendIds) -> None:
        self._session = session
        self._origin = origin
        self._token = token
        self._ids = ids

    def upload(self, name: str, data: bytes, expires_at: datetime | None = None) -> int:
        """Keep a ZIP under a name, and give the artifact's id.

        An artifact is there in full or, for all who list, not at all. When an answer gets lost on the way, the list
        tells whether the deed was done: the id is given only for an artifact that holds exactly these bytes.

        Args:
            name: of the artifact; one of that name in the same run is never replaced.
            data: the ZIP.
            expires_at: when it may be deleted; the service shortens it to its own limit, which is also the default.

        Raises:
            ServiceError: ``CONFLICT`` when the run has another artifact of that name, or the remains of a failed
                upload; ``QUOTA``, ``MISSING`` (no such service here), ``PERMISSION``, ``UNREACHABLE`` and so on.
                After any of them the artifact may still be there, if all the answers that could tell were lost.
        """
        if not _is_name(name):
            raise ServiceError(Fault.REFUSED, "Could not keep an artifact: its name has signs that GitHub forbids.")
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        try:
            address = self._create(name, expires_at)
        except ServiceError as error:
            return self._found(name, len(data), digest, error)
        put_blob(self._session, address, data)
        try:
            return self._finalize(name, len(data), digest)
        except ServiceError as error:
            return self._found(name, len(data), digest, error, ours=True)

    def _create(self, name: str, expires_at: datetime | None) -> str:
        fields: dict[str, str | int] = {"name": name, "version": _VERSION}
        if expires_at is not None:
            moment = expires_at.astimezone(UTC).isoformat(timespec="milliseconds")
            fields["expires_at"] = moment.replace("+00:00", "Z")
        created = self._call(_FIRST, fields, _Created, "begin an artifact")
        address = created.address or created.clone_address
        if not created.ok or service_origin(address) is None:
            raise _garbled("begin an artifact")
        return address

    def _finalize(self, name: str, size: int, digest: str) -> int:
        fields: dict[str, str | int] = {"name": name, "size": str(size), "hash": digest}
        finalized = self._call("FinalizeArtifact", fields, _Finalized, "finish an artifact")
        number = _number(finalized.artifact_id) or _number(finalized.clone_id)
        if not finalized.ok or not number:
            raise _garbled("finish an artifact")
        return number

    def _found(self, name: str, size: int, digest: str, error: ServiceError, *, ours: bool = False) -> int:
        """The id of the artifact that is there in spite of an error, or the error again.

        Only who is sure that the name was free before (``ours``) may go by the size: clones list no digests.
        """
        if not ours and error.fault is not Fault.CONFLICT:
            raise error
        try:
            listed = self._call("ListArtifacts", {"name_filter": name}, _Listed, "look for the artifact").artifacts
        except ServiceError:
            raise error from None
        for entry in listed:
            number = _number(entry.database_id) or _number(entry.clone_id)
            same = entry.digest == digest if entry.digest else ours and _number(entry.size) == size
            if entry.name == name and same and number:
                return number
        raise error

    def _call(self, method: str, fields: dict[str, str | int], answer: type[_Answer], purpose: str) -> _Answer:
        ids = {"workflow_run_backend_id": self._ids.run, "workflow_job_run_backend_id": self._ids.job}
        request = Request(
            method="POST",
            url=f"{self._origin}{_METHODS}{method}",
            purpose=purpose,
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
            body=msgspec.json.encode(ids | fields),
            most=_LARGEST_ANSWER,
        )
        try:
            reply = self._session.call(request, TWIRP)
        except ServiceError as error:
            raise _in_own_words(error, method, purpose) from None
        try:
            return msgspec.json.decode(reply.body, type=answer)
        except _UNREADABLE:
            raise _garbled(purpose) from None


def _is_name(name: str) -> bool:
    """Whether GitHub takes an artifact of this name."""
    return 0 < len(name) <= _LONGEST_NAME and _FORBIDDEN.isdisjoint(name)


def _in_own_words(error: ServiceError, method: str, purpose: str) -> ServiceError:
    words = _WORDS.get(error.fault)
    if words is None or (error.fault is Fault.MISSING and method != _FIRST):  # then it is the artifact that is missing
        return error
    return ServiceError(error.fault, f"Could not {purpose}: {words[0]}.", words[1])


def _garbled(purpose: str) -> ServiceError:
    return ServiceError(Fault.GARBLED, f"Could not {purpose}: the artifact service's answer made no sense.", _WAY_OUT)


def _number(value: int | str) -> int:
    """An id or a size, 0 for none: JSON of Protobuf writes large numbers as text."""
    if isinstance(value, int):
        return max(value, 0)
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 20 else 0  # noqa: PLR2004 - of 64 bits
