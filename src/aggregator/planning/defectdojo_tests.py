"""Which tests of DefectDojo's our findings stand in: product, engagement, title, and the parts of large ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from urllib.parse import quote, unquote

from msgspec import Struct

from aggregator.model.hierarchy import Belonging
from aggregator.model.outcome import Context, Outcome
from aggregator.model.scope import scope_alone
from aggregator.model.severity import Severity
from aggregator.model.state import Tracked, first_names
from aggregator.policy.defectdojo import DefectDojo as Rules
from aggregator.writers.defectdojo_findings import home_of
from aggregator.writers.escape import clip, plain

MOST_PARTS = 64
_ONE = "Onefold"
_PREFIX = "defectdojo:"
_PART = re.compile(r" \(part [0-9]+\)$")
_LONGEST = 240
"""Characters of a name, with room for more behind it: a test's title has 255 there, and so has a product's name."""


class Place(Struct, frozen=True, order=True):
    """Where in DefectDojo's hierarchy a test is, as DefectDojo calls it; the environment may be empty."""

    product: str
    engagement: str
    test: str
    product_type: str = ""
    environment: str = ""


class DojoTest(Struct, frozen=True):
    """What is pushed together.

    Attributes:
        items: open, silenced and closed ones, in the order of the state.
        scopes: tool and scope of all that it may hold.
    """

    place: Place
    items: tuple[Tracked, ...]
    scopes: frozenset[tuple[str, str]]


class Part(Struct, frozen=True):
    """A test of a size that can be pushed; the first one has the name of the whole."""

    place: Place
    items: tuple[Tracked, ...]

    @property
    def channel(self) -> str:
        """What the state remembers it by; names are quoted, so that no two read alike."""
        return channel_of(self.place)


def channel_of(place: Place) -> str:
    """``defectdojo:<product>/<engagement>/<test>``."""
    return _PREFIX + "/".join(quote(name, safe=" ") for name in (place.product, place.engagement, place.test))


def _place_in(channel: str) -> Place | None:
    """The place of the whole test that a channel is about, as far as the channel tells."""
    names = [unquote(name) for name in channel.removeprefix(_PREFIX).split("/")]
    if not channel.startswith(_PREFIX) or len(names) != 3:  # noqa: PLR2004 - product, engagement, test
        return None
    return Place(names[0], names[1], _PART.sub("", names[2]))


def tests_of(outcome: Outcome, rules: Rules) -> tuple[DojoTest, ...]:
    """Every test of what is remembered, and every one that was pushed of what this run looked at, by name.

    A scope that has another name now stays in the test of its first one: DefectDojo would keep copies in the old test.

    Args:
        outcome: of the run.
        rules: how tests are named, and what is pushed.
    """
    named = first_names(outcome.state.scopes)
    drafts: dict[tuple[str, str, str], _Draft] = {}
    for item in _wanted(outcome.state.findings, rules):
        home = home_of(item)
        title = _title(home.tool, named.get((home.tool, home.scope), home.scope), rules)
        place = _place(item.belonging, title, outcome.context, rules)
        drafts.setdefault((place.product, place.engagement, place.test), _Draft()).add(
            place, home.tool, home.scope, item
        )
    pushed = [place for place in (_place_in(telling.channel) for telling in outcome.state.told) if place is not None]
    for scan in outcome.scans:
        title = _title(scan.tool, named.get((scan.tool, scan.scope), scan.scope), rules)
        for known in (known for known in pushed if known.test == title):
            drafts.setdefault((known.product, known.engagement, title), _Draft()).add(known, scan.tool, scan.scope)
    return tuple(drafts[key].test() for key in sorted(drafts))


class _Draft:
    """A test that is being put together."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._items: list[Tracked] = []
        self._scopes: set[tuple[str, str]] = set()

    def add(self, place: Place, tool: str, scope: str, item: Tracked | None = None) -> None:
        """One more finding, or one more scope that was looked at."""
        self._places.append(place)
        self._scopes.add((tool, scope))
        self._items += () if item is None else (item,)

    def test(self) -> DojoTest:
        """What it came to. Of several product types the first by name counts; a pushed test alone knows none."""
        place = min(self._places, key=lambda place: (not place.product_type, place))
        return DojoTest(place, tuple(self._items), frozenset(self._scopes))


def parts_of(test: DojoTest, known: int, most: int, *, may_grow: bool) -> Iterator[Part]:
    """The test in parts, each finding in the part that its id says.

    The number of parts is a power of two and only grows. A finding that moves has to be closed in the part it leaves,
    so it grows only where that may be done.

    Args:
        test: the whole.
        known: the highest part that was ever pushed; 0 for a test that never was.
        most: findings of a part.
        may_grow: whether this run may close findings in this test.
    """
    standing = [item for item in test.items if item.closed_at is None]
    count = 1
    while count < known:
        count *= 2
    if may_grow or not known:
        while count < MOST_PARTS and max(map(len, _dealt(standing, count))) > most:
            count *= 2
    for number, items in enumerate(_dealt(test.items, count), start=1):
        yield Part(part_place(test.place, number), tuple(items))


def part_place(place: Place, number: int) -> Place:
    """The place of a part, from 1."""
    title = place.test if number == 1 else f"{place.test} (part {number})"
    return Place(place.product, place.engagement, title, place.product_type, place.environment)


def _dealt(items: Iterable[Tracked], count: int) -> Sequence[list[Tracked]]:
    parts: list[list[Tracked]] = [[] for _ in range(count)]
    for item in items:
        number = int.from_bytes(blake2b(item.id.encode(), digest_size=4).digest(), "big")
        parts[number % count].append(item)
    return parts


def _wanted(findings: Iterable[Tracked], rules: Rules) -> Iterator[Tracked]:
    least = next(each for each in Severity if each.value.lower() == rules.severity)
    for item in findings:
        if item.severity.rank >= least.rank and (not rules.kinds or item.kind in rules.kinds):
            yield item


def _place(belonging: Belonging, title: str, context: Context, rules: Rules) -> Place:
    line = context.line
    environment = belonging.environment or line.environment
    engagement = belonging.engagement or context.engagement or rules.engagement
    apart = ", ".join(filter(None, (environment, line.branch, line.key))) if rules.apart else ""
    return Place(
        _name(belonging.product or line.product),
        _name(f"{engagement} ({apart})" if apart else engagement),
        title,
        _name(belonging.product_type or context.product_type or rules.product_type),
        _name(rules.environment(environment)),
    )


def _title(tool: str, scope: str, rules: Rules) -> str:
    """A test's title. What it was examined for is the engagement's name already."""
    return _name(f"{tool} {scope_alone(scope)}") if rules.tests == "scope" else _ONE


def _name(text: str) -> str:
    return clip(plain(text), _LONGEST)
