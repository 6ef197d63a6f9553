"""Which commits a change contains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import Fault, ServiceError
from aggregator.model.moment import whole_seconds
from aggregator.transport.github import RepositoryApi, garbled
from aggregator.transport.session import Session

MOST_PAGES = 3
_PAGE = 100
_PURPOSE = "compare the change with its target"
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NOT_FOR_US = (Fault.PERMISSION, Fault.MISSING, Fault.REFUSED)


class MergeBase(Struct, frozen=True):
    """The newest commit that a change and its target have in common.

    Attributes:
        made_at: the committer's word, ``None`` when it is no sensible one; pushed it was at any time after that.
    """

    sha: str
    made_at: datetime | None = None


class Ancestry(Protocol):
    """The commits that a change and its target have in common."""

    def knows(self, sha: str) -> bool:
        """Whether the commit is among them; of every commit, when that cannot be found out."""
        ...

    @property
    def merge_base(self) -> MergeBase | None:
        """The newest of them; ``None`` when that cannot be found out."""
        ...

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What could not be found out."""
        ...


class _Committer(Struct, frozen=True):
    date: str | None = None


class _Details(Struct, frozen=True):
    committer: _Committer | None = None


class _Commit(Struct, frozen=True):
    sha: str


class _Base(_Commit, frozen=True):
    commit: _Details = _Details()


class _Comparison(Struct, frozen=True):
    merge_base_commit: _Base


class GitHubAncestry:
    """The merge base of a change and its target, and the commits before it, asked of GitHub when first needed.

    One comparison and at most three lists of a hundred commits. Where GitHub does not tell (the token may not read
    contents, the histories have nothing in common) every commit counts as known, with a warning.
    """

    def __init__(self, session: Session, api_url: str, repository: str, token: str, base_ref: str, commit: str) -> None:
        self._api = RepositoryApi(session, api_url, repository, token)
        self._ends = (base_ref, commit)
        self._known: set[str] = set()
        self._base: MergeBase | None = None
        self._pages = self._ancestors()
        self._diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What could not be found out."""
        return self._diagnostics

    def knows(self, sha: str) -> bool:
        """Whether the commit is the merge base or one of the newest 300 before it. May raise ``ServiceError``."""
        while not self._diagnostics and sha not in self._known:
            if not self._knows_more():
                return False
        return True

    @property
    def merge_base(self) -> MergeBase | None:
        """The merge base; ``None`` where GitHub does not tell. May raise ``ServiceError``."""
        if self._base is None and not self._diagnostics:
            self._knows_more()
        return self._base

    def _knows_more(self) -> bool:
        """Ask for more of the ancestors; whether there was anything left to ask for."""
        try:
            self._known |= next(self._pages)
        except StopIteration:
            return False
        except ServiceError as error:
            self._pages = self._ancestors()  # one that has failed would say that there are no more
            if error.fault not in _NOT_FOR_US:
                raise
            self._diagnostics = (_unknown(error),)
        return True

    def _ancestors(self) -> Iterator[set[str]]:
        self._base = self._compared()
        base = self._base.sha
        yield {base}
        for page in range(1, MOST_PAGES + 1):
            path = f"commits?sha={base}&per_page={_PAGE}&page={page}"
            commits = self._api.read(path, _PURPOSE, tuple[_Commit, ...])
            yield {commit.sha for commit in commits}
            if len(commits) < _PAGE:
                return

    def _compared(self) -> MergeBase:
        target, commit = self._ends
        if not target or _SHA.fullmatch(commit) is None:
            raise ServiceError(Fault.REFUSED, "Nobody says which branch and which commit this change is about.")
        path = f"compare/{quote(target, safe='')}...{commit}?per_page=1"
        base = self._api.read(path, _PURPOSE, _Comparison).merge_base_commit
        if _SHA.fullmatch(base.sha) is None:
            raise garbled(_PURPOSE)
        return MergeBase(base.sha, _moment(base.commit))


def _moment(details: _Details) -> datetime | None:
    """When a commit was made. Anybody may write anything there, and a poor date is no reason to know nothing."""
    if details.committer is not None and details.committer.date is not None:
        with suppress(ValueError, TypeError, OverflowError):  # no date, one without a zone, the end of time
            return whole_seconds(datetime.fromisoformat(details.committer.date))
    return None


def _unknown(error: ServiceError) -> Diagnostic:
    return Diagnostic(
        "ancestry-unknown",
        Level.WARNING,
        "state",
        f"{error.reason} The newest state is taken, though the change may not contain its commit.",
        "Give the job `contents: read`, and bring the change up to date with its target.",
    )
