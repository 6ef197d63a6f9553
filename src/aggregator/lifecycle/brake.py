"""The brake: when too much of a tool would close at once, something else happened than fixing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from aggregator.lifecycle.absence import Absence, Fate
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.state import Tracked
from aggregator.policy import Policy


def braked_tools(tracked: Iterable[Tracked], absences: Iterable[Absence], policy: Policy) -> dict[str, tuple[int, int]]:
    """The tools whose closes are held, with how many would close and of how many open findings."""
    closing = Counter(absence.tracked.tool for absence in absences if absence.fate is Fate.GONE)
    if not closing:
        return {}
    alive = Counter(each.tool for each in tracked if each.closed_at is None)
    rule = policy.closing
    return {
        tool: (count, alive[tool])
        for tool, count in sorted(closing.items())
        if alive[tool] >= rule.brake_minimum and count / alive[tool] > rule.brake_share
    }


def held_reason(count: int, alive: int) -> str:
    """Why one finding of a braked tool was not closed."""
    return f"Held: {count} of the tool's {alive} open findings would have closed at once."


def brake_diagnostics(braked: dict[str, tuple[int, int]], policy: Policy) -> tuple[Diagnostic, ...]:
    """One warning for each braked tool."""
    share = policy.closing.brake_share
    return tuple(
        Diagnostic(
            "closes-held",
            Level.WARNING,
            tool,
            f"{count} of {alive} open findings would close at once, more than {share:.0%}: none of them was closed.",
            "Look at the scan. If they are fixed, raise closing.brake-share in the policy for one run.",
        )
        for tool, (count, alive) in braked.items()
    )
