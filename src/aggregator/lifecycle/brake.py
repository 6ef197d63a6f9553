"""The brake: when too much of a tool would close at once, something else happened than fixing.

It is counted for each product and each cloud account by itself, so that what happens to one neither holds nor hides
what happens to another. Those that have too few findings to be counted alone are counted together, and with everything
of the tool where they are too few even then: a scan that goes wrong goes wrong in all of them.
What single examinations alone can close is left out: who examines it again means to close most of it. So is what a
report says outright to be gone, as a row of Prowler that passed: a scan that goes wrong says no such thing.
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
_SMALL, _ALL = "products and accounts with few findings", "all"


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
        parties = _counted(each.tracked for each in absences if each.fate is Fate.GONE and not each.is_certain)
        open_ = _counted(each for each in tracked if each.closed_at is None) if parties else Counter[Party]()
        small = frozenset(party for party, count in open_.items() if count < rule.brake_minimum)
        closing, alive = _with_sums(parties, small), _with_sums(open_, small)
        self._held: dict[Party, Party] = {}
        self._counts: dict[Party, tuple[int, int]] = {}
        for party in sorted(parties):
            group = next((each for each in _groups(party) if alive[each] >= rule.brake_minimum), None)
            if group is not None and closing[group] / alive[group] > rule.brake_share:
                self._held[party] = group
                self._counts[group] = closing[group], alive[group]

    def reason(self, absence: Absence) -> str:
        """Why the closing of a finding is held; empty where it is not."""
        group = self._held.get(_party(absence.tracked)) if self._held else None
        if group is None or is_believed(absence):
            return ""
        count, alive = self._counts[group]
        return f"Held: {count} of the tool's {alive} open findings would have closed at once."

    def diagnostics(self, doubted: Container[str] = ()) -> tuple[Diagnostic, ...]:
        """One warning for each tool, product and account whose closes are held.

        Without the brake, closes of the ``doubted`` tools would be held because findings vanished together.
        """
        return tuple(
            Diagnostic(
                "closes-held",
                Level.WARNING,
                _named(*group),
                f"{count} of {alive} open findings would close at once, more than {self._share:.0%}: {_whose(group)}.",
                f"Look at the scan. If they are fixed, raise closing.brake-share in the policy{_also(group, doubted)} "
                "for one run.",
            )
            for group, (count, alive) in self._counts.items()
        )


def _groups(party: Party) -> tuple[Party, ...]:
    """What a party is counted with: the first that is large enough."""
    tool = party[0]
    return party, (tool, _SMALL, ""), (tool, "", _ALL)


def _with_sums(counts: Counter[Party], small: Container[Party]) -> Counter[Party]:
    """The counts, with those of the small parties of each tool and those of all its parties added up."""
    sums = Counter(counts)
    for party, count in counts.items():
        _, together, everything = _groups(party)
        sums[everything] += count
        if party in small:
            sums[together] += count
    return sums


def _whose(group: Party) -> str:
    return f"none was closed in {_SMALL}" if group[2] == _ALL else "none of them was closed"


def _also(group: Party, doubted: Container[str]) -> str:
    return f", and name {group[0]} under closing.complete," if group[0] in doubted else ""


def is_believed(absence: Absence) -> bool:
    """Whether a closing is never doubted, however many there are."""
    return absence.is_certain or is_examined(absence.tracked)


def is_examined(tracked: Tracked) -> bool:
    """Whether all that still speaks for it are single examinations, so that their silence is what closes it."""
    sightings = tracked.sightings
    if len(sightings) == 1:  # asked for every open finding, and by far the most have one
        return bool(engagement_in(sightings[0].scope))
    speaking = [each for each in sightings if not each.misses] or sightings
    return all(engagement_in(each.scope) for each in speaking)


def _counted(findings: Iterable[Tracked]) -> Counter[Party]:
    return Counter(_party(each) for each in findings if not is_examined(each))


def _party(tracked: Tracked) -> Party:
    return tracked.tool, tracked.belonging.product, "" if tracked.resource is None else tracked.resource.account


def _named(tool: str, product: str, account: str) -> str:
    """``Prowler (shop, 123456789012)``."""
    where = ", ".join(name for name in (product, account) if name not in {"", _ALL})
    return f"{tool} ({where})" if where else tool
