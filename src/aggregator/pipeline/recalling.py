"""The memory as this run has to read it: by today's names of scopes, products, folders and vulnerabilities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeGuard

from msgspec.structs import replace

from aggregator.belonging import Homes
from aggregator.dedupe.folders import in_todays_folders
from aggregator.dedupe.scopes import settled
from aggregator.dedupe.tracking.scope_renames import Heard
from aggregator.model.checkout import Checkout
from aggregator.model.location import Component
from aggregator.model.report import Scan
from aggregator.model.state import State, Tracked
from aggregator.normalize.secret_patterns import MASK
from aggregator.normalize.vulnerability_ids import is_package

_MOST_MASKS = 3
"""A name with more of them is compared with no other: that would take long."""


def in_todays_names(
    state: State | None, scans: Sequence[Scan], heard: Heard, homes: Homes, checkout: Checkout
) -> State | None:
    """What is remembered, as if its scopes and files had always had the names that they have now."""
    if state is None:
        return None
    known = _with_names_of_packages(_without_packages_for_ids(settled(state, heard)), scans)
    return in_todays_folders(homes.remembered(known) if homes else known, scans, checkout)


def _without_packages_for_ids(state: State) -> State:
    """Early states took Snyk's ``xlsx@0.16.2`` for a vulnerability, which joined all that is wrong with a package."""
    if not any(is_package(name) for each in state.findings for name in each.vulnerability_ids):
        return state
    return replace(state, findings=tuple(_without_packages(each) for each in state.findings))


def _without_packages(tracked: Tracked) -> Tracked:
    ids = tuple(name for name in tracked.vulnerability_ids if not is_package(name))
    return tracked if ids == tracked.vulnerability_ids else replace(tracked, vulnerability_ids=ids)


def _with_names_of_packages(state: State, scans: Sequence[Scan]) -> State:
    """Early states masked packages that are called like a password; one that has only one heir gets its name back."""
    if not any(_is_masked(each.component) for each in state.findings):
        return state
    known = {each.component.purl for each in state.findings if each.component}
    now = [
        (result.rule_id, result.component)
        for scan in scans
        for result in scan.results
        if result.component and result.component.purl not in known
    ]
    return replace(state, findings=tuple(_named(each, now) for each in state.findings))


def _is_masked(component: Component | None) -> TypeGuard[Component]:
    return component is not None and 0 < component.purl.count(MASK) <= _MOST_MASKS


def _named(tracked: Tracked, now: Iterable[tuple[str, Component]]) -> Tracked:
    """By the name of the only package that has its vulnerability in its manifest today and may be the masked one."""
    was = tracked.component
    if not _is_masked(was):
        return tracked
    fits = re.compile(".+".join(map(re.escape, was.purl.split(MASK)))).fullmatch
    heirs = {
        (each.purl, each.name)
        for rule_id, each in now
        if rule_id == tracked.rule_id and each.path == was.path and fits(each.purl)
    }
    if len(heirs) != 1:
        return tracked
    purl, name = heirs.pop()
    return replace(tracked, component=replace(was, purl=purl, name=name))
