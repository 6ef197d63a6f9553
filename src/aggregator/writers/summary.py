"""``summary.md``, the text of the job's summary page: the verdict first, details folded below.

It stays below 65 000 characters and bytes whatever comes in, so that it can be pasted wherever GitHub takes text. A
block that would not fit is left out whole, and the text says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.model.outcome import Outcome
from aggregator.writers.escape import clip, markdown, markdown_code
from aggregator.writers.summary_blocks import DOCUMENTS, blocks, changed_table, worst_table
from aggregator.writers.summary_cells import many
from aggregator.writers.summary_groups import Groups, group
from aggregator.writers.summary_head import (
    arithmetic,
    counts,
    fitted,
    gaps,
    headline,
    open_line,
    reason_words,
    warning,
)
from aggregator.writers.summary_products import products_table

_FIRST = (
    "Baseline set",
    (
        "This is the first run on this line, so nothing is called new. From the next run on, only what changed is "
        "shown here."
    ),
)
_UNUSABLE = (
    "Nothing read",
    "No report could be used, and there is no earlier run to compare with. The next run that reads one is the first.",
)
_NONE_GIVEN = (
    "Nothing read",
    (
        "No report was given (the input `reports`), and there is no earlier run to compare with. The next run that "
        "reads one is the first."
    ),
)
_LEFT_BEHIND = (
    "Not compared",
    (
        "The earlier runs on this line are of commits that this change does not contain, so nothing is called new. "
        "Bring the branch up to date to see what it changes."
    ),
)
_UNREAD = (
    "Not compared",
    (
        "The earlier state could not be read, so nothing is called new or fixed, nothing was remembered, and the "
        "clocks of these findings are not known. Nothing is lost: run it again, or do what its log says."
    ),
)


def render_summary(outcome: Outcome) -> Iterator[bytes]:
    """The text as one chunk of UTF-8."""
    groups = group(outcome)
    head = [*_head(groups, outcome), *products_table(outcome, DOCUMENTS), *_table(groups, outcome)]
    yield fitted(head, blocks(groups, outcome, ""), [_foot(outcome)]).encode()


def _head(groups: Groups, outcome: Outcome) -> Iterator[str]:
    if outcome.is_baseline:
        title, explained = _not_compared(outcome)
        yield headline(outcome, f"{title}: {many(len(groups.open), 'open finding')}")
        yield explained
    else:
        yield headline(outcome, counts(outcome))
    yield reason_words(outcome)
    yield open_line(groups, outcome)
    yield from warning(gaps(outcome))


def _not_compared(outcome: Outcome) -> tuple[str, str]:
    """Why nothing is called new: in a word, and in full."""
    if outcome.context.is_past_unread:
        return _UNREAD
    if outcome.is_left_behind:
        return _LEFT_BEHIND
    if outcome.is_blank:
        return _UNUSABLE if gaps(outcome).is_blind else _NONE_GIVEN
    return _FIRST


def _table(groups: Groups, outcome: Outcome) -> Iterator[str]:
    """What is new, and what came back; on a first run the worst of all."""
    if outcome.is_baseline:
        yield from worst_table(groups, outcome, "")
    else:
        yield from changed_table(groups, outcome, "")


def _foot(outcome: Outcome) -> str:
    context = outcome.context
    parts = [f"Run {markdown(clip(context.run.id, 60))}"]
    if context.run.attempt > 1:
        parts.append(f"attempt {context.run.attempt}")
    if context.commit:
        parts.append(f"commit {markdown_code(context.commit[:12])}")
    parts += [markdown(clip("/".join(context.line.words), 120)), arithmetic(outcome.totals)]
    return f"<sub>{' · '.join(parts)}</sub>"
