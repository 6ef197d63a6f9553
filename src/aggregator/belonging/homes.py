"""Where results and findings belong: found out anew in each run, so that a word may change and nothing else does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from aggregator.belonging.engagements import Made
from aggregator.model.finding import Finding, Sighting
from aggregator.model.hierarchy import OWN, Belonging
from aggregator.model.location import Component, Location
from aggregator.model.place import Place
from aggregator.model.result import Result
from aggregator.model.scope import engagement_in, scope_alone
from aggregator.model.state import Line, State, Tracked
from aggregator.policy.engagement import EngagementRule
from aggregator.policy.product import ProductRule


class Homes:
    """The policy's products and engagements, asked about results and findings.

    False where the policy has none: then everything belongs to what the run is about, and nothing needs to be asked.

    Args:
        products: in the order they are written; the first that holds a place counts.
        engagements: all entries.
        made: what this run's reports were made for.
        line: the run's own product and environment.
    """

    def __init__(
        self, products: Iterable[ProductRule], engagements: Iterable[EngagementRule], made: Made, line: Line
    ) -> None:
        self._products = tuple(products)
        self._engagements: defaultdict[str, list[EngagementRule]] = defaultdict(list)
        for rule in engagements:
            self._engagements[rule.name].append(rule)
        self._made = made
        self._line = line
        self._types = {rule.name: rule.product_type for rule in reversed(self._products) if rule.product_type}
        self._held: dict[Place, ProductRule | None] = {}

    def __bool__(self) -> bool:
        return bool(self._products or self._engagements)

    def of_result(self, result: Result) -> Belonging:
        """Where a result of this run belongs."""
        place = _place(result.tool, result.scope, result.location, result)
        return self._home(place, engagement_in(result.scope), self._made.get((result.report, result.tool)))

    def of_tracked(self, tracked: Tracked) -> Belonging:
        """Where a remembered finding belongs: what its reports were made for is remembered with it."""
        return self._of_sightings(tracked, tracked.belonging)

    def name_of(self, home: Belonging) -> str:
        """Product and environment in one word: results of which it differs are never one."""
        return f"{home.product or self._line.product}\x1f{home.environment or self._line.environment}"

    def remembered(self, state: State) -> State:
        """The state as it would be if the policy had always said what it says today."""
        return replace(state, findings=tuple(self._remembered(state.findings)))

    def settled(self, findings: Iterable[Finding], remembered: Iterable[Tracked] = ()) -> tuple[Finding, ...]:
        """The findings with where they belong, in the order they came."""
        before = {each.id: each.belonging for each in remembered if each.belonging.engagement}
        return tuple([_at_home(each, self._of_finding(each, before.get(each.id, OWN))) for each in findings])

    def _remembered(self, findings: Iterable[Tracked]) -> Iterator[Tracked]:
        for tracked in findings:
            home = self.of_tracked(tracked)
            yield tracked if home == tracked.belonging else replace(tracked, belonging=home)

    def _of_finding(self, finding: Finding, before: Belonging) -> Belonging:
        if not finding.sources:
            return self._of_sightings(finding, before)
        homes = [self.of_result(source) for source in finding.sources]
        # What an examination found of it, and only that one can close, is told as well; and the report that says which
        # product it is of may not be there in this run.
        return _joined([*homes, *(self._of_sighting(finding, each, before) for each in _others(finding))])

    def _of_sightings(self, about: Finding | Tracked, before: Belonging) -> Belonging:
        return _joined([self._of_sighting(about, each, before) for each in about.sightings])

    def _of_sighting(self, about: Finding | Tracked, sighting: Sighting, before: Belonging) -> Belonging:
        once = engagement_in(sighting.scope)
        place = _place(sighting.tool, sighting.scope, sighting.location, about)
        return self._home(place, once, self._remembered_rule(once or before.engagement, before))

    def _remembered_rule(self, name: str, before: Belonging) -> EngagementRule | None:
        """The entry of a name. Which of several claimed the report is told by where the finding was ``before``."""
        return min(
            self._engagements.get(name, ()),
            key=lambda rule: (
                rule.product != before.product,
                rule.environment != before.environment,
                bool(rule.product),
            ),
            default=None,
        )

    def _home(self, place: Place, once: str, rule: EngagementRule | None) -> Belonging:
        held = self._held_by(place)
        if rule is None:
            return OWN if held is None and not once else _belonging(held, once)
        name = rule.product or ("" if held is None else held.name)
        same = held if held is not None and held.name == name else None
        return Belonging(
            self._types.get(name, "") if same is None else same.product_type,
            name,
            rule.name,
            rule.environment or ("" if same is None else same.environment),
        )

    def _held_by(self, place: Place) -> ProductRule | None:
        if place not in self._held:
            self._held[place] = next((product for product in self._products if product.holds(place)), None)
        return self._held[place]


def _belonging(held: ProductRule | None, once: str) -> Belonging:
    if held is None:
        return Belonging(engagement=once)
    return Belonging(held.product_type, held.name, once, held.environment)


def _others(finding: Finding) -> Iterator[Sighting]:
    """The sightings of examinations, and those that this run's reports do not repeat."""
    reported = {(source.tool, source.scope, source.rule_id) for source in finding.sources}
    for each in finding.sightings:
        if engagement_in(each.scope) or (each.tool, each.scope, each.rule_id) not in reported:
            yield each


def _joined(homes: Sequence[Belonging]) -> Belonging:
    """Of several sources the first that is in a product says which, and the first of an engagement says that."""
    first = homes[0] if homes else OWN
    if len(homes) < 2:  # noqa: PLR2004 - one alone
        return first
    placed = next((home for home in homes if home.product), first)
    engaged = first.engagement or next((home.engagement for home in homes if home.engagement), "")
    return placed if placed.engagement == engaged else replace(placed, engagement=engaged)


def _at_home(finding: Finding, home: Belonging) -> Finding:
    return finding if home == finding.belonging else replace(finding, belonging=home)


def _place(tool: str, scope: str, location: Location | None, about: Finding | Result | Tracked) -> Place:
    component, resource, endpoint = about.component, about.resource, about.endpoint
    return Place(
        tool,
        scope_alone(scope),
        _path(location, component),
        "" if resource is None else resource.account,
        "" if endpoint is None else endpoint.host,
        "" if component is None else component.image,
    )


def _path(location: Location | None, component: Component | None) -> str:
    """A file of the repository: a package in an image is in none."""
    if location is not None:
        return location.path
    return component.path if component is not None and not component.image else ""
