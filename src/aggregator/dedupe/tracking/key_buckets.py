"""Passes over keys: what shares one is the same problem."""

from __future__ import annotations

from collections.abc import Iterable

from aggregator.dedupe.keys.identity import evidence_of
from aggregator.dedupe.tracking.align import align
from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import Order, order_in_file
from aggregator.dedupe.tracking.trust import liars

_Buckets = dict[str, dict[tuple[str, str], list[int]]]


class KeyBuckets:
    """What is free when it is made, by the kind of evidence, and by scope and key within it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._new = _bucket((index, ledger.scope_of(index), ledger.keys[index]) for index in ledger.new)
        self._old = _bucket(
            (index, ledger.known[index].sighting.scope, ledger.known[index].sighting.keys) for index in ledger.old
        )

    def match(self, evidence: str, tier: str) -> None:
        """Pair what shares a key of this evidence within tool and scope, open findings before closed ones."""
        for old, new in self.shared(evidence):
            self._pair(self._ledger.alive(old), new, tier, evidence)
            self._pair(self._ledger.closed(old), new, tier, evidence)

    def match_native(self) -> None:
        """As :meth:`match`, by the tools' own fingerprints, as far as they are to be believed."""
        shared = list(self.shared("native"))
        untrue = liars(self._ledger, shared)
        for old, new in shared:
            seen = self._ledger.known[old[0]].sighting
            if (seen.tool, seen.scope) not in untrue:
                self._pair(self._ledger.alive(old), new, "certain", "native")
                self._pair(self._ledger.closed(old), new, "certain", "native")

    def match_closed(self, evidence: str, tier: str) -> None:
        """As :meth:`match`, for closed findings alone: those that are back to the letter."""
        for old, new in self.shared(evidence):
            self._pair(self._ledger.closed(old), new, tier, evidence)

    def match_outside_files(self) -> None:
        """Pair what has no subject and no file by its rule and its scan: there is nothing else to know it by."""
        ledger = self._ledger
        for old, new in self.shared("place"):
            theirs = [index for index in old if not ledger.old_place(index)]
            ours = [index for index in new if not ledger.new_place(index)]
            self._pair(ledger.alive(theirs), ours, "medium", "place")
            self._pair(ledger.closed(theirs), ours, "medium", "place")

    def match_moved(self, evidence: str, tier: str) -> None:
        """Follow one open finding that lost its place to the one entry that shows the same evidence elsewhere."""
        for old, new in self.shared(evidence):
            if len(alive := self._ledger.alive(old)) == len(new) == 1 and self._ledger.may_have_left(alive[0]):
                self._pair(alive, new, tier, evidence)

    def shared(self, evidence: str) -> Iterable[tuple[list[int], list[int]]]:
        """What is still unmatched on both sides of each key of this evidence."""
        ledger = self._ledger
        theirs = self._old.get(evidence, {})
        for bucket, ours in self._new.get(evidence, {}).items():
            old = [index for index in theirs.get(bucket, ()) if index in ledger.old]
            new = [index for index in ours if index in ledger.new]
            if old and new:
                yield old, new

    def _pair(self, old: list[int], new: list[int], tier: str, key: str) -> None:
        """Pair two lists of like things in line order, as far as they go and as far as they are still free."""
        if not old:
            return
        ledger = self._ledger
        free = [index for index in new if index in ledger.new]
        if len(old) == len(free) == 1:  # by far the most: one flaw that stayed where it was
            ledger.take(old[0], free[0], tier, key)
            return
        old.sort(key=self._old_order)
        free.sort(key=self._new_order)
        pairs = align([self._old_order(index)[0] for index in old], [self._new_order(index)[0] for index in free])
        for theirs, ours in pairs:
            ledger.take(old[theirs], free[ours], tier, key)

    def _old_order(self, index: int) -> Order:
        return order_in_file(self._ledger.known[index].sighting.location, index)

    def _new_order(self, index: int) -> Order:
        return order_in_file(self._ledger.entries[index].results[0].location, index)


def _bucket(rows: Iterable[tuple[int, str, tuple[str, ...]]]) -> _Buckets:
    """Row numbers by evidence, then by scope and key."""
    buckets: _Buckets = {}
    for index, scope, keys in rows:
        for key in keys:
            bucket = buckets.setdefault(evidence_of(key), {})
            rows_of_key = bucket.get(place := (scope, key))
            if rows_of_key is None:
                bucket[place] = [index]
            else:
                rows_of_key.append(index)
    return buckets
