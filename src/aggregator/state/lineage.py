"""Which states a state continues, and which of several it makes superfluous."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec

from aggregator.model.state import RunRecord, RunRef, State
from aggregator.state.history import MOST_RUNS

_FORGETS_AFTER = timedelta(days=1)
"""No policy forgets a closed finding sooner."""

_text = msgspec.json.Encoder(order="deterministic").encode


def own_runs(head: State) -> tuple[RunRef, ...]:
    """The runs a head stands for: its own, or all that were merged into it, of which its own is one."""
    return head.parents if head.run in head.parents else (head.run,)


def parents_of(heads: Iterable[State]) -> tuple[RunRef, ...]:
    """What the merged state continues: its heads' runs, or the parents that several states of one run have."""
    heads = tuple(heads)
    runs = {run for head in heads for run in own_runs(head)}
    lineage = runs if len(runs) > 1 else {run for head in heads for run in head.parents} - runs
    return tuple(sorted(lineage))


def uncontained(heads: Sequence[State]) -> list[State]:
    """The heads without those that another one continues.

    What a state has closed and forgotten must not come back from an ancestor. A head is an ancestor when all its runs,
    its own among them, are runs of the other, with the same numbers. Findings that only the ancestor has must have had
    time to be closed and forgotten; where they had not, the runs merely look alike, and the head is kept.
    """
    known = [{_text(record) for record in head.runs} for head in heads]
    return [
        head
        for place, head in enumerate(heads)
        if not any(
            known[place] != known[other] and _continues(later, known[other], head)
            for other, later in enumerate(heads)
            if other != place
        )
    ]


def _continues(later: State, known: set[bytes], head: State) -> bool:
    window = later.runs[0].at if len(later.runs) >= MOST_RUNS else None
    if not any(_is_own(record, head) for record in head.runs):
        return False
    if not all(_text(record) in known for record in head.runs if window is None or record.at > window):
        return False
    return later.at - head.at >= _FORGETS_AFTER or _ids(head) <= _ids(later)


def _is_own(record: RunRecord, head: State) -> bool:
    return (record.run, record.at) == (head.run, head.at)


def _ids(head: State) -> set[str]:
    return {name for each in head.findings for name in (each.id, *each.aliases)}
