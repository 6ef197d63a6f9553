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
        home: the branch whose runs write the line's state; empty outside a repository.
        default_branch: the repository's; empty when nobody said.
        base: the branch that a change which is not on it yet will join, or that a branch without a memory is compared
            with; empty on a branch that writes its own line.
        held: why this run must not save the state; empty when it may.
    """

    context: Context
    now: datetime
    home: str = ""
    default_branch: str = ""
    base: str = ""
    held: str = ""


def frame(settings: Settings, policy: Policy, around: Surroundings, event: Event) -> Frame:
    """Flags and inputs say first, then the policy, then the surroundings."""
    clock = settings.now or datetime.now(UTC)
    now = settings.now or clock.replace(microsecond=0)
    home, held = _home(settings, policy, event)
    commit = settings.commit or event.commit
    line = Line(
        product=settings.product or policy.product or around.repository or UNNAMED,
        environment=settings.environment or policy.environment,
        branch=settings.branch or home,
        key=settings.state_key,
    )
    engagement, examination = _engagement(settings.engagement, policy)
    context = Context(
        line=line,
        run=_run(around, clock),
        product_type=policy.product_type,
        engagement=engagement,
        examination=examination,
        commit=commit,
        source_url=_source_url(around, commit),
        is_change=event.is_change,
        follows="" if event.follows is None else str(event.follows),
    )
    return Frame(context, now, home, event.default_branch, _base(event, home), held)


def _engagement(said: str, policy: Policy) -> tuple[str, str]:
    """What findings are of that say nothing else, and the entry of the policy that this run's reports are for."""
    listed = {rule.name for rule in policy.engagements}
    named, usual = said or policy.engagement, "" if policy.engagement in listed else policy.engagement
    return (usual, named) if named in listed else (named, "")


def _run(around: Surroundings, clock: datetime) -> RunRef:
    """On a runner its own number; elsewhere the moment, so that the same call gives the same bytes.

    Two runs may begin in one second, so that of a real clock is told to the thousandth.
    """
    if around.run_id:
        return RunRef(around.run_id, around.run_attempt)
    part = f".{clock.microsecond // 1000:03}" if clock.microsecond else ""
    return RunRef(f"{clock:%Y%m%dT%H%M%S}{part}Z")


def _home(settings: Settings, policy: Policy, event: Event) -> tuple[str, str]:
    """The branch that writes the line, and why this run must not."""
    lines = policy.state.branches or ((event.default_branch,) if event.default_branch else ())
    if settings.branch or not lines or any(fnmatchcase(event.branch, pattern) for pattern in lines):
        return event.branch, event.held
    target = next((name for name in lines if not set(name) & set("*?[")), event.default_branch)
    return target, event.held or "this branch has no memory of its own"


def _base(event: Event, home: str) -> str:
    """The branch of which only what this run's commit contains is compared with; empty where all of it is."""
    if event.is_change:
        return event.branch
    return home if event.branch != home else ""


def run_page(around: Surroundings) -> str:
    """Where people see the run; empty outside a job."""
    return f"{around.server_url}/{around.repository}/actions/runs/{around.run_id}" if around.run_id else ""


def _source_url(around: Surroundings, commit: str) -> str:
    if not (around.repository and commit):
        return ""
    return f"{around.server_url}/{around.repository}/blob/{commit}/{{path}}#L{{line}}"
