"""Which findings the items of a tracker are about, as far as they are remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from aggregator.model.finding import Finding
from aggregator.model.state import Tracked
from aggregator.writers.issue_marks import ROLLING, base_key, is_shared_key

Item = TypeVar("Item")
Known = TypeVar("Known", bound=Finding | Tracked)


class Card(Struct, Generic[Item], frozen=True):
    """What an item of a tracker says about itself, whatever tracker it is.

    Attributes:
        number: its place among all, in the order in which they were made.
        key: what its mark names: a finding's id, a rule, an upgrade, or the rolling issue.
        urls: its address, and those it had before.
        members: ids of findings that its text names, where it is about several.
        is_settled: people decided about the whole of it: what they have not seen is not put under their decision.
        is_theirs: people made it after ours: it counts only where there is no other.
        was_closed: it was closed before: what its text named then may be forgotten because it was fixed.
    """

    item: Item
    number: int
    key: str
    urls: tuple[str, ...]
    is_open: bool
    members: tuple[str, ...] = ()
    is_settled: bool = False
    is_theirs: bool = False
    was_closed: bool = False


class Subjects(Generic[Known]):
    """What is known of the findings that some cards are about.

    Args:
        everything: findings; of two with one id the first counts.
        cards: all there are.
    """

    def __init__(self, everything: Iterable[Known], cards: Sequence[Card[Item]]) -> None:
        names = {name for card in cards for name in (base_key(card.key), *card.members)}
        urls = {url for card in cards for url in card.urls}
        self._by_name: dict[str, Known] = {}
        self._by_ticket: defaultdict[str, dict[str, Known]] = defaultdict(dict)
        for each in everything if cards else ():
            for name in (each.id, *each.aliases):
                if name in names:
                    self._by_name.setdefault(name, each)
            for ticket in each.tickets:
                if ticket in urls:
                    self._by_ticket[ticket].setdefault(each.id, each)

    def of(self, card: Card[Item]) -> tuple[Known, ...]:
        """The findings that a card is about, as far as they are remembered."""
        return tuple(each for each in self.named(card).values() if each is not None)

    def named(self, card: Card[Item]) -> Mapping[str, Known | None]:
        """The findings that a card is about, by id; ``None`` for those that are not remembered.

        The rolling issue is about none in particular.
        """
        key = base_key(card.key)
        if key == ROLLING:
            return {}
        if not is_shared_key(key):
            return {key: self._by_name.get(key)}
        found: dict[str, Known | None] = {each.id: each for url in card.urls for each in self._by_ticket[url].values()}
        for name in card.members:
            known = self._by_name.get(name)
            found.setdefault(name if known is None else known.id, known)
        return found

    def forgotten(self, card: Card[Item]) -> tuple[str, ...]:
        """The ids of findings that its text names as open and that nobody remembers: a memory was lost."""
        return () if card.was_closed else tuple(name for name, each in self.named(card).items() if each is None)

    def key(self, card: Card[Item]) -> str:
        """The card's key, in which a finding goes by the id it has today."""
        known = self._by_name.get(base_key(card.key))
        return card.key if known is None else known.id
