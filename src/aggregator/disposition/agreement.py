"""Several tools that agree: what the policy may take as proof that a finding is real."""

from __future__ import annotations

from aggregator.model.finding import AGREEMENT, Decision, Disposition, Finding


def agreed(finding: Finding, tools: int | None) -> Decision | None:
    """The decision that a finding is verified, where so many tools report it; ``None`` where they do not, or for none.

    A tool counts while its last look saw the finding and did not mark it as not to be acted on.
    """
    if tools is None or len(finding.sightings) < tools:
        return None  # the common case
    marked = {source.tool for source in finding.sources if source.suppression is not None}
    marked |= {each.tool for each in finding.sightings if each.is_marked} - {each.tool for each in finding.sources}
    agreeing = {sighting.tool for sighting in finding.sightings if not sighting.misses} - marked
    if len(agreeing) < tools:
        return None
    *most, last = sorted(agreeing)
    return Decision(Disposition.VERIFIED, f"{', '.join(most)} and {last} report it.", origin=AGREEMENT)
