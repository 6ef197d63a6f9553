"""What a run is about: its line, its commit, its moment; and whether it may change the line's memory."""

from __future__ import annotations

from datetime import UTC, datetime
from fnmatch import fnmatchcase

from msgspec import Struct

from aggregator.model.outcome import Context
from aggregator.model.state import Line, RunRef
from aggregator.policy import Policy
from aggregator.runner.event import Event
from aggregator.settings import Settings, Surroundings

UNNAMED = "local"
"""The product where nobody names one: nothing of the machine may enter the documents."""


class Frame(Struct, frozen=True):
    """What a run is about.

    Attributes:
        held: why this run must not save the state; empty when it may.
    """

    context: Context
    now: datetime
    held: str = ""


def frame(settings: Settings, policy: Policy, around: Surroundings, event: Event) -> Frame:
    """Flags and inputs say first, then the policy, then the surroundings."""
    now = settings.now or datetime.now(UTC).replace(microsecond=0)
    branch, held = _branch(settings, policy, event)
    commit = settings.commit or event.commit
    line = Line(
        product=settings.product or policy.product or around.repository or UNNAMED,
        environment=settings.environment or policy.environment,
        branch=branch,
    )
    context = Context(
        line=line,
        run=_run(around, now),
        product_type=policy.product_type,
        engagement=policy.engagement,
        commit=commit,
        source_url=_source_url(around, commit),
    )
    return Frame(context, now, held)


def _run(around: Surroundings, now: datetime) -> RunRef:
    """On a runner its own number; elsewhere the moment, so that the same call gives the same bytes."""
    if around.run_id:
        return RunRef(around.run_id, around.run_attempt)
    return RunRef(f"{now:%Y%m%dT%H%M%SZ}")


def _branch(settings: Settings, policy: Policy, event: Event) -> tuple[str, str]:
    """The branch line, and why it must not be written."""
    if settings.branch:
        return settings.branch, event.held
    lines = policy.state.branches
    if not lines or any(fnmatchcase(event.branch, pattern) for pattern in lines):
        return event.branch, event.held
    target = next((name for name in lines if not set(name) & set("*?[")), "")
    return target, event.held or "the policy gives this branch no line of its own"


def _source_url(around: Surroundings, commit: str) -> str:
    if not (around.repository and commit):
        return ""
    return f"{around.server_url}/{around.repository}/blob/{commit}/{{path}}#L{{line}}"
