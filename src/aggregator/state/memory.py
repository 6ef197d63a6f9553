"""What is remembered after a run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter

from msgspec.structs import replace

from aggregator.lifecycle.attention import silent_before
from aggregator.model.finding import Finding
from aggregator.model.outcome import Context, Totals
from aggregator.model.state import RunRecord, ScopeRecord, State, Tracked
from aggregator.model.ticket import Ticket
from aggregator.state.history import (
    MOST_TICKETS,
    MOST_TRANSITIONS,
    bounded,
    bounded_runs,
    bounded_sightings,
    bounded_tickets,
    named_tickets,
)
from aggregator.state.lineage import own_runs
from aggregator.state.order import place_order


def next_state(  # noqa: PLR0913 - everything that a run leaves, each part named
    previous: State | None,
    findings: Iterable[Finding],
    *,
    scopes: tuple[ScopeRecord, ...],
    context: Context,
    now: datetime,
    totals: Totals,
    retention_days: int,
    tickets: Iterable[Ticket] = (),
    is_scanned: bool = True,
) -> State:
    """The state that the next run starts from.

    ``findings`` are all findings of the run, dated. Findings closed earlier are remembered for ``retention_days``
    after their closing, so that one that comes back is recognised. A source that nobody has reported for as long, while
    others were run, is forgotten when the finding has others that were. Of ``tickets`` those are remembered that a
    finding names. The commit stays that of the last run that ``is_scanned``: where lines are now is told from there.
    """
    oldest = now - timedelta(days=retention_days)
    silent = silent_before(previous.runs if previous else (), now, retention_days)
    tracked = [_tracked(finding, now, silent) for finding in findings]
    if previous is not None:
        known = {name for each in tracked for name in (each.id, *each.aliases)}
        tracked += (
            each
            for each in previous.findings
            if each.closed_at is not None and each.closed_at >= oldest and each.id not in known
        )
    tracked.sort(key=place_order)
    since = None if is_scanned else previous
    return State(
        line=context.line,
        run=context.run,
        at=now,
        commit=context.commit if since is None else since.commit,
        scanned_at=now if since is None else since.scanned_at or since.at,
        parents=own_runs(previous) if previous else (),
        frontier=previous.frontier if previous else (),
        findings=tuple(tracked),
        scopes=tuple(sorted(scopes)),
        runs=bounded_runs((*(previous.runs if previous else ()), _record(context, now, totals, looked=is_scanned))),
        tickets=named_tickets(tickets, tracked),
        told=previous.told if previous else (),
    )


# What is remembered of a finding stands under the same name on it. By position: names cost ten times as much.
_REMEMBERED = attrgetter(*Tracked.__struct_fields__)


def _tracked(finding: Finding, now: datetime, silent: datetime) -> Tracked:
    tracked = Tracked(*_REMEMBERED(finding))
    if finding.first_seen is None:  # no stage has dated it
        tracked = replace(tracked, first_seen=now, last_seen=now, clock_start=now)
    if len(tracked.sightings) > 1:
        tracked = replace(tracked, sightings=bounded_sightings(tracked.sightings, silent))
    if len(tracked.history) > MOST_TRANSITIONS or len(tracked.tickets) > MOST_TICKETS:
        tracked = replace(tracked, history=bounded(tracked.history), tickets=bounded_tickets(tracked.tickets))
    return tracked


def _record(context: Context, now: datetime, totals: Totals, *, looked: bool) -> RunRecord:
    return RunRecord(
        run=context.run,
        at=now,
        open={severity: count for severity, count in sorted(totals.by_severity.items()) if count},
        new=totals.new,
        absent=totals.absent,
        reopened=totals.reopened,
        breached=totals.breached,
        approaching=totals.approaching,
        suppressed=totals.suppressed,
        mean_days=dict(sorted(totals.mean_days_to_remediate.items())),
        follows=context.follows,
        looked=looked,
    )
