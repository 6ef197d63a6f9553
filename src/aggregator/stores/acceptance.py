"""Which artifacts may be believed to hold our state.

Anybody who may open a pull request can put an artifact of our name into the repository's list, on a branch called like
ours. So a state is taken only from a run of a trusted workflow, on our branch, started by an event that nobody outside
the repository can bring about; and what it holds is read as foreign data all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from aggregator.model.errors import StateError
from aggregator.model.moment import Moment
from aggregator.model.overruled import words_in
from aggregator.model.state import Line, State, Tracked
from aggregator.settings import SAVING_EVENTS
from aggregator.state import decode
from aggregator.stores.packed import LARGEST_PACKED, unpack

_CLOCKS_DIFFER = timedelta(days=1)
"""A moment later than that is no honest runner's."""
_PULL_REQUESTS = ("pull_request", "pull_request_target", "pull_request_review", "merge_group")


class ArtifactRun(Struct, frozen=True, gc=False):
    """What the list of artifacts tells about the run that made one."""

    id: int = 0
    repository_id: int = 0
    head_repository_id: int = 0
    head_branch: str | None = None
    head_sha: str = ""


class Artifact(Struct, frozen=True, gc=False):
    """One artifact, as GitHub's REST API lists it; only the fields that are used."""

    id: int
    name: str
    expired: bool
    size_in_bytes: int = 0
    created_at: Moment | None = None
    digest: str | None = None
    workflow_run: ArtifactRun | None = None


class Repository(Struct, frozen=True, gc=False):
    """A repository. It is told by its number: names can be given anew."""

    id: int
    full_name: str = ""


class WorkflowRun(Struct, frozen=True, gc=False):
    """One run, as GitHub's REST API tells it; only the fields that are used.

    Attributes:
        path: the workflow's file, sometimes with ``@ref`` after it and the repository's name before it.
        head_repository: ``None`` when the fork it came from is gone.
    """

    id: int
    event: str
    path: str
    repository: Repository
    head_repository: Repository | None = None
    head_branch: str | None = None
    head_sha: str = ""
    created_at: Moment | None = None


class Terms(Struct, frozen=True):
    """What an artifact has to meet.

    Attributes:
        repository_id: GITHUB_REPOSITORY_ID.
        producers: files of the workflows that may write states: ``.github/workflows/onefold.yml``.
        branch: the one whose line is read.
        default_branch: where ``workflow_run`` runs are.
    """

    repository_id: int
    producers: tuple[str, ...]
    branch: str
    default_branch: str


def refusal_of_artifact(artifact: Artifact, terms: Terms) -> str | None:
    """Why it is not even looked into, as far as the list tells; ``None`` when it may be."""
    run = artifact.workflow_run
    if artifact.expired:
        return "it has expired"
    if run is None:
        return "GitHub does not say which run made it"
    if not run.repository_id == run.head_repository_id == terms.repository_id:
        return "it comes from a fork"
    if run.head_branch not in {terms.branch, terms.default_branch}:
        return "it was made on another branch"
    if artifact.size_in_bytes > LARGEST_PACKED:
        return "it is larger than any state"
    return None


def refusal_of_run(run: WorkflowRun, terms: Terms) -> str | None:
    """Why the states of this run are not taken; ``None`` when they are. How the run ended makes no difference."""
    if run.head_repository is None or not run.repository.id == run.head_repository.id == terms.repository_id:
        return "its run belongs to a fork"
    if run.event in _PULL_REQUESTS:
        return "its run was about a change that was not on the branch yet"
    if run.event not in SAVING_EVENTS:
        return "its run was started by an event that saves no state"
    if run.head_branch != (terms.default_branch if run.event == "workflow_run" else terms.branch):
        return "its run was on another branch"
    if run.path.partition("@")[0].removeprefix(f"{run.repository.full_name}/") not in terms.producers:
        return "another workflow made it"
    return None


def is_intact(content: bytes, artifact: Artifact) -> bool:
    """Whether it is what was uploaded, where GitHub knows a digest."""
    return artifact.digest is None or artifact.digest == f"sha256:{sha256(content).hexdigest()}"


def accepted_state(content: bytes, artifact: Artifact, line: Line, now: datetime) -> State:
    """The state that an accepted artifact holds.

    Raises ``StateError``, and ``NewerState`` when a newer Onefold wrote it: that one must not be passed over.
    """
    if not is_intact(content, artifact):
        raise StateError("it is not what was uploaded: its digest differs.")
    state = decode(unpack(content), "it")
    if state.line != line:
        raise StateError("it belongs to another product, environment or branch.")
    if max(_moments(state)) > now + _CLOCKS_DIFFER:
        raise StateError("it tells of the future.")
    return state


def _moments(state: State) -> Iterator[datetime]:
    """All points in time that something has happened at."""
    yield state.at
    for record in state.runs:
        yield record.at
    for scope in state.scopes:
        yield scope.covered_at
    for tracked in state.findings:
        yield from _moments_of(tracked)


def _moments_of(tracked: Tracked) -> Iterator[datetime]:
    yield tracked.first_seen
    yield tracked.last_seen
    yield tracked.clock_start
    said = (word.decided_at for word in words_in(tracked.decision))
    yield from filter(None, (tracked.closed_at, tracked.reopened_at, *said))
    for sighting in tracked.sightings:
        yield sighting.last_seen
    for step in tracked.history:
        yield step.at
