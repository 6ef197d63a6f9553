"""The brake: when too much of a tool would close at once, something else happened than fixing.

It is counted for each product and each cloud account by itself, so that what happens to one neither holds nor hides
what happens to another. Those that have too few findings to be counted alone are counted together: a scan that goes
wrong goes wrong in all of them.
What single examinations alone can close is left out: who examines it again means to close most of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from aggregator.lifecycle.absence import Absence, Fate
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.scope import engagement_in
from aggregator.model.state import Tracked
from aggregator.policy import Policy

Party: TypeAlias = tuple[str, str, str]
"""A tool, and the product and the account it looks at; empty for the run's own and for none."""
_SMALL = "products and accounts with few findings"


class Brake:
    """The closes of one run that are held.

    Args:
        tracked: everything that is remembered.
        absences: what would become of those that nobody reported.
        policy: how many may close at once.
    """

    def __init__(self, tracked: Iterable[Tracked], absences: Iterable[Absence], policy: Policy) -> None:
        rule = policy.closing
        self._share = rule.brake_share
        closing = _counted(each.tracked for each in absences if each.fate is Fate.GONE)
        alive = _counted(each for each in tracked if each.closed_at is None) if closing else Counter[Party]()
        self._small = frozenset(party for party, count in alive.items() if count < rule.brake_minimum)
        alive = self._together(alive)
        self._held = {
            party: (count, alive[party])
            for party, count in sorted(self._together(closing).items())
            if alive[party] >= rule.brake_minimum and count / alive[party] > rule.brake_share
        }

    def reason(self, tracked: Tracked) -> str:
        """Why the closing of a finding is held; empty where it is not."""
        held = self._held.get(self._counted_with(_party(tracked))) if self._held else None
        if held is None or is_examined(tracked):
            return ""
        count, alive = held
        return f"Held: {count} of the tool's {alive} open findings would have closed at once."

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """One warning for each tool, product and account whose closes are held."""
        return tuple(
            Diagnostic(
                "closes-held",
                Level.WARNING,
                _named(*party),
                f"{count} of {alive} open findings would close at once, more than {self._share:.0%}: "
                "none of them was closed.",
                "Look at the scan. If they are fixed, raise closing.brake-share in the policy for one run.",
            )
            for party, (count, alive) in self._held.items()
        )

    def _together(self, counts: Counter[Party]) -> Counter[Party]:
        """The counts, of which the small ones of a tool are one."""
        pooled = Counter[Party]()
        for party, count in counts.items():
            pooled[self._counted_with(party)] += count
        return pooled

    def _counted_with(self, party: Party) -> Party:
        return (party[0], _SMALL, "") if party in self._small else party


def is_examined(tracked: Tracked) -> bool:
    """Whether all that still speaks for it are single examinations, so that their silence is what closes it."""
    speaking = [each for each in tracked.sightings if not each.misses] or tracked.sightings
    return all(engagement_in(each.scope) for each in speaking)


def _counted(findings: Iterable[Tracked]) -> Counter[Party]:
    return Counter(_party(each) for each in findings if not is_examined(each))


def _party(tracked: Tracked) -> Party:
    return tracked.tool, tracked.belonging.product, "" if tracked.resource is None else tracked.resource.account


def _named(tool: str, product: str, account: str) -> str:
    """``Prowler (shop, 123456789012)``."""
    where = ", ".join(filter(None, (product, account)))
    return f"{tool} ({where})" if where else tool
