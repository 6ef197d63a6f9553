"""What the line, the policy's products and its corrections say to the merging of results."""

from __future__ import annotations

from aggregator.belonging import Homes
from aggregator.dedupe.correlation.overrides import Overrides, Split
from aggregator.dedupe.homes import HomesByName
from aggregator.knowledge.knowledge import Teaching
from aggregator.model.state import Line
from aggregator.policy.correlation import Correlation


def seed(line: Line) -> str:
    """What ids are made from besides the findings: those of two lines of a product never meet in a tracker."""
    return "\x1f".join(line.home) if line.environment or line.key else line.product


def by_name(homes: Homes) -> HomesByName | None:
    """The homes as the folding asks for them; ``None`` where there is but one."""
    if not homes:
        return None
    name_of = homes.name_of
    return HomesByName(
        lambda result: name_of(homes.of_result(result)), lambda tracked: name_of(homes.of_tracked(tracked))
    )


def overrides(said: Correlation) -> Overrides:
    """What people say about merging, in the words of the rules."""
    return Overrides(
        tuple(Teaching(each.tool, each.rule, each.means) for each in said.rules),
        tuple(frozenset(ids) for ids in said.pin),
        tuple(Split(each.finding, each.tool, each.rule) for each in said.split),
    )
