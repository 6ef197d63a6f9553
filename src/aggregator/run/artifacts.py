"""What is kept as artifacts of the run, the state and documents, put together from what the runner tells us."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from aggregator.policy.policy import Memory as Rules
from aggregator.run.frame import Frame, run_page
from aggregator.run.outside import GitHub
from aggregator.settings import Surroundings
from aggregator.sinks.artifact import ArtifactSink
from aggregator.stores.acceptance import Terms
from aggregator.stores.ancestry import GitHubAncestry
from aggregator.stores.artifact_service import ArtifactService, backend_ids, service_origin
from aggregator.stores.artifact_shelf import ArtifactShelf
from aggregator.stores.artifact_store import ArtifactStore
from aggregator.transport.session import Session

DEFAULT_DAYS = 90
"""How long GitHub keeps an artifact where neither the policy nor the runner says."""


class NoArtifacts(Struct, frozen=True):
    """Why artifacts cannot be used here, one sentence."""

    reason: str


def open_store(around: Surroundings, rules: Rules, about: Frame, github: GitHub) -> ArtifactStore | NoArtifacts:
    """The store for this run; for one that saves nothing it can do without the artifact service."""
    if github.missing:
        return NoArtifacts(github.missing)
    reach = github.apart()
    uploads = open_uploads(around, reach[0])
    if uploads is None and not about.held:
        return NoArtifacts("the runner tells of no artifact service; a `run:` step never hears of it.")
    most = _days(around.retention_days)
    return ArtifactStore(
        ArtifactShelf(*reach),
        uploads,
        Terms(int(around.repository_id), _producers(rules, around), about.home, about.default_branch or about.home),
        page=f"{around.server_url}/{around.repository}",
        now=about.now,
        days=rules.artifact_days or most or DEFAULT_DAYS,
        most_days=most,
        ancestry=GitHubAncestry(*reach, about.base, about.context.commit) if about.base else None,
    )


def open_uploads(around: Surroundings, session: Session) -> ArtifactService | None:
    """The artifact service of this run; ``None`` where the runner tells of none."""
    if around.runtime is None:
        return None
    ids, origin = backend_ids(around.runtime.token), service_origin(around.runtime.url)
    if ids is None or origin is None:
        return None
    return ArtifactService(session, origin, around.runtime.token, ids)


def open_keeper(
    around: Surroundings, github: GitHub, documents: Mapping[str, Callable[[], Iterable[bytes]]]
) -> ArtifactSink:
    """Who keeps documents as artifacts of this run."""
    return ArtifactSink(documents, open_uploads(around, github.session), run_page(around))


def _producers(rules: Rules, around: Surroundings) -> tuple[str, ...]:
    """The workflow files that may write states; ours is told as ``owner/name/.github/workflows/x.yml@ref``."""
    ours = around.workflow_ref.partition("@")[0].split("/", 2)[-1]
    return rules.producers or (ours,)


def _days(text: str) -> int | None:
    return int(text) if text.isdecimal() and int(text) > 0 else None
