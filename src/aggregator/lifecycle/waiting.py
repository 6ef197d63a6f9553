"""What sources said that this run's reports do not speak for: a report that is not there makes nothing milder."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from aggregator.model.finding import Finding, Sighting
from aggregator.model.location import Component
from aggregator.model.state import Tracked
from aggregator.normalize.components import completed
from aggregator.normalize.rating import higher


def with_what_was_said(finding: Finding, tracked: Tracked, waiting: Sequence[Sighting]) -> Finding:
    """A finding that this run's reports name, with what is remembered of its other sources.

    The worst severity and rating hold, every weakness, and what is known of the package. ``waiting`` are the sources
    that were not asked, or have not been silent for long enough. Where the one that speaks for the finding is among
    them, the finding stays where that one found it, as far as the others do not tell a place.
    """
    whole = replace(
        finding,
        severity=max((finding.severity, *(each.severity for each in waiting)), key=lambda severity: severity.rank),
        weaknesses=tuple(dict.fromkeys((*tracked.weaknesses, *finding.weaknesses))),
        cvss=higher(finding.cvss, tracked.cvss),
        is_live=finding.is_live or tracked.is_live,
        component=None if finding.component is None else completed(finding.component, [tracked.component]),
    )
    speaker = finding.sightings[0]
    if all(each is not speaker for each in waiting):
        return whole
    return replace(
        whole,
        location=finding.location or tracked.location,
        component=_as_spoken_of(whole.component, tracked.component),
        resource=finding.resource or tracked.resource,
        endpoint=finding.endpoint or tracked.endpoint,
    )


def _as_spoken_of(now: Component | None, then: Component | None) -> Component | None:
    """The package of now; while it is of the same version it is mended by what the source that speaks for it named.

    Tools name different releases as the fix, and what people are told to do should not change with who ran.
    """
    if now is None or then is None or now.version != then.version or not then.fixed_versions:
        return now or then
    return replace(now, fixed_versions=then.fixed_versions)
