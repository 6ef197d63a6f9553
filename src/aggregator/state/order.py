"""The order of findings in a state: by tool, place and rule, then id."""

from __future__ import annotations

from aggregator.model.state import Tracked


def place_order(tracked: Tracked) -> tuple[str, str, str, str]:
    """Where a finding stands in a state, whichever runs it was merged from.

    The place comes before the id, so that a state reads like a list of files and a run that wrote its findings in
    this order finds them side by side in memory.
    """
    return (tracked.tool, tracked.location.path if tracked.location else "", tracked.rule_id, tracked.id)
