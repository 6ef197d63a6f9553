"""What to say where the rules that people wrote are not where they are looked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.overruled import EXCEPTIONS as FILE
from aggregator.model.state import State
from aggregator.run.gather import EXCEPTIONS, rule_files
from aggregator.settings import Settings, Surroundings
from aggregator.writers.summary_cells import many


def missed_rules(settings: Settings, around: Surroundings, state: State | None, now: datetime) -> Iterator[Diagnostic]:
    """That decisions ended because no exceptions file was found, and that a job has no checkout to find one in.

    A job that collects what earlier jobs left may do without a checkout on purpose, so that is but a note there.
    """
    config, exceptions = rule_files(settings)
    root = settings.source_root
    if not exceptions and (ended := _decided(state, now)):
        yield _ended(root or Path(), ended)
    if around.actions and root is not None and not (config or exceptions or Path(root, ".git").exists()):
        yield _not_checked_out(root, Level.NOTE if settings.artifacts else Level.WARNING)


def _decided(state: State | None, now: datetime) -> int:
    """How many findings the exceptions file of the last run decided about until a later day than this."""
    known = () if state is None else state.findings
    decided = (each.decision for each in known if each.closed_at is None and each.decision.origin == FILE)
    return sum(decision.expires_at is None or now < decision.expires_at for decision in decided)


def _ended(root: Path, count: int) -> Diagnostic:
    decisions = f"{many(count, 'decision')} of the last run's exceptions file {'holds' if count == 1 else 'hold'}"
    return Diagnostic(
        "exceptions-missing",
        Level.WARNING,
        str(root / EXCEPTIONS),
        f"there is no such file, so {decisions} no longer.",
        "Check the repository out before this step, or name the file as `exceptions`; if it was deleted on purpose, "
        "all is well.",
    )


def _not_checked_out(root: Path, level: Level) -> Diagnostic:
    return Diagnostic(
        "no-checkout",
        level,
        f"source-root {root.as_posix()}",
        "it is no checkout of a repository, and holds no policy and no exceptions.",
        "Let actions/checkout run before this step; where it has a `path`, give that as `source-root`.",
    )
