"""The memory as this run has to read it: by today's names of scopes, products and folders."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.belonging import Homes
from aggregator.dedupe.folders import in_todays_folders
from aggregator.dedupe.scopes import settled
from aggregator.dedupe.tracking.scope_renames import Heard
from aggregator.model.checkout import Checkout
from aggregator.model.report import Scan
from aggregator.model.state import State


def in_todays_names(
    state: State | None, scans: Sequence[Scan], heard: Heard, homes: Homes, checkout: Checkout
) -> State | None:
    """What is remembered, as if its scopes and files had always had the names that they have now."""
    if state is None:
        return None
    known = settled(state, heard)
    return in_todays_folders(homes.remembered(known) if homes else known, scans, checkout)
