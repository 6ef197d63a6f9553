"""Fold what different tools, or overlapping rules of one tool, say about one problem.

An entry joins a cluster only if it is compatible with every member (a clique), so a broad result cannot bridge two
narrow ones. Agreements are taken in order of tier, distance and canonical order: no order of input can change a merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from msgspec import Struct

from aggregator.dedupe.correlation.candidates import blocks_of, pairs_of, span_of
from aggregator.dedupe.correlation.compatibility import REMEMBERED, Agreement, compare
from aggregator.dedupe.correlation.dependencies import settled
from aggregator.dedupe.correlation.overrides import NO_OVERRIDES, Rulings
from aggregator.dedupe.correlation.roots import with_one_root
from aggregator.dedupe.entry import Entry, where_of
from aggregator.dedupe.homes import HomesByName, moved_home
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.finding import Merge, RunnerUp

TIERS = ("certain", "high", "medium")
_MOST_COMPARISONS = 40_000
_COMPARISONS_EACH = 24
"""A block may take so many comparisons for each of its entries, and the number above in any case."""
_MOST_KNOWN = 32
"""So many sources of one finding are compared each with each where a block is too crowded for all."""
_MOST_RUNNERS_UP = 5
_PINNED = "pinned"
_PINNED_FIRST, _STICKY = -2, -1
"""Ranks before all others: what people pinned, then what was one finding before, so that nothing new parts it."""


class Cluster(Struct, frozen=True, gc=False):
    """Entries that are one problem.

    Attributes:
        members: entry indexes, the primary one first.
        merges: one record for each further member.
        runners_up: candidates that were kept out, and why.
    """

    members: tuple[int, ...]
    merges: tuple[Merge, ...] = ()
    runners_up: tuple[RunnerUp, ...] = ()


class Correlation(Struct, frozen=True, gc=False):
    """All clusters by first member, and the blocks that were too crowded to compare in full."""

    clusters: tuple[Cluster, ...]
    crowded: tuple[str, ...]


class _Edge(Struct, frozen=True, gc=False, order=True):
    tier: int
    rank: int
    distance: int
    one: int
    two: int
    key: str
    inputs: tuple[str, ...]
    must_be_best: bool

    @property
    def strength(self) -> tuple[int, int, int]:
        return (self.tier, self.rank, self.distance)


def correlate(
    entries: Sequence[Entry],
    together: Iterable[tuple[int, int]] = (),
    knowledge: Knowledge | None = None,
    rulings: Rulings | None = None,
    homes: HomesByName | None = None,
) -> Correlation:
    """Cluster entries (in canonical order).

    ``together`` are pairs that were one finding in the last run: they stay so unless a veto parts them now.
    ``rulings`` are what people say; that outranks everything. ``homes`` tell where each entry is, so that what is of
    different products is never one: some are placed only here.
    """
    placed = settled(with_one_root(entries))
    return _Correlator(
        placed if homes is None else moved_home(placed, entries, homes, REMEMBERED),
        frozenset(together),
        knowledge or Knowledge(),
        rulings or Rulings(NO_OVERRIDES, entries, ()),
    ).answer()


def _pinned(one: int, two: int) -> _Edge:
    return _Edge(0, _PINNED_FIRST, 0, one, two, _PINNED, ("the policy says that they are one",), must_be_best=False)


class _Correlator:
    """The comparisons of one run: what agrees, what was refused, and who stands together."""

    def __init__(
        self, entries: Sequence[Entry], sticky: frozenset[tuple[int, int]], knowledge: Knowledge, rulings: Rulings
    ) -> None:
        self._entries = entries
        self._sticky = sticky
        self._knowledge = knowledge
        self._rulings = rulings
        self._refused: dict[int, list[RunnerUp]] = {}

    def answer(self) -> Correlation:
        edges: dict[tuple[int, int], _Edge] = {}
        crowded: list[str] = []
        for name, block in blocks_of(self._entries):
            if not self._compare_block(block, edges):
                crowded.append(name)
        edges |= {(one, two): _pinned(one, two) for one, two in self._rulings.forced}
        return Correlation(self._join(sorted(self._best(edges.values()))), tuple(crowded))

    def _compare_block(self, block: Sequence[int], edges: dict[tuple[int, int], _Edge]) -> bool:
        """Compare within one block; false when there was too much to compare, for all but what was one before."""
        budget = max(_MOST_COMPARISONS, _COMPARISONS_EACH * len(block))
        for one, two in pairs_of(self._entries, block, self._knowledge):
            budget -= 1
            if budget < 0:
                for known in self._known_pairs(frozenset(block)):
                    self._compare(*known, edges)
                return False
            self._compare(one, two, edges)
        return True

    def _compare(self, one: int, two: int, edges: dict[tuple[int, int], _Edge]) -> None:
        answer = compare(self._entries[one], self._entries[two], self._knowledge)
        if isinstance(answer, Agreement):
            edges[one, two] = self._edge(one, two, answer)
        else:
            self._refuse(one, two, answer.reason)

    def _known_pairs(self, block: frozenset[int]) -> Iterable[tuple[int, int]]:
        """Pairs that were one finding in the last run; each with each, as the first may agree with none of the rest."""
        groups: dict[int, list[int]] = {}
        for one, two in sorted(self._sticky):
            if one in block and two in block:
                groups.setdefault(one, [one]).append(two)
        for group in groups.values():
            yield from combinations(group[:_MOST_KNOWN], 2)
            yield from ((group[0], other) for other in group[_MOST_KNOWN:])

    def _edge(self, one: int, two: int, answer: Agreement) -> _Edge:
        is_sticky = (one, two) in self._sticky
        a, b = span_of(self._entries[one]), span_of(self._entries[two])
        distance = abs(a[0] - b[0]) + abs(a[1] - b[1])
        tier, rank = (0, _STICKY) if is_sticky else (answer.tier, answer.rank)
        must_be_best = answer.must_be_best and not is_sticky
        return _Edge(tier, rank, distance, one, two, answer.key, answer.inputs, must_be_best)

    def _best(self, edges: Iterable[_Edge]) -> Iterable[_Edge]:
        """Leave out agreements that had to be the best one of both sides, and are not."""
        edges = list(edges)
        if not any(edge.must_be_best for edge in edges):
            return edges
        rivals: dict[tuple[int, str], list[tuple[tuple[int, int, int], int]]] = {}
        for edge in edges:
            for mine, other in ((edge.one, edge.two), (edge.two, edge.one)):
                rivals.setdefault((mine, self._entries[other].results[0].tool), []).append((edge.strength, other))
        agreed = {(edge.one, edge.two) for edge in edges}
        return [edge for edge in edges if not edge.must_be_best or self._is_best(edge, rivals, agreed)]

    def _is_best(
        self,
        edge: _Edge,
        rivals: dict[tuple[int, str], list[tuple[tuple[int, int, int], int]]],
        agreed: set[tuple[int, int]],
    ) -> bool:
        """Whether nothing else fits as well; two rules of one tool that agree with each other are no rivals."""
        for mine, other in ((edge.one, edge.two), (edge.two, edge.one)):
            for strength, rival in rivals[mine, self._entries[other].results[0].tool]:
                pair = (min(rival, other), max(rival, other))
                if rival != other and strength <= edge.strength and pair not in agreed and self._is_apart(*pair):
                    self._refuse(edge.one, edge.two, "another result fits as well or better")
                    return False
        return True

    def _is_apart(self, one: int, two: int) -> bool:
        """Whether two entries, which nobody compared yet, are rivals: of what agrees, either may be meant."""
        return not isinstance(compare(self._entries[one], self._entries[two], self._knowledge), Agreement)

    def _refuse(self, one: int, two: int, reason: str) -> None:
        for mine, other in ((one, two), (two, one)):
            result = self._entries[other].results[0]
            self._refused.setdefault(mine, []).append(RunnerUp(result.tool, result.rule_id, where_of(result), reason))

    def _join(self, edges: list[_Edge]) -> tuple[Cluster, ...]:
        count = len(self._entries)
        home = list(range(count))
        members: dict[int, list[int]] = {}
        joined: dict[int, list[_Edge]] = {}
        for edge in edges:
            ours, theirs = sorted((home[edge.one], home[edge.two]))
            if ours == theirs:
                continue
            left, right = members.get(ours, [ours]), members.get(theirs, [theirs])
            if edge.key != _PINNED and (veto := self._veto_between(left, right)):
                self._refuse(edge.one, edge.two, veto)
                continue
            members[ours] = left + right
            joined[ours] = [*joined.get(ours, ()), *joined.pop(theirs, ()), edge]
            members.pop(theirs, None)
            for index in right:
                home[index] = ours
        return tuple(
            self._cluster(members.get(index, [index]), joined.get(index, []))
            if index in members or index in self._refused
            else Cluster((index,))
            for index in range(count)
            if home[index] == index
        )

    def _veto_between(self, left: list[int], right: list[int]) -> str:
        for one in left:
            for two in right:
                if ruling := self._rulings.refuses(one, two):
                    return ruling
                answer = compare(self._entries[one], self._entries[two], self._knowledge)
                if not isinstance(answer, Agreement) and answer.is_veto:
                    return answer.reason
        return ""

    def _cluster(self, members: list[int], edges: list[_Edge]) -> Cluster:
        members = sorted(members)
        first, rest = members[0], members[1:]
        refused = {
            (each.tool, each.rule_id, each.where, each.veto)
            for index in members
            for each in self._refused.get(index, ())
        }
        runners_up = tuple(RunnerUp(*each) for each in sorted(refused)[:_MOST_RUNNERS_UP])
        return Cluster((first, *rest), tuple(self._merge(index, edges) for index in rest), runners_up)

    def _merge(self, index: int, edges: list[_Edge]) -> Merge:
        """The strongest agreement that names this member."""
        edge = min(edge for edge in edges if index in (edge.one, edge.two))
        result = self._entries[index].results[0]
        return Merge(result.tool, result.rule_id, TIERS[edge.tier], edge.key, edge.inputs)
