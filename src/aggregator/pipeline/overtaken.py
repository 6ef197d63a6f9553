"""Whether a newer run has looked, at another commit, at what this run looks at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from aggregator.belonging import Engagements
from aggregator.lifecycle.scopes import ScopeKey
from aggregator.model.outcome import Context
from aggregator.model.report import ReadFailure, Report
from aggregator.model.scope import engagement_in, scope_alone
from aggregator.model.state import RunRecord, State
from aggregator.policy import Policy

_NUMBER = re.compile(r"[0-9]{1,20}")
_HEX = re.compile(r"[0-9A-Fa-f]+")


class Newer(Struct, frozen=True, order=True):
    """The newer run.

    Attributes:
        number: its id; those of a server only grow.
        commit: what the memory that knows the run is about.
    """

    number: int
    commit: str


def overtaken_by(
    heads: Iterable[State], reports: Iterable[Report | ReadFailure], context: Context, policy: Policy
) -> Newer | None:
    """The newest run whose word is later than this run's, whenever this one reads it; ``None`` when there is none.

    A run is late when somebody asked again for one of an earlier commit, or when its scanners took longer than those
    of the next push. Only what both looked at counts: a slow scanner that no other run has waits for nobody. A scope of
    which a memory has never heard is that of the same name, but for numbers. Runs about the same commit say the same,
    whichever comes last; and runs without a number, outside a job, have no order.
    """
    readable = [report for report in reports if isinstance(report, Report)]
    parted = Engagements(policy.engagements, context.examination).parted(readable)
    looked_at = {(scan.tool, scan.scope) for report in parted for scan in report.scans}
    others = (head for head in heads if not _is_same(head.commit, context.commit))
    return max((newer for head in others for newer in _newer(head, context, looked_at)), default=None)


def _newer(head: State, context: Context, looked_at: set[ScopeKey]) -> Iterator[Newer]:
    """The newer runs that this memory knows, and that were the last to look at one of these scopes."""
    moments = {record.at: _number(record.run.id) for record in head.runs if _is_newer(record, context)}
    if moments:
        looks = tuple(_looks(head))
        unheard = {_words(scope) for scope in looked_at.difference(scope for scope, _ in looks)}
        yield from (
            Newer(moments[at], head.commit)
            for scope, at in looks
            if at in moments and (scope in looked_at or _words(scope) in unheard)
        )


def _looks(head: State) -> Iterator[tuple[ScopeKey, datetime]]:
    """When each scope was looked at, as far as it is remembered: in whole, or enough to find something."""
    for record in head.scopes:
        yield (record.tool, record.scope), record.covered_at
    for tracked in head.findings:
        for sighting in tracked.sightings:
            yield (sighting.tool, sighting.scope), sighting.last_seen


def _words(scope: ScopeKey) -> tuple[str, str, str]:
    """Tool, examination, and what does not change in a name that holds a run's id, a date or a commit's.

    By that alone a scope is recognised of which this memory has never heard: names that stay may be counted, too.
    """
    tool, name = scope
    return tool, engagement_in(name), _HEX.sub(_without_number, scope_alone(name))


def _without_number(found: re.Match[str]) -> str:
    """What stands for a number, of a commit as well; a word that only has the letters of one stays."""
    return "#" if any(map(str.isdecimal, found[0])) else found[0]


def _is_newer(record: RunRecord, context: Context) -> bool:
    """Whether a remembered run is newer than this one.

    One that follows another begins when that one has ended, however long it took, so the followed ones count. Where the
    record names none, it may be of a time when none was written down: then this run is not taken for an earlier one.
    """
    own, followed = _number(context.run.id), _number(record.follows)
    ours = (_number(context.follows) or own) if followed else own
    return own > 0 and (followed or _number(record.run.id)) > ours


def _number(run: str) -> int:
    """The run's number on its server; 0 when it is no run of a server."""
    return int(run) if _NUMBER.fullmatch(run) else 0


def _is_same(one: str, other: str) -> bool:
    """Whether they may be one commit: people may shorten what they name, or say nothing."""
    return one.startswith(other) or other.startswith(one)
