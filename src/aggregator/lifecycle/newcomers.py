"""Tools that are heard for the first time, and accounts and sites that a tool looks at for the first time.

What one brings at once is its baseline, as that of a first run is: it was there before anybody looked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from aggregator.lifecycle.scopes import ScopeKey
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Finding
from aggregator.model.report import Scan
from aggregator.model.result import Kind
from aggregator.model.scope import engagement_in
from aggregator.model.state import State

A_FEW = 10
"""Findings that people look at one by one. Some pipelines hand a report over only when there is something in it, so a
few of a tool never heard before may well have come with the change."""

_OUTSIDE = frozenset({Kind.CLOUD, Kind.DAST})
"""What lies in accounts and on sites, which no change to the repository brings along. An image is built by one."""

Newcomer: TypeAlias = tuple[str, str]
"""A tool, and the scope that it looks at for the first time; empty where the tool itself was never heard."""


def newcomers(current: Iterable[Finding], previous: State, scans: Sequence[Scan]) -> dict[Newcomer, frozenset[str]]:
    """The ids of the findings that only a newcomer reports, where they are many.

    What an examination found is left out: who hands a penetration test in wants to hear of all of it.
    """
    tools, scopes = _new_tools(previous, scans), _new_scopes(previous, scans)
    remembered = {each.id for each in previous.findings} if scopes else frozenset[str]()
    brought: defaultdict[Newcomer, set[str]] = defaultdict(set)
    for finding in current if tools or scopes else ():
        if all(source.tool in tools and not engagement_in(source.scope) for source in finding.sources):
            brought[finding.tool, ""].add(finding.id)
        elif finding.kind in _OUTSIDE and finding.id not in remembered:
            keys = {(source.tool, source.scope) for source in finding.sources}
            if keys <= scopes:
                brought[min(keys)].add(finding.id)
    return {newcomer: frozenset(ids) for newcomer, ids in sorted(brought.items()) if len(ids) > A_FEW}


def _new_tools(previous: State, scans: Iterable[Scan]) -> set[str]:
    fresh = {scan.tool for scan in scans} - {record.tool for record in previous.scopes}
    if fresh:  # rarely so, and then the memory is looked through
        fresh -= {seen.tool for each in previous.findings for seen in each.sightings}
    return fresh


def _new_scopes(previous: State, scans: Sequence[Scan]) -> set[ScopeKey]:
    """Accounts and sites that a known tool looks at for the first time, beside all that it looked at before.

    Where one of those is not there, another may have come in its place: the same by a new name.
    """
    here, whole = ({(each.tool, each.scope) for each in group} for group in (scans, previous.scopes))
    missed = {tool for tool, scope in whole - here if not engagement_in(scope)}
    known = {tool for tool, _ in whole} - missed
    fresh = {
        (scan.tool, scan.scope)
        for scan in scans
        if scan.tool in known and scan.results and scan.results[0].kind in _OUTSIDE and not engagement_in(scan.scope)
    } - whole
    if fresh:  # as above
        fresh -= {(record.tool, name) for record in previous.scopes for name in record.names}
        fresh -= {(seen.tool, seen.scope) for each in previous.findings for seen in each.sightings}
    return fresh


def newcomer_diagnostics(brought: Mapping[Newcomer, frozenset[str]]) -> tuple[Diagnostic, ...]:
    """One for each newcomer: what is not called new, and what counts it all the same."""
    return tuple(
        Diagnostic(
            "scope-first-heard" if scope else "tool-first-heard",
            Level.WARNING,
            f"{tool} ({scope})" if scope else tool,
            ("looked at for the first time" if scope else "heard for the first time")
            + f"; its {len(ids)} findings are its baseline, none of them is called new.",
            "Look through them, what came with this change is among them: the gate's `any` rules and SLA clocks count "
            "them, its `new` rules and messages do not.",
        )
        for (tool, scope), ids in brought.items()
    )
