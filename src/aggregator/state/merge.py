"""Where runs raced: several heads of one line become one state that has lost nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from aggregator.model.errors import StateError
from aggregator.model.state import ScopeRecord, State
from aggregator.state.encoding import encode
from aggregator.state.groups import groups
from aggregator.state.history import bounded_frontier, bounded_runs, latest_tellings, named_tickets
from aggregator.state.lineage import parents_of, uncontained
from aggregator.state.order import place_order
from aggregator.state.unify import unify


def merge_states(heads: Iterable[State]) -> State | None:
    """One state that has everything the heads have; ``None`` for no heads.

    The order of the heads, merging some of them first, and giving one twice make no difference, nor does a head that
    another one continues: what was closed and forgotten since does not come back. Findings are one when they share an
    id or an alias, or when no head tells them apart and a tool's strongest key is the same. Raises ``StateError`` when
    the heads are of different lines.
    """
    distinct = [head for _, head in sorted({encode(head): head for head in heads}.items())]
    if not distinct:
        return None
    if len({head.line for head in distinct}) > 1:
        raise StateError("States of different products, environments or branches cannot be merged.")
    if len(distinct) == 1:
        return distinct[0]
    return _merge(uncontained(distinct), bounded_frontier(name for head in distinct for name in head.frontier))


def _merge(heads: Sequence[State], frontier: tuple[str, ...]) -> State:
    latest = max(heads, key=lambda head: (head.at, head.run, head.commit))
    if len(heads) == 1:
        return replace(latest, frontier=frontier)
    findings = tuple(sorted(map(unify, groups(heads)), key=place_order))
    scanned_at, commit = max((head.scanned_at or head.at, head.commit) for head in heads)
    return State(
        line=latest.line,
        run=latest.run,
        at=latest.at,
        commit=commit,
        scanned_at=scanned_at,
        parents=parents_of(heads),
        frontier=frontier,
        findings=findings,
        scopes=_scopes(record for head in heads for record in head.scopes),
        runs=bounded_runs(record for head in heads for record in head.runs),
        tickets=named_tickets((ticket for head in heads for ticket in head.tickets), findings),
        told=latest_tellings(telling for head in heads for telling in head.told),
    )


def _scopes(records: Iterable[ScopeRecord]) -> tuple[ScopeRecord, ...]:
    """The latest record of each scope, with all that is known of what was found in it."""
    known: dict[tuple[str, str], ScopeRecord] = {}
    for record in sorted(records):
        before = known.get((record.tool, record.scope))
        active = record.active if before is None else tuple(sorted({*before.active, *record.active}))
        known[record.tool, record.scope] = replace(record, active=active)
    return tuple(sorted(known.values()))
