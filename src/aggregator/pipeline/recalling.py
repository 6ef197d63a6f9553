"""The memory as this run has to read it: by today's names of scopes, products, folders and vulnerabilities."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from aggregator.belonging import Homes
from aggregator.dedupe.folders import in_todays_folders
from aggregator.dedupe.scopes import settled
from aggregator.dedupe.tracking.scope_renames import Heard
from aggregator.model.checkout import Checkout
from aggregator.model.report import Scan
from aggregator.model.state import State, Tracked
from aggregator.normalize.vulnerability_ids import is_package


def in_todays_names(
    state: State | None, scans: Sequence[Scan], heard: Heard, homes: Homes, checkout: Checkout
) -> State | None:
    """What is remembered, as if its scopes and files had always had the names that they have now."""
    if state is None:
        return None
    known = _without_packages_for_ids(settled(state, heard))
    return in_todays_folders(homes.remembered(known) if homes else known, scans, checkout)


def _without_packages_for_ids(state: State) -> State:
    """Early states took Snyk's ``xlsx@0.16.2`` for a vulnerability, which joined all that is wrong with a package."""
    if not any(is_package(name) for each in state.findings for name in each.vulnerability_ids):
        return state
    return replace(state, findings=tuple(_without_packages(each) for each in state.findings))


def _without_packages(tracked: Tracked) -> Tracked:
    ids = tuple(name for name in tracked.vulnerability_ids if not is_package(name))
    return tracked if ids == tracked.vulnerability_ids else replace(tracked, vulnerability_ids=ids)
