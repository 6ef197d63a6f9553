"""Which item of a tracker each finding belongs to: one that stands there, a new one, or the rolling one.

The same for every tracker; what differs comes in as cards and as a :class:`Grouping`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.model.state import Tracked
from aggregator.planning.subjects import Card, Item, Subjects
from aggregator.writers.issue_marks import ROLLING, base_key, fingerprint, is_shared_key, rule_key

_Deed = TypeVar("_Deed")
MOST_SINGLE = 10
"""So many findings of one rule may have items of their own; from there on its findings share one."""


class Served(Struct, Generic[Item], frozen=True):
    """An item that stands there.

    Attributes:
        key: what it is about, in which a finding goes by the id it has today.
        due: the findings that belong to it and ask for it now, worst first.
        subjects: all findings it is known to be about, seen in this run or closed earlier.
        forgotten: ids of others that it is about: nobody knows what became of them, so it is not over.
    """

    item: Item
    key: str
    due: tuple[Finding, ...]
    subjects: tuple[Finding | Tracked, ...]
    forgotten: tuple[str, ...] = ()

    @property
    def newcomers(self) -> tuple[str, ...]:
        """The ids of due findings of which neither the item nor the state says that it is about them."""
        known = {each.id for each in self.subjects}
        return tuple(each.id for each in self.due if each.id not in known)


class Wanted(Struct, frozen=True):
    """An item that ought to stand there."""

    key: str
    due: tuple[Finding, ...]


class Desk(Struct, Generic[Item], frozen=True):
    """All items of one run.

    Attributes:
        served: those that stand there, by number; the rolling one is not among them.
        wanted: those to be made, the worst first, at most as many as one run may make.
        rest: those that one run may not make.
        doubles: items that say what another one says, with that one.
    """

    served: tuple[Served[Item], ...]
    wanted: tuple[Wanted, ...]
    rolling: Item | None
    rest: tuple[Wanted, ...]
    doubles: tuple[tuple[Item, Item], ...]


class Pace(Struct, frozen=True):
    """What keeps a deed from being part of a flood: only so many items meet deeds of one sort in a run."""

    sort: str
    item: str


class Grouping(Struct, frozen=True):
    """How new items are made.

    Attributes:
        wants: whether a finding that has no item asks for one.
        shared: the key of the item that it has to share, as people wish; empty for one of its own.
        most: so many are made in one run.
    """

    wants: Callable[[Finding], bool]
    shared: Callable[[Finding], str]
    most: int


def arrange(outcome: Outcome, due: Iterable[Finding], cards: Sequence[Card[Item]], grouping: Grouping) -> Desk[Item]:
    """Every due finding at its item. What has one keeps it, whatever the policy says about new ones."""
    everything: tuple[Finding | Tracked, ...] = (*outcome.findings, *outcome.state.findings)
    known = Subjects(everything, cards)
    kept, doubles = _kept(cards, known)
    seats = _Seats(kept, known, grouping)
    seated: defaultdict[int, list[Finding]] = defaultdict(list)
    homeless = []
    for finding in due:
        card = seats.of(finding)
        if card is not None:
            seated[card.number].append(finding)
        elif grouping.wants(finding):
            homeless.append(finding)
    wanted = list(_wanted(homeless, _singles(seated.values(), kept, known), cards, grouping))
    rolling = next((card for card in kept if base_key(card.key) == ROLLING), None)
    served = tuple(
        Served(card.item, known.key(card), tuple(seated[card.number]), known.of(card), known.forgotten(card))
        for card in sorted(kept, key=lambda each: each.number)
        if card is not rolling
    )
    most = grouping.most
    the_rolling = None if rolling is None else rolling.item
    return Desk(served, tuple(wanted[:most]), the_rolling, tuple(wanted[most:]), doubles)


def paced(
    deeds: Iterable[_Deed], pace_of: Callable[[_Deed], Pace | None], most: int, day: int
) -> tuple[tuple[_Deed, ...], Counter[str]]:
    """The deeds, in their order, of which each sort touches so many items at most, and how many items are left of each.

    Those that are left over are due in the next run as well. Another ``day`` begins with others: an item of which the
    tracker refuses every edit keeps no other one waiting.
    """
    everything = [(deed, pace_of(deed)) for deed in deeds]
    items: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for pace in (pace for _, pace in everything if pace is not None):
        items[pace.sort][pace.item] = None
    turns = {sort: _turn(names, most, day) for sort, names in items.items()}
    kept = tuple(deed for deed, pace in everything if pace is None or pace.item in turns[pace.sort])
    return kept, Counter({sort: len(names) - len(turns[sort]) for sort, names in items.items()})


def _turn(names: Iterable[str], most: int, day: int) -> frozenset[str]:
    """Drawn by lot: steps through a list would meet the same few again where runs come once a week."""
    return frozenset(sorted(names, key=lambda name: fingerprint((str(day), name)))[:most])


class _Seats(Generic[Item]):
    """Finds the card of a finding."""

    def __init__(self, kept: Sequence[Card[Item]], known: Subjects[Finding | Tracked], grouping: Grouping) -> None:
        self._grouping = grouping
        self._own = {known.key(card): card for card in kept if not is_shared_key(card.key)}
        shared = [card for card in kept if is_shared_key(card.key)]
        self._by_ticket = {url: card for card in shared for url in card.urls}
        self._by_member: defaultdict[str, list[Card[Item]]] = defaultdict(list)
        for card in shared:
            for name in card.members:
                self._by_member[name].append(card)
        self._by_sort = {base_key(card.key): card for card in reversed(shared) if not card.is_settled}

    def of(self, finding: Finding) -> Card[Item] | None:
        """Its own, else the one it was put in, else the one of its sort that takes new ones."""
        own = self._own.get(finding.id)
        if own is not None:
            return own
        shared = [self._by_ticket[ticket] for ticket in finding.tickets if ticket in self._by_ticket]
        for name in (finding.id, *finding.aliases):
            shared += self._by_member.get(name, ())
        if shared:
            return min(shared, key=_preference)
        if not self._by_sort or not self._grouping.wants(finding):
            return None
        of_sort = self._by_sort.get(self._grouping.shared(finding))
        return of_sort or self._by_sort.get(rule_key(finding.tool, finding.rule_id))


def _kept(
    cards: Iterable[Card[Item]], known: Subjects[Finding | Tracked]
) -> tuple[list[Card[Item]], tuple[tuple[Item, Item], ...]]:
    """One card for each key, an open one where there is one; further open ones are doubles, if they are ours."""
    by_key: defaultdict[str, list[Card[Item]]] = defaultdict(list)
    for card in sorted(cards, key=_preference):
        by_key[known.key(card)].append(card)
    doubles = [
        (card, first) for first, *more in by_key.values() for card in more if card.is_open and not card.is_theirs
    ]
    kept = sorted((same[0] for same in by_key.values()), key=_preference)
    ordered = sorted(doubles, key=lambda pair: pair[0].number)
    return kept, tuple((double.item, first.item) for double, first in ordered)


def _preference(card: Card[Item]) -> tuple[bool, bool, int]:
    """Ours before theirs, open before closed; of open ones the oldest, of closed ones the latest."""
    return card.is_theirs, not card.is_open, card.number if card.is_open else -card.number


def _singles(
    seated: Iterable[Sequence[Finding]], kept: Iterable[Card[Item]], known: Subjects[Finding | Tracked]
) -> Counter[str]:
    """How many due findings of each rule have items of their own."""
    own = {known.key(card) for card in kept if not is_shared_key(card.key)}
    return Counter(rule_key(each.tool, each.rule_id) for some in seated for each in some if each.id in own)


def _wanted(
    homeless: Sequence[Finding], singles: Counter[str], cards: Sequence[Card[Item]], grouping: Grouping
) -> Iterator[Wanted]:
    """The items that are missing, each where its worst finding stands."""
    rules = [rule_key(finding.tool, finding.rule_id) for finding in homeless]
    of_rule = Counter(rules)
    generations = Counter(base_key(card.key) for card in cards)
    wanted: dict[str, list[Finding]] = {}
    for finding, rule in zip(homeless, rules, strict=True):
        key = grouping.shared(finding)
        if not key:
            is_single = singles[rule] + of_rule[rule] < MOST_SINGLE
            key = finding.id if is_single else rule
        if is_shared_key(key) and generations[key]:
            key = f"{key}~{generations[key] + 1}"
        wanted.setdefault(key, []).append(finding)
    return (Wanted(key, tuple(due)) for key, due in wanted.items())
