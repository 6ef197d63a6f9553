"""Tools that are heard for the first time: what one brings at once is its baseline, as that of a first run is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Finding
from aggregator.model.report import Scan
from aggregator.model.scope import engagement_in
from aggregator.model.state import State

A_FEW = 10
"""Findings that people look at one by one. Some pipelines hand a report over only when there is something in it, so a
few of a tool never heard before may well have come with the change."""


def newcomers(current: Iterable[Finding], previous: State, scans: Iterable[Scan]) -> dict[str, frozenset[str]]:
    """The ids of the findings that only a tool nobody has heard before reports, by tool, where they are many.

    What an examination found is left out: who hands a penetration test in wants to hear of all of it.
    """
    fresh = {scan.tool for scan in scans} - {record.tool for record in previous.scopes}
    if fresh:  # rarely so, and then the memory is looked through
        fresh -= {sighting.tool for each in previous.findings for sighting in each.sightings}
    brought: defaultdict[str, set[str]] = defaultdict(set)
    for finding in current if fresh else ():
        if all(source.tool in fresh and not engagement_in(source.scope) for source in finding.sources):
            brought[finding.tool].add(finding.id)
    return {tool: frozenset(ids) for tool, ids in sorted(brought.items()) if len(ids) > A_FEW}


def newcomer_diagnostics(brought: Mapping[str, frozenset[str]]) -> tuple[Diagnostic, ...]:
    """One for each tool: what is not called new, and what counts it all the same."""
    return tuple(
        Diagnostic(
            "tool-first-heard",
            Level.WARNING,
            tool,
            f"heard for the first time; its {len(ids)} findings are its baseline, none of them is called new.",
            "Look through them: the gate's `any` rules and SLA clocks count them, its `new` rules and messages do not.",
        )
        for tool, ids in brought.items()
    )
