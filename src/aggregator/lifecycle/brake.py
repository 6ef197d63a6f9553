"""The brake: when too much of a tool would close at once, something else happened than fixing.

It is counted for each product and each cloud account by itself, so that what happens to one neither holds nor hides
what happens to another.
What a single examination found is left out: who examines it again means to close most of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import TypeAlias

from aggregator.lifecycle.absence import Absence, Fate
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.scope import engagement_in
from aggregator.model.state import Tracked
from aggregator.policy import Policy

Party: TypeAlias = tuple[str, str, str]
"""A tool, and the product and the account it looks at; empty for the run's own and for none."""


def braked_parties(
    tracked: Iterable[Tracked], absences: Iterable[Absence], policy: Policy
) -> dict[Party, tuple[int, int]]:
    """The tools whose closes are held, with how many would close and of how many open findings."""
    closing = Counter(
        _party(each.tracked) for each in absences if each.fate is Fate.GONE and not is_examined(each.tracked)
    )
    if not closing:
        return {}
    alive = Counter(_party(each) for each in tracked if each.closed_at is None and not is_examined(each))
    rule = policy.closing
    return {
        party: (count, alive[party])
        for party, count in sorted(closing.items())
        if alive[party] >= rule.brake_minimum and count / alive[party] > rule.brake_share
    }


def is_braked(tracked: Tracked, braked: Container[Party]) -> bool:
    """Whether its closing is held."""
    return _party(tracked) in braked and not is_examined(tracked)


def is_examined(tracked: Tracked) -> bool:
    """Whether a single examination found it."""
    return any(engagement_in(sighting.scope) for sighting in tracked.sightings)


def _party(tracked: Tracked) -> Party:
    return tracked.tool, tracked.belonging.product, "" if tracked.resource is None else tracked.resource.account


def held_reason(tracked: Tracked, braked: dict[Party, tuple[int, int]]) -> str:
    """Why one finding of a braked tool was not closed."""
    count, alive = braked[_party(tracked)]
    return f"Held: {count} of the tool's {alive} open findings would have closed at once."


def brake_diagnostics(braked: dict[Party, tuple[int, int]], policy: Policy) -> tuple[Diagnostic, ...]:
    """One warning for each braked tool."""
    share = policy.closing.brake_share
    return tuple(
        Diagnostic(
            "closes-held",
            Level.WARNING,
            _named(*party),
            f"{count} of {alive} open findings would close at once, more than {share:.0%}: none of them was closed.",
            "Look at the scan. If they are fixed, raise closing.brake-share in the policy for one run.",
        )
        for party, (count, alive) in braked.items()
    )


def _named(tool: str, product: str, account: str) -> str:
    """``Prowler (shop, 123456789012)``."""
    where = ", ".join(filter(None, (product, account)))
    return f"{tool} ({where})" if where else tool
