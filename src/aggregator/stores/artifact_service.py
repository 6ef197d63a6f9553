"""Uploading an artifact to the current run of the workflow."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from aggregator.transport.session import Session


class BackendIds(Struct, frozen=True):
    """How the artifact service calls this run and this job."""

    run: str
    job: str


def backend_ids(token: str) -> BackendIds | None:
    """The ids that a runtime token speaks for, ``None`` when it speaks for none."""
    raise NotImplementedError


def service_origin(url: str) -> str | None:
    """Scheme, host and port of the service's address, ``None`` when it is no address of a service."""
    raise NotImplementedError


def texts_to_mask(token: str, signed: str) -> tuple[str, ...]:
    """What must never be logged: the token, and the signature of an address, both as it stands and decoded."""
    raise NotImplementedError


class ArtifactService:
    """The artifacts of the current run."""

    def __init__(self, session: Session, origin: str, token: str, ids: BackendIds) -> None:
        self._session = session
        self._origin = origin
        self._token = token
        self._ids = ids

    def upload(self, name: str, data: bytes, expires_at: datetime | None = None) -> int:
        """Keep a ZIP under a name and give the artifact's id. Raises ``ServiceError``; then nothing was kept."""
        raise NotImplementedError
