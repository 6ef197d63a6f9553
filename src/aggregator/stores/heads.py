"""The search for a line's heads: the accepted states that no other accepted state contains."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from aggregator.model.diagnostic import OTHER_COMMIT, Diagnostic, Level
from aggregator.model.errors import Fault, NewerState, ServiceError, StateError
from aggregator.model.state import Line, State
from aggregator.state.history import MOST_FRONTIER
from aggregator.stores.acceptance import (
    Artifact,
    Terms,
    WorkflowRun,
    accepted_state,
    is_intact,
    refusal_of_artifact,
    refusal_of_run,
)
from aggregator.stores.ancestry import Ancestry
from aggregator.stores.artifact_shelf import MOST_PAGES, ArtifactShelf, newest
from aggregator.stores.name import MOST_SERIALS, serial_name
from aggregator.stores.writing_runs import writing_runs

MOST_RUNS = 20
"""Runs that are looked up, and those whose artifacts are listed at a time."""
MOST_ASKED = 60
"""Runs whose artifacts are listed while none of them has a state: they may have broken before they came to us."""
MOST_DOWNLOADS = 20
_NUMBER = re.compile(r"[0-9]{1,20}")
_EXPIRED = "it has expired"
_WIDEST_GAP = 1
"""Serials in a row that nobody has, before one that somebody has: an upload that failed may hold its name for good."""
_SHOWN = 5
"""Artifacts that are named, where many are refused for one reason."""


class Heads:
    """One search, within a bounded number of calls; what it leaves unread is found by the next one.

    Attributes:
        states: the accepted states by the ids of their artifacts, newest first as they were found.
    """

    def __init__(
        self, shelf: ArtifactShelf, terms: Terms, line: Line, now: datetime, ancestry: Ancestry | None = None
    ) -> None:
        self.states: dict[int, State] = {}
        self._shelf = shelf
        self._terms = terms
        self._line = line
        self._now = now
        self._ancestry = ancestry
        self._runs: dict[int, WorkflowRun | None] = {}
        self._checks = 0
        self._downloads = 0
        self._contained: set[int] = set()
        self._floor = 0
        self._refused: defaultdict[str, set[int]] = defaultdict(set)
        self._left: set[int] = set()
        self._crowded = False
        self._is_every_run_asked = False
        self._elsewhere: set[int] = set()

    def find(self, name: str) -> None:
        """Look through the artifacts of this name and its serials.

        Where there are more than can be read, or so many dubious ones that some had to be left, the repository is
        busy, or somebody has flooded the name. Then the way leads over the runs of the trusted workflows, too: nobody
        outside the repository can start one of those. Raises ``ServiceError``, and ``NewerState``.
        """
        artifacts = self._listed(name)
        if not self._crowded:
            self._consider(artifacts)
            if not self._left or self._downloads >= MOST_DOWNLOADS:
                return
        self._look_through_runs(name, artifacts if self._crowded else [])

    @property
    def is_unsure(self) -> bool:
        """Whether no state was taken though one may be among what was left unread."""
        if self.states or not (self._crowded or self._unread()):
            return False
        return not self._is_every_run_asked or self._downloads >= MOST_DOWNLOADS

    def diagnostics(self, name: str) -> tuple[Diagnostic, ...]:
        """What was refused and why, and what was left unread."""
        said = [_refusals(name, reason, ids) for reason, ids in sorted(self._refused.items())]
        if self._elsewhere:
            said.append(_elsewhere(name, len(self._elsewhere)))
        if self._crowded:
            said.append(_crowd(name))
        if left := self._unread():
            said.append(_cut(name, len(left)))
        return (*said, *(self._ancestry.diagnostics if self._ancestry is not None else ()))

    def _unread(self) -> set[int]:
        return self._left.difference(self.states, *self._refused.values())

    # --- by name

    def _listed(self, name: str) -> list[Artifact]:
        """All artifacts of the name and its serials; where there are too many to read, the newest of them if any."""
        found: list[Artifact] = []
        pages, gap = MOST_PAGES, 0
        for serial in range(1, MOST_SERIALS + 1):
            listing = self._shelf.listed(serial_name(name, serial), pages)
            if listing.cut:
                self._crowded = True
                return [*found, *(listing.artifacts if listing.is_in_order else ())]
            found += listing.artifacts
            pages = max(pages - listing.pages, 1)
            gap = 0 if listing.artifacts or serial == 1 else gap + 1
            if gap > _WIDEST_GAP:
                break
        return found

    def _consider(self, artifacts: Iterable[Artifact]) -> None:
        """Take the states among these, newest first: what a newer one contains is not read."""
        later = []
        for artifact in sorted(artifacts, key=newest, reverse=True):
            if refusal := refusal_of_artifact(artifact, self._terms):
                self._refused[refusal].add(artifact.id)
            elif self._may_be_ancestor(artifact.workflow_run.head_sha if artifact.workflow_run else ""):
                self._take(artifact)
            else:
                later.append(artifact)
        for artifact in later:  # a workflow_run run may be about an older commit than the one it was started at
            if self.states or not self._may_read(artifact):
                self._elsewhere.add(artifact.id)
            else:
                self._take(artifact)

    # --- by run

    def _look_through_runs(self, name: str, listed: Iterable[Artifact]) -> None:
        """Take the states of the latest runs and those among ``listed``; of more runs as long as none was there."""
        names = [serial_name(name, serial) for serial in range(1, MOST_SERIALS + 1)]
        writing = writing_runs(self._shelf, self._terms, self._ancestry)
        self._runs |= {run.id: run for run in writing.runs}
        known = {artifact.id: artifact for artifact in listed}
        is_whole = writing.is_all and len(writing.runs) <= MOST_ASKED
        for first in range(0, MOST_ASKED, MOST_RUNS):
            listings = [self._shelf.of_run(run.id, names) for run in writing.runs[first : first + MOST_RUNS]]
            found = {artifact.id: artifact for listing in listings for artifact in listing.artifacts}
            self._consider((known | found).values())
            has_expired = any(artifact.expired for artifact in found.values())
            is_whole = has_expired or (is_whole and not any(listing.cut for listing in listings))
            if self.states or has_expired:  # what is older has expired as well
                break
            known = {}
        self._is_every_run_asked = is_whole

    # --- one artifact

    def _take(self, artifact: Artifact) -> None:
        if self._is_contained(artifact):
            return
        if not self._may_read(artifact):
            self._left.add(artifact.id)
        elif refusal := self._refusal(artifact):
            self._refused[refusal].add(artifact.id)

    def _is_contained(self, artifact: Artifact) -> bool:
        return artifact.id in self._contained or artifact.id in self.states or artifact.id < self._floor

    def _may_read(self, artifact: Artifact) -> bool:
        run = artifact.workflow_run
        unknown = run is not None and run.id not in self._runs
        return self._downloads < MOST_DOWNLOADS and not (unknown and self._checks >= MOST_RUNS)

    def _refusal(self, artifact: Artifact) -> str:
        """Why the artifact is refused; empty when its state was taken, or is of a commit that is not asked for."""
        run = self._run_of(artifact)
        if run is None:
            return "its run is gone"
        if refusal := refusal_of_run(run, self._terms):
            return refusal
        if run.event != "workflow_run" and not self._may_be_ancestor(run.head_sha):
            self._elsewhere.add(artifact.id)
            return ""
        try:
            self._add(artifact, self._read(artifact))
        except NewerState as error:
            raise NewerState(f"The state of artifact {artifact.id}: {error.reason}", error.next_step) from None
        except StateError as error:
            return error.reason.rstrip(".")
        except ServiceError as error:
            if error.fault is not Fault.MISSING:
                raise
            return _EXPIRED
        return ""

    def _read(self, artifact: Artifact) -> State:
        self._downloads += 1
        content = self._shelf.content(artifact)
        if not is_intact(content, artifact):  # something on the way may have answered in the storage's place
            content = self._shelf.content(artifact)
        return accepted_state(content, artifact, self._line, self._now)

    def _run_of(self, artifact: Artifact) -> WorkflowRun | None:
        run_id = artifact.workflow_run.id if artifact.workflow_run is not None else 0
        if run_id not in self._runs:
            self._checks += 1
            try:
                self._runs[run_id] = self._shelf.run(run_id)
            except ServiceError as error:
                if error.fault is not Fault.MISSING:
                    raise
                self._runs[run_id] = None
        return self._runs[run_id]

    def _add(self, artifact: Artifact, state: State) -> None:
        made_at = artifact.workflow_run.head_sha if artifact.workflow_run is not None else ""
        if not self._may_be_ancestor(state.commit or made_at):
            self._elsewhere.add(artifact.id)
            return
        self.states[artifact.id] = state
        numbers = {int(name) for name in state.frontier if _NUMBER.fullmatch(name)}
        earlier = {number for number in numbers if number < artifact.id}  # what came later cannot be in it
        self._contained |= earlier
        if len(state.frontier) >= MOST_FRONTIER:
            self._floor = max(self._floor, min(earlier, default=0))

    def _may_be_ancestor(self, sha: str) -> bool:
        return self._ancestry is None or self._ancestry.knows(sha)


def _refusals(name: str, reason: str, ids: set[int]) -> Diagnostic:
    shown = ", ".join(str(number) for number in sorted(ids, reverse=True)[:_SHOWN])
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return Diagnostic(
        "state-refused",
        Level.NOTE if reason == _EXPIRED else Level.WARNING,
        name,
        f"Artifact {shown}{more} is not used: {reason}.",
        "" if reason == _EXPIRED else "Look who made it, if it was not you.",
    )


def _elsewhere(name: str, count: int) -> Diagnostic:
    return Diagnostic(OTHER_COMMIT, Level.NOTE, name, f"States of commits that the change does not contain: {count}.")


def _crowd(name: str) -> Diagnostic:
    return Diagnostic(
        "state-search-cut",
        Level.NOTE,
        name,
        "There are more artifacts of this name than one run can read; those of the latest runs were looked into.",
    )


def _cut(name: str, count: int) -> Diagnostic:
    return Diagnostic(
        "state-search-cut",
        Level.WARNING,
        name,
        f"Artifacts that were not looked into, because one run makes only so many calls: {count}.",
        "The next run looks into them; delete those that are not yours.",
    )
