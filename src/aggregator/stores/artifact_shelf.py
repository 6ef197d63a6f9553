"""The artifacts of a repository, read over GitHub's REST API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from msgspec import Struct

from aggregator.model.errors import Fault, ServiceError
from aggregator.model.moment import EARLIEST
from aggregator.stores.acceptance import Artifact, WorkflowRun
from aggregator.stores.packed import LARGEST_PACKED
from aggregator.transport.exchange import Request
from aggregator.transport.github import RepositoryApi, needing
from aggregator.transport.retry import BLOB
from aggregator.transport.session import Session

MOST_PAGES = 10
_PAGE = 100
"""Rows of a page; GitHub gives no more."""
_DOWNLOAD = "download an earlier state"
_PERMISSION = "actions: read"
_T = TypeVar("_T")


class Listing(Struct, frozen=True):
    """Artifacts that were listed.

    Attributes:
        pages: how many were read.
        cut: whether there are more than could be read; which ones are here is then anybody's choice.
    """

    artifacts: tuple[Artifact, ...]
    pages: int
    cut: bool = False

    @property
    def is_in_order(self) -> bool:
        """Whether GitHub gave the newest first, as it does without promising it: then the newest are here."""
        return list(self.artifacts) == sorted(self.artifacts, key=newest, reverse=True)


class _Artifacts(Struct, frozen=True):
    total_count: int
    artifacts: tuple[Artifact, ...]


class _Runs(Struct, frozen=True):
    workflow_runs: tuple[WorkflowRun, ...]


class ArtifactShelf:
    """Lists, tells apart and downloads. Needs a token with ``actions: read``; every method raises ``ServiceError``."""

    def __init__(self, session: Session, api_url: str, repository: str, token: str) -> None:
        self._session = session
        self._api = RepositoryApi(session, api_url, repository, token)

    def listed(self, name: str, most_pages: int = MOST_PAGES) -> Listing:
        """All artifacts of exactly this name, if ``most_pages`` can hold them; one page otherwise.

        GitHub promises no order, so nothing can be said before the last page is read.
        """
        return self._pages(f"actions/artifacts?name={quote(name, safe='')}", {name}, most_pages)

    def of_run(self, run_id: int, names: Iterable[str]) -> Listing:
        """The artifacts of these names that one run made; none when the run is gone."""
        try:
            return self._pages(f"actions/runs/{run_id}/artifacts?", set(names), MOST_PAGES)
        except ServiceError as error:
            if error.fault is Fault.MISSING:
                return Listing((), 1)
            raise

    def made_by(self, run_id: int) -> tuple[Artifact, ...]:
        """All artifacts of one run, whatever they are called."""
        return self._pages(f"actions/runs/{run_id}/artifacts?", None, MOST_PAGES).artifacts

    def run(self, run_id: int) -> WorkflowRun:
        """One run, with what started it and the workflow it belongs to."""
        return self._read(f"actions/runs/{run_id}", "look up an earlier run", WorkflowRun)

    def runs(
        self, workflow: str, branch: str, event: str, most: int, until: datetime | None = None
    ) -> tuple[WorkflowRun, ...]:
        """The latest runs of a workflow file that this event started on this branch; none when there is no such file.

        GitHub gives the latest ones first; with ``until`` the latest that were started no later than then.
        """
        query = f"branch={quote(branch, safe='')}&event={event}"
        if until is not None:
            query += f"&created={quote(f'<={until:%Y-%m-%dT%H:%M:%SZ}', safe='')}"
        return self._runs(workflow, query, most)

    def runs_at(self, workflow: str, commit: str, most: int) -> tuple[WorkflowRun, ...]:
        """The latest runs of a workflow file that were started at this commit; none when there is no such file."""
        return self._runs(workflow, f"head_sha={commit}", most)

    def _runs(self, workflow: str, query: str, most: int) -> tuple[WorkflowRun, ...]:
        file = quote(workflow.rpartition("/")[2], safe="")
        query = f"{query}&per_page={most}&exclude_pull_requests=true"
        try:
            return self._read(f"actions/workflows/{file}/runs?{query}", "list earlier runs", _Runs).workflow_runs
        except ServiceError as error:
            if error.fault is Fault.MISSING:
                return ()
            raise

    def content(self, artifact: Artifact) -> bytes:
        """The artifact as it was uploaded. ``Fault.MISSING`` says that it has expired or was deleted."""
        link = self._link(artifact)
        try:
            return self._follow(link)
        except ServiceError:  # a link holds for a minute, and waiting for a busy host takes longer
            return self._follow(self._link(artifact))

    def _link(self, artifact: Artifact) -> str:
        with needing(_PERMISSION):
            return self._api.link(f"actions/artifacts/{artifact.id}/zip", _DOWNLOAD)

    def _follow(self, link: str) -> bytes:
        """The storage is another host: it refuses our token, and has no business with it."""
        request = Request(method="GET", url=link, purpose=_DOWNLOAD, most=LARGEST_PACKED)
        return self._session.call(request, BLOB).body

    def _read(self, path: str, purpose: str, kind: type[_T]) -> _T:
        with needing(_PERMISSION):
            return self._api.read(path, purpose, kind)

    def _pages(self, path: str, names: set[str] | None, most: int) -> Listing:
        found: dict[int, Artifact] = {}
        page = 1
        while True:
            query = f"&per_page={_PAGE}&page={page}".removeprefix("&" if path.endswith("?") else "")
            batch = self._read(f"{path}{query}", "list the earlier states", _Artifacts)
            found |= {artifact.id: artifact for artifact in batch.artifacts if names is None or artifact.name in names}
            is_all = page * _PAGE >= batch.total_count or not batch.artifacts
            if is_all or page == most or batch.total_count > most * _PAGE:
                return Listing(tuple(found.values()), page, cut=not is_all)
            page += 1


def newest(artifact: Artifact | WorkflowRun) -> tuple[datetime, int]:
    """What artifacts and runs are ordered by, the newest last."""
    return artifact.created_at or EARLIEST, artifact.id
