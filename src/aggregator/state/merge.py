"""Where runs raced: several heads of one line become one state that has lost nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import reduce

from aggregator.model.errors import StateError
from aggregator.model.state import RunRef, ScopeRecord, State, Tracked
from aggregator.state.encoding import encode
from aggregator.state.history import bounded_frontier, bounded_runs
from aggregator.state.order import place_order
from aggregator.state.unify import unify


def merge_states(heads: Iterable[State]) -> State | None:
    """One state that has everything the heads have; ``None`` for no heads.

    The order of the heads, merging some of them first, and giving one twice make no difference. Findings are one when
    they share an id, an alias or a tool's strongest key. Raises ``StateError`` when the heads are of different lines.
    """
    distinct = list({encode(head): head for head in heads}.values())
    if len({head.line for head in distinct}) > 1:
        raise StateError("States of different products, environments or branches cannot be merged.")
    return reduce(_merge, distinct) if distinct else None


def _merge(one: State, other: State) -> State:
    latest = max(one, other, key=lambda head: (head.at, head.run))
    runs = {*_runs_of(one), *_runs_of(other)}
    lineage = runs if len(runs) > 1 else {*one.parents, *other.parents} - runs
    return State(
        line=latest.line,
        run=latest.run,
        at=latest.at,
        commit=latest.commit,
        parents=tuple(sorted(lineage)),
        frontier=bounded_frontier((*one.frontier, *other.frontier)),
        findings=tuple(sorted(map(unify, _groups(one.findings + other.findings)), key=place_order)),
        scopes=_scopes((*one.scopes, *other.scopes)),
        runs=bounded_runs((*one.runs, *other.runs)),
    )


def _runs_of(head: State) -> tuple[RunRef, ...]:
    """The runs a head stands for: its own, or all that were merged into it."""
    return head.parents if head.run in head.parents else (head.run,)


def _scopes(records: Iterable[ScopeRecord]) -> tuple[ScopeRecord, ...]:
    """The latest record of each scope."""
    return tuple(sorted({(record.tool, record.scope): record for record in sorted(records)}.values()))


def _groups(findings: tuple[Tracked, ...]) -> Iterator[list[Tracked]]:
    """Findings that share a name, together: a plain disjoint-set forest over their positions."""
    root = list(range(len(findings)))

    def find(index: int) -> int:
        while root[index] != index:
            root[index] = root[root[index]]
            index = root[index]
        return index

    holder: dict[object, int] = {}
    for index, finding in enumerate(findings):
        for name in _names(finding):
            one, other = find(holder.setdefault(name, index)), find(index)
            root[max(one, other)] = min(one, other)
    groups: defaultdict[int, list[Tracked]] = defaultdict(list)
    for index, finding in enumerate(findings):
        groups[find(index)].append(finding)
    yield from groups.values()


def _names(finding: Tracked) -> Iterator[object]:
    yield finding.id
    yield from finding.aliases
    for sighting in finding.sightings:
        if sighting.keys:
            yield sighting.tool, sighting.keys[0]
