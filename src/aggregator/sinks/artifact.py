"""Keeps documents as artifacts of the run, each a zip file of one member."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.actions import Action, KeepDocument
from aggregator.writers.bundle import Paper, bundle

MOST_OF_A_NAME = 9
"""Artifacts that one run keeps under one name, for its jobs: ``page``, ``page-2``, and so on."""


class Uploads(Protocol):
    """The half of the artifact service that is needed here."""

    def upload(self, name: str, data: bytes) -> int:
        """Keep a zip file under a name of its own in this run, and give its id. Raises ``ServiceError``."""
        ...


class ArtifactSink:
    """Carries out ``KeepDocument``.

    Args:
        documents: renders each document by name.
        uploads: the artifact service; ``None`` where the runner tells of none.
        page: the address of the run, ``https://github.com/octo/shop/actions/runs/1``; only named to people.
    """

    def __init__(
        self, documents: Mapping[str, Callable[[], Iterable[bytes]]], uploads: Uploads | None, page: str
    ) -> None:
        self._documents = documents
        self._uploads = uploads
        self._page = page

    def accepts(self, action: Action) -> bool:
        """Documents to be kept."""
        return isinstance(action, KeepDocument)

    def apply(self, action: Action) -> str | None:
        """Upload the document under the name, or the next one that is free, and say where it is.

        Raises ``ServiceError``.
        """
        if not isinstance(action, KeepDocument):
            return None
        if self._uploads is None:
            raise ServiceError(
                Fault.MISSING,
                "The runner tells of no artifact service; a `run:` step never hears of it.",
                "Upload the file with actions/upload-artifact instead.",
            )
        content = tuple(self._documents[action.document]())
        paper = Paper(action.filename, "", lambda: content)
        data = b"".join(bundle((paper,), lambda _: ()))
        return f"{self._page}/artifacts/{_kept(self._uploads, action.name, data)}"


def _kept(uploads: Uploads, name: str, data: bytes) -> int:
    """The artifact's id, under the first name that no other job of the run has taken."""
    for number in range(1, MOST_OF_A_NAME):
        try:
            return uploads.upload(name if number == 1 else f"{name}-{number}", data)
        except ServiceError as error:
            if error.fault is not Fault.CONFLICT:
                raise
    return uploads.upload(f"{name}-{MOST_OF_A_NAME}", data)
