"""The fewest upgrades that close what upgrades can close: for each package in each place the lowest sufficient version.

A place is a manifest or lock file, or an image; where it holds several versions of a package, all of them are to be
mended. An open finding is closed by a version that is one of those that carry
its fix, later than all of them, or later than one of them on the same line (1.9.7 where 1.9.5 and 2.0.1 carry it). A
finding without a fixed version, or whose fixed versions are all older than what is installed, is closed by none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from aggregator.model.finding import Finding
from aggregator.model.location import Component
from aggregator.model.severity import WORST_FIRST, Severity
from aggregator.model.upgrade import Upgrade
from aggregator.normalize.versions import rank_versions

_Place = tuple[str, str, str]
_URGENCY = {severity: place for place, severity in enumerate(WORST_FIRST)}


class _Need(NamedTuple):
    """What one finding asks for."""

    finding: Finding
    component: Component
    fixes: tuple[str, ...]


def plan_upgrades(findings: Iterable[Finding]) -> tuple[Upgrade, ...]:
    """The upgrades for all open findings, the worst first, then those that close most."""
    places: defaultdict[_Place, list[_Need]] = defaultdict(list)
    for finding in findings:
        component = finding.component
        if component is not None and finding.is_open and (fixes := _fixes(finding, component)):
            path = "" if component.image else component.path
            places[component.purl, path, component.image].append(_Need(finding, component, fixes))
    return tuple(sorted((upgrade for place in places for upgrade in _upgrades(place, places[place])), key=_order))


def _order(upgrade: Upgrade) -> tuple[int, int, str, str, str, str]:
    closed = len(upgrade.closes)
    return (_URGENCY[upgrade.severity], -closed, upgrade.purl, upgrade.path, upgrade.image, upgrade.to)


def _fixes(finding: Finding, component: Component) -> tuple[str, ...]:
    """Versions that carry the fix, by the first source that knows some."""
    if component.fixed_versions:
        return component.fixed_versions
    others = (source.component for source in finding.sources if source.component is not None)
    return next((other.fixed_versions for other in others if other.fixed_versions), ())


def _upgrades(place: _Place, needs: Sequence[_Need]) -> Iterator[Upgrade]:
    purl = place[0]
    ranks = rank_versions(purl, (text for need in needs for text in (*need.fixes, *need.component.versions)))
    comparable: list[_Need] = []
    others: defaultdict[tuple[str, ...], list[_Need]] = defaultdict(list)
    for need in needs:
        if not all(fix in ranks for fix in need.fixes):
            others[need.fixes].append(need)
        elif max(ranks[fix] for fix in need.fixes) > _latest(need, ranks):
            comparable.append(need)
    if comparable:
        yield _upgrade(place, _lowest(comparable, ranks), comparable, ranks)
    # Where nobody can say which version is the later, those that name the same fix share an upgrade to it.
    for fixes, alike in others.items():
        yield _upgrade(place, fixes[0], alike, ranks)


def _latest(need: _Need, ranks: Mapping[str, int]) -> int:
    """The rank of the latest version that is installed."""
    return max((ranks.get(version, -1) for version in need.component.versions), default=-1)


def _lowest(needs: Sequence[_Need], ranks: Mapping[str, int]) -> str:
    """The lowest of all fixed versions that closes every finding; the highest of them always does."""
    fixes = sorted({fix for need in needs for fix in need.fixes}, key=lambda fix: (ranks[fix], fix))
    # What has one fix, and what is installed, bounds it from below: only the few that have several are tried.
    bounds = [_latest(need, ranks) + 1 for need in needs]
    bounds += (ranks[need.fixes[0]] for need in needs if len(need.fixes) == 1)
    bound = max(bounds)
    # The hardest to please is asked first, so that a version that is not enough costs one question.
    demands = {need.fixes for need in needs if len(need.fixes) > 1}
    several = sorted(demands, key=lambda fixes: (-max(ranks[fix] for fix in fixes), fixes))
    enough = (fix for fix in fixes if ranks[fix] >= bound and all(_mends(fix, each, ranks) for each in several))
    return next(enough, fixes[-1])


def _mends(version: str, fixes: tuple[str, ...], ranks: Mapping[str, int]) -> bool:
    rank = ranks[version]
    if rank >= max(ranks[fix] for fix in fixes):
        return True
    return any(ranks[fix] == rank or (ranks[fix] < rank and _line(fix) == _line(version)) for fix in fixes)


def _line(version: str) -> str:
    """The line of releases that a version is on: all but its last number."""
    return version.lstrip("vV").rpartition(".")[0]


def _upgrade(place: _Place, to: str, needs: Sequence[_Need], ranks: Mapping[str, int]) -> Upgrade:
    purl, path, image = place
    installed = {version for need in needs for version in need.component.versions}
    return Upgrade(
        purl,
        min(need.component.name for need in needs),
        path,
        image,
        tuple(sorted(installed, key=lambda version: (ranks.get(version, -1), version))),
        to,
        tuple(sorted(need.finding.id for need in needs)),
        _worst(needs),
    )


def _worst(needs: Sequence[_Need]) -> Severity:
    return min((need.finding.severity for need in needs), key=_URGENCY.__getitem__)
