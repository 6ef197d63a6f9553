"""Whether to write the comment on the pull request, and which text: quiet until there is something to say."""

from __future__ import annotations

import re
from typing import Literal

from msgspec.structs import replace

from aggregator.model.finding import Baseline
from aggregator.model.outcome import Outcome, Ruling
from aggregator.model.state import RunRef
from aggregator.planning.github_actions import UpsertComment
from aggregator.planning.observed import Observed, SeenComment
from aggregator.planning.plan import Held
from aggregator.writers.comment import CommentFacts, render_comment, substance
from aggregator.writers.summary_head import gaps

Mode = Literal["auto", "always", "changes", "off"]

_UNKNOWN = "the comments there could not be read, and without them it might be written twice"
_READS_ONLY = (
    "the token of a run for {author} only reads; let a workflow that follows this one (on: workflow_run) write the "
    "comment, as examples/workflows/ shows"
)
_WRITTEN_BY = re.compile(r"^<sub>Run \[?([0-9]+)", re.MULTILINE)


def plan_comment(
    outcome: Outcome, facts: CommentFacts, mode: Mode, observed: Observed
) -> tuple[tuple[UpsertComment, ...], tuple[Held, ...]]:
    """The comment to write, or why one that there would be to write is held; neither when there is nothing to say.

    A run that is about no pull request has nothing to say. A comment that is there is kept true in every mode but
    ``off``, and left alone when its text would be the same but for the line that links the run.
    """
    if mode == "off" or (facts.number is None and not facts.doubt):
        return (), ()
    seen = observed.comment
    if seen is None and not is_worth_saying(outcome, mode):
        return (), ()
    upsert = _upsert(outcome, facts, seen)
    reason = _reason(facts, observed)
    if reason:
        return (), (Held(upsert, reason),)
    if seen is not None and substance(seen.body) == substance(upsert.body):
        return (), ()
    return (upsert,), ()


def is_worth_saying(outcome: Outcome, mode: Mode) -> bool:
    """Whether a pull request without a comment gets one.

    ``auto``: something is new, the gate fails, a scan failed, a report is missing or unusable, or there was nothing to
    compare with. ``changes``: something is new or fixed. ``always``: in any case.
    """
    has_new = any(finding.is_open and finding.baseline is Baseline.NEW for finding in outcome.findings)
    match mode:
        case "always":
            return True
        case "changes":
            return has_new or outcome.totals.absent > 0
        case "auto":
            fails = outcome.verdict.ruling is Ruling.FAIL
            return has_new or fails or outcome.is_baseline or gaps(outcome).is_blind
        case _:
            return False


def may_be_overtaken(run: RunRef, seen: SeenComment | None) -> bool:
    """Whether another run may have had the last word: a later one has written, or found nothing to write.

    A newer commit alone is no sign of it: ``[skip ci]`` starts no run for one, nor does a push with GITHUB_TOKEN.
    """
    if seen is None:
        return run.attempt > 1
    writers = _WRITTEN_BY.findall(seen.body)
    return bool(writers) and run.id.isdecimal() and int(writers[-1]) > int(run.id)


def _upsert(outcome: Outcome, facts: CommentFacts, seen: SeenComment | None) -> UpsertComment:
    earlier = "" if seen is None else seen.body
    body = render_comment(outcome, replace(facts, earlier=earlier))
    return UpsertComment(facts.number or 0, body, None if seen is None else seen.id)


def _reason(facts: CommentFacts, observed: Observed) -> str:
    """Why it cannot be written; empty when it can."""
    if facts.reads_only:
        return _READS_ONLY.format(author=facts.reads_only)
    if facts.number is None:
        return facts.doubt
    return "" if observed.comment_known else _UNKNOWN
