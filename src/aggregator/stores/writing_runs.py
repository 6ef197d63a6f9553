"""The search for the runs that may have written states: another way to these than by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from msgspec import Struct

from aggregator.settings import SAVING_EVENTS
from aggregator.stores.acceptance import Terms, WorkflowRun, refusal_of_run
from aggregator.stores.ancestry import Ancestry
from aggregator.stores.artifact_shelf import ArtifactShelf, newest

MOST_LISTED = 100
"""Runs of one workflow and one event that are looked at; one call lists them."""
_PUSHED_WITHIN = timedelta(days=1)
"""How long after it was made a commit is pushed, as a rule; that of the merge base itself may be older."""


class WritingRuns(Struct, frozen=True):
    """Runs that are trusted, newest first; those that a change contains before those that may be about it.

    Attributes:
        is_all: whether there are no others.
    """

    runs: tuple[WorkflowRun, ...]
    is_all: bool


def writing_runs(shelf: ArtifactShelf, terms: Terms, ancestry: Ancestry | None) -> WritingRuns:
    """The latest runs that may have written; for a change the latest that it contains.

    A call for each workflow and event, and for a change one more for each workflow. Raises ``ServiceError``.
    """
    base = ancestry.merge_base if ancestry is not None else None
    until = base.made_at + _PUSHED_WITHIN if base is not None and base.made_at is not None else None
    lists = [
        shelf.runs(producer, _branch(terms, event), event, MOST_LISTED, until)
        for producer in terms.producers
        for event in SAVING_EVENTS
    ]
    is_all = until is None and all(len(each) < MOST_LISTED for each in lists)
    if base is not None:
        lists += [shelf.runs_at(producer, base.sha, MOST_LISTED) for producer in terms.producers]
    found = {run.id: run for runs in lists for run in runs if refusal_of_run(run, terms) is None}
    return WritingRuns(tuple(_in_order(found, ancestry)), is_all)


def _branch(terms: Terms, event: str) -> str:
    return terms.default_branch if event == "workflow_run" else terms.branch


def _in_order(found: dict[int, WorkflowRun], ancestry: Ancestry | None) -> Iterator[WorkflowRun]:
    """A workflow_run run may be about an older commit than the one it was started at."""
    ordered = sorted(found.values(), key=newest, reverse=True)
    contained = {run.id for run in ordered if ancestry is None or ancestry.knows(run.head_sha)}
    yield from (run for run in ordered if run.id in contained)
    yield from (run for run in ordered if run.id not in contained and run.event == "workflow_run")
