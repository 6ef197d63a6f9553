"""States as artifacts of workflow runs."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from typing import Protocol

from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import Fault, ServiceError
from aggregator.model.state import Line, State
from aggregator.state import encode, merge_states
from aggregator.state.history import bounded_frontier
from aggregator.stores.acceptance import Terms
from aggregator.stores.ancestry import Ancestry
from aggregator.stores.artifact_shelf import ArtifactShelf
from aggregator.stores.base import RENAMED, Loaded
from aggregator.stores.heads import Heads
from aggregator.stores.name import MOST_SERIALS, serial_name, state_name
from aggregator.stores.packed import pack


class Uploads(Protocol):
    """The half of the artifact service that this store needs."""

    def upload(self, name: str, data: bytes, expires_at: datetime | None = None) -> int:
        """Keep a zip file under a name of its own in this run, and give its id. Raises ``ServiceError``."""
        ...


class ArtifactStore:
    """Keeps each state as an artifact of the run that made it. Nothing is ever deleted or written over.

    Args:
        shelf: lists and downloads.
        uploads: the artifact service; ``None`` where there is none, or none is needed.
        terms: which artifacts are believed.
        page: the repository's page, ``https://github.com/octo/shop``; only named to people.
        now: the run's moment.
        days: how long a state is kept, where the repository's own limit allows it.
        most_days: GITHUB_RETENTION_DAYS; ``None`` where nobody says.
        ancestry: of the change that this run is about; only states of commits that it contains are read then.
    """

    def __init__(  # noqa: PLR0913 - each is another part of the world
        self,
        shelf: ArtifactShelf,
        uploads: Uploads | None,
        terms: Terms,
        *,
        page: str,
        now: datetime,
        days: int = 90,
        most_days: int | None = None,
        ancestry: Ancestry | None = None,
    ) -> None:
        self._shelf = shelf
        self._uploads = uploads
        self._terms = terms
        self._page = page.rstrip("/")
        self._now = now
        self._expires_at = now + timedelta(days=_clamped(days, most_days))
        self._ancestry = ancestry

    def load(self, line: Line) -> Loaded:
        """All heads of the line as one state, or none with a note.

        Raises ``ServiceError`` when GitHub cannot be asked, and when there was too much to find a state in: what was
        not read must not be taken for nothing. Raises ``NewerState`` when a head was written by a newer Onefold.
        """
        name = self.place(line)
        heads = Heads(self._shelf, self._terms, line, self._now, self._ancestry)
        heads.find(name)
        diagnostics = heads.diagnostics(name)
        merged = merge_states(heads.states.values())
        if merged is None:
            if heads.is_unsure:
                raise _not_found(name, diagnostics, is_change=self._ancestry is not None)
            return Loaded(None, (*diagnostics, _no_state(name, is_change=self._ancestry is not None)))
        frontier = bounded_frontier((*merged.frontier, *map(str, heads.states)))
        return Loaded(replace(merged, frontier=frontier), diagnostics, tuple(heads.states.values()))

    def save(self, state: State) -> str:
        """Upload the state; the address of its page.

        Where another job or step of this run has saved a state of the line, this one stands beside it. Raises
        ``ServiceError``; then the earlier states are as they were.
        """
        if self._uploads is None:
            raise ServiceError(
                Fault.MISSING, "There is no artifact service here to keep the state.", "Name a folder with `state`."
            )
        name = self.place(state.line)
        for serial in range(state.run.serial, MOST_SERIALS + 1):
            packed = pack(encode(_as_serial(state, serial)))
            try:
                number = self._uploads.upload(serial_name(name, serial), packed, self._expires_at)
            except ServiceError as error:
                if error.fault is not Fault.CONFLICT:
                    raise
            else:
                return f"{self._page}/actions/runs/{state.run.id}/artifacts/{number}"
        raise ServiceError(
            Fault.CONFLICT,
            f"This run has kept {MOST_SERIALS} states of this line already.",
            "Let fewer jobs of one run save the state, or give each a key of its own.",
        )

    def before(self, branch: str) -> ArtifactStore:
        """The store whose runs were on a branch of this name, the default branch where this one is."""
        then = copy(self)
        is_default = self._terms.branch == self._terms.default_branch
        then._terms = replace(  # noqa: SLF001 - our own
            self._terms, branch=branch, default_branch=branch if is_default else self._terms.default_branch
        )
        return then

    def place(self, line: Line) -> str:
        """The name of the artifact."""
        return state_name(line)


def _clamped(days: int, most: int | None) -> int:
    """GitHub keeps nothing longer than the repository's limit, and says so only in a log."""
    return max(1, days if not most else min(days, most))


def _as_serial(state: State, serial: int) -> State:
    """The state under another number, in its own record too: what it is must not depend on where it is told."""
    if serial == state.run.serial:
        return state
    run = replace(state.run, serial=serial)
    runs = (
        replace(record, run=run) if (record.run, record.at) == (state.run, state.at) else record
        for record in state.runs
    )
    return replace(state, run=run, runs=tuple(runs))


def _not_found(name: str, diagnostics: tuple[Diagnostic, ...], *, is_change: bool) -> ServiceError:
    """That there is more than one run can search, with what was found instead of a state."""
    refused = " ".join(said.reason for said in diagnostics if said.code == "state-refused")
    reason = (
        f"No state was found among more artifacts of the name {name} than one run can look into. {refused}".rstrip()
    )
    clean = "Name all workflows that write states in `state.producers`, and delete artifacts that no run of yours made."
    return ServiceError(
        Fault.GARBLED, reason, f"Bring the change up to date with its target. {clean}" if is_change else clean
    )


def _no_state(name: str, *, is_change: bool) -> Diagnostic:
    reason = "There is no state yet: this run establishes the baseline, and nothing is called new."
    if is_change:
        reason = "There is no state to compare the change with: nothing is called new."
    return Diagnostic("no-state", Level.NOTE, name, reason, RENAMED)
