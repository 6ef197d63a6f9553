"""What a finding is said to be: by the sources that report it now, and by what is remembered of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from aggregator.model.finding import Finding, Sighting
from aggregator.model.location import Component
from aggregator.model.result import Kind, Result
from aggregator.model.state import Tracked
from aggregator.normalize.components import completed
from aggregator.normalize.vulnerability_ids import best_known_first

# On Python 3.11 an enum's member costs 150 ns to reach through its class.
_SECRET = Kind.SECRET


def kind_of(sources: Sequence[Result]) -> Kind:
    """A secret where any source calls it one, for a secret is to be revoked; else what the first one calls it."""
    return _SECRET if any(source.kind is _SECRET for source in sources) else sources[0].kind


def component_of(sources: Sequence[Result]) -> Component | None:
    """The first source's package in all versions that its scan found, with what others name where it names nothing."""
    first = sources[0].component
    if first is None:
        return None
    return completed(_in_all_versions(first, sources), [source.component for source in sources[1:]])


def _in_all_versions(component: Component, sources: Sequence[Result]) -> Component:
    """The package with the versions, and the fixes of each, of its scan's rows: each tool spells them its own way."""
    first = sources[0]
    rows = [
        row.component
        for row in sources
        if row.component is not None and (row.tool, row.scope, row.rule_id) == (first.tool, first.scope, first.rule_id)
    ]
    others = {row.version for row in rows} - {component.version, ""}
    if not others:  # by far the most
        return component
    fixes = dict.fromkeys(fix for row in rows for fix in row.fixed_versions)
    return replace(component, other_versions=tuple(sorted(others)), fixed_versions=tuple(fixes))


def with_unseen(finding: Finding, unseen: Sequence[Sighting], survivor: Tracked) -> Finding:
    """Keep the sources that no scan reported this time; if the primary one is among them, it still gives the name."""
    primary = survivor.sightings[0]
    if all(sighting is not primary for sighting in unseen):
        return replace(finding, sightings=(*finding.sightings, *unseen))
    others = [sighting for sighting in unseen if sighting is not primary]
    return replace(
        finding,
        kind=_SECRET if finding.kind is _SECRET else survivor.kind,
        title=survivor.title,
        rule_id=survivor.rule_id,
        tool=survivor.tool,
        sightings=(primary, *finding.sightings, *others),
    )


def as_it_was_known(
    finding: Finding, known: Sequence[Tracked], matched: Iterable[Sighting], unseen: Sequence[Sighting]
) -> Finding:
    """The finding under every name that its flaw ever had; a secret stays one, whoever reports it now.

    People decide by a name, and only a revocation ends a secret: no tool takes either back by saying less. Not so where
    a source that may have said it is another finding's now. ``known`` are the remembered findings that this one carries
    on; ``matched`` and ``unseen`` are their sources as far as they are its own still.
    """
    kind = _SECRET if any(each.kind is _SECRET for each in known) else finding.kind
    names = finding.vulnerability_ids
    if any(each.vulnerability_ids != names for each in known):
        names = best_known_first((*(name for each in known for name in each.vulnerability_ids), *names))
    if kind is finding.kind and names == finding.vulnerability_ids:  # by far the most
        return finding
    if not unseen and _has_lost_a_part(known, matched):
        return finding
    return replace(finding, kind=kind, vulnerability_ids=names)


def _has_lost_a_part(known: Iterable[Tracked], matched: Iterable[Sighting]) -> bool:
    own = {id(sighting) for sighting in matched}
    return any(id(sighting) not in own for each in known for sighting in each.sightings)
