"""The memory of one line on the fake GitHub: what its runs save, and what they read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from aggregator.model.state import Line, RunRef, State
from aggregator.state import encode
from aggregator.stores.acceptance import Terms
from aggregator.stores.artifact_service import ArtifactService, BackendIds
from aggregator.stores.artifact_shelf import ArtifactShelf
from aggregator.stores.artifact_store import ArtifactStore
from aggregator.stores.name import state_name
from aggregator.stores.packed import pack
from aggregator.transport.session import Session
from tests.builders import LINE, NOW, finding, tracked
from tests.fakes.faults import Faults
from tests.fakes.github.hub import WORKFLOW, Artifact, Hub, Run
from tests.fakes.github.wire import HubWire

PAGE = "https://github.example/octo/shop"


class Memory:
    """A hub, the wire to it, and stores as the runs of its repository have them.

    Attributes:
        hub: its clock stands at ``now``.
        wire: counts the calls of all stores and brings the faults.
    """

    def __init__(self, line: Line = LINE, now: datetime = NOW, faults: Faults | None = None) -> None:
        self.line = line
        self.now = now
        self.hub = Hub()
        self.hub.clock.time = now.timestamp()
        self.wire = HubWire(self.hub, faults)
        self.token = self.hub.api_token("actions:read", "contents:read")

    @property
    def terms(self) -> Terms:
        """What the line's stores believe."""
        return Terms(self.hub.number, (WORKFLOW,), self.line.branch, self.hub.default_branch)

    def session(self) -> Session:
        """A run's session, with a budget of its own."""
        return Session(self.wire, self.hub.clock)

    def shelf(self, token: str = "") -> ArtifactShelf:
        """A run's shelf."""
        return ArtifactShelf(self.session(), self.hub.api, self.hub.name, token or self.token)

    def service(self, run: Run) -> ArtifactService:
        """The artifact service, as this run may use it."""
        token = self.hub.runtime_token(run)
        return ArtifactService(self.session(), self.hub.results, token, BackendIds(run.backend, run.job))

    def store(self, run: Run | None = None, **given: Any) -> ArtifactStore:
        """The store that this run has; without a run, one that only reads."""
        usual: dict[str, Any] = {"terms": self.terms, "page": PAGE, "now": self.now}
        return ArtifactStore(self.shelf(), self.service(run) if run is not None else None, **usual | given)

    def state(self, run: Run, **fields: Any) -> State:
        """A state of this run, with one finding that is named after it."""
        given: dict[str, Any] = {
            "line": self.line,
            "run": RunRef(str(run.id), run.attempt),
            "at": self.now,
            "commit": run.head_sha,
            "findings": (replace(tracked(finding(id=f"F-{run.id}")), sightings=()),),
        }
        return State(**given | fields)

    def publish(self, run: Run, state: State | None = None, **given: Any) -> Artifact:
        """Put a state there at once, as an artifact that this run made."""
        packed = pack(encode(state or self.state(run)))
        return self.hub.publish(given.pop("name", state_name(self.line)), given.pop("content", packed), run, **given)


def ids(state: State | None) -> list[str]:
    """The findings of a state."""
    return [] if state is None else [each.id for each in state.findings]
