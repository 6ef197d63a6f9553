"""Fold what different tools, or overlapping rules of one tool, say about one problem.

An entry joins a cluster only if it is compatible with every member (a clique), so a broad result cannot bridge two
narrow ones. Agreements are taken in order of tier, distance and canonical order: no order of input can change a merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from msgspec import Struct

from aggregator.dedupe.compatibility import Agreement, compare
from aggregator.dedupe.entry import Entry, where_of
from aggregator.dedupe.weakness import CREDENTIAL, weakness_class
from aggregator.model.finding import Merge, RunnerUp
from aggregator.model.result import Kind, Result

_IN_FILES = frozenset({Kind.SAST, Kind.SECRET})
TIERS = ("certain", "high", "medium")
_CLOUD = Kind.CLOUD
_MOST_COMPARISONS = 40_000
_MOST_RUNNERS_UP = 5


Source = tuple[str, str, str]
"""Tool, format, scope: what tells one scan from another."""


class Cluster(Struct, frozen=True, gc=False):
    """Entries that are one problem.

    Attributes:
        members: entry indexes, the primary one first.
        merges: one record for each further member.
        runners_up: candidates that a veto kept out.
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
    distance: int
    one: int
    two: int
    key: str
    inputs: tuple[str, ...]


def correlate(entries: Sequence[Entry], together: Iterable[tuple[int, int]] = ()) -> Correlation:
    """Cluster entries (in canonical order).

    ``together`` are pairs that were one finding in the last run: they stay so unless a veto parts them now.
    """
    sticky = set(together)
    edges: list[_Edge] = []
    vetoes: dict[int, list[RunnerUp]] = {}
    crowded: list[str] = []
    for name, block in _blocks(entries):
        budget = _MOST_COMPARISONS
        for one, two in _candidates(entries, block):
            budget -= 1
            if budget < 0:
                crowded.append(name)
                break
            answer = compare(entries[one], entries[two])
            if isinstance(answer, Agreement):
                edges.append(_edge(entries, one, two, answer, is_sticky=(one, two) in sticky))
            else:
                _refuse(vetoes, entries, one, two, answer)
    return Correlation(_join(entries, sorted(edges), vetoes), tuple(crowded))


def _blocks(entries: Sequence[Entry]) -> Iterable[tuple[str, list[int]]]:
    """Entries that could possibly be one problem; blocks with nothing to compare are left out."""
    blocks: dict[tuple[str, ...], list[int]] = {}
    for index, entry in enumerate(entries):
        for name in _blocks_of(entry.result):
            blocks.setdefault(name, []).append(index)
    for name, block in blocks.items():
        if len(block) > 1:
            yield " ".join(part for part in name if part), block


def _blocks_of(result: Result) -> tuple[tuple[str, ...], ...]:
    if (component := result.component) is not None:
        problems = result.vulnerability_ids or (result.rule_id,)
        return tuple((result.kind, component.purl, component.image, problem) for problem in problems)
    if result.kind is _CLOUD and (where := result.resource) is not None:
        return (("cloud", where.provider, where.account, where.region, where.uid),)
    if (at := result.endpoint) is not None:
        return (("web", at.method, at.host, at.path, at.parameter),)
    if result.location is not None:
        return (("file", result.location.path),)
    return (("scope", result.tool, result.scope),)


def _candidates(entries: Sequence[Entry], block: list[int]) -> Iterable[tuple[int, int]]:
    """Pairs worth comparing: overlapping lines of different sources, and rules of one source on the same region."""
    sources = {index: _source(entries[index]) for index in block}
    if len(set(sources.values())) > 1:
        yield from _overlaps(entries, sources)
    yield from _same_regions(entries, sources)


def _overlaps(entries: Sequence[Entry], sources: dict[int, Source]) -> Iterable[tuple[int, int]]:
    """One sweep over the lines, from top to bottom; a source is never compared with itself."""
    active: dict[Source, list[tuple[int, int]]] = {}
    for start, end, index in sorted((*_span(entries[index]), index) for index in sources):
        for source, others in active.items():
            if source == sources[index]:
                continue
            others[:] = [other for other in others if other[0] >= start]
            yield from ((min(other, index), max(other, index)) for _, other in others)
        active.setdefault(sources[index], []).append((end, index))


def _same_regions(entries: Sequence[Entry], sources: dict[int, Source]) -> Iterable[tuple[int, int]]:
    regions: dict[object, list[int]] = {}
    for index, source in sources.items():
        if (region := _region(entries[index].results[0])) is not None:
            regions.setdefault((source, region), []).append(index)
    for rows in regions.values():
        if len(rows) > 1:
            yield from combinations(rows, 2)


def _region(result: Result) -> object:
    """Where a second rule of the scan must have flagged for the two to be compared; credentials by line alone."""
    if result.location is None or result.kind not in _IN_FILES:
        return None
    return result.location.start_line if weakness_class(result) == CREDENTIAL else result.location


def _source(entry: Entry) -> Source:
    result = entry.results[0]
    return (result.tool, entry.format, result.scope)


def _span(entry: Entry) -> tuple[int, int]:
    where = entry.result.location
    if where is None or entry.result.component is not None:
        return (0, 0)
    if where.start_line is None:
        return (0, 1)  # a whole file meets its first line, which some formats write for it
    return (where.start_line, where.end_line or where.start_line)


def _edge(entries: Sequence[Entry], one: int, two: int, answer: Agreement, *, is_sticky: bool) -> _Edge:
    a, b = _span(entries[one]), _span(entries[two])
    distance = abs(a[0] - b[0]) + abs(a[1] - b[1])
    return _Edge(0 if is_sticky else answer.tier, distance, one, two, answer.key, answer.inputs)


def _refuse(vetoes: dict[int, list[RunnerUp]], entries: Sequence[Entry], one: int, two: int, veto: str) -> None:
    for mine, other in ((one, two), (two, one)):
        result = entries[other].result
        vetoes.setdefault(mine, []).append(RunnerUp(result.tool, result.rule_id, where_of(result), veto))


def _join(entries: Sequence[Entry], edges: list[_Edge], vetoes: dict[int, list[RunnerUp]]) -> tuple[Cluster, ...]:
    home = list(range(len(entries)))
    members: dict[int, list[int]] = {}
    joined: dict[int, list[_Edge]] = {}
    for edge in edges:
        ours, theirs = sorted((home[edge.one], home[edge.two]))
        if ours == theirs:
            continue
        left, right = members.get(ours, [ours]), members.get(theirs, [theirs])
        if veto := _veto_between(entries, left, right):
            _refuse(vetoes, entries, edge.one, edge.two, veto)
            continue
        members[ours] = left + right
        joined[ours] = [*joined.get(ours, ()), *joined.pop(theirs, ()), edge]
        members.pop(theirs, None)
        for index in right:
            home[index] = ours
    return tuple(
        _cluster(entries, members.get(index, [index]), joined.get(index, []), vetoes)
        if index in members or index in vetoes
        else Cluster((index,))
        for index in range(len(entries))
        if home[index] == index
    )


def _veto_between(entries: Sequence[Entry], left: list[int], right: list[int]) -> str:
    for one in left:
        for two in right:
            answer = compare(entries[one], entries[two])
            if isinstance(answer, str):
                return answer
    return ""


def _cluster(
    entries: Sequence[Entry], members: list[int], edges: list[_Edge], vetoes: dict[int, list[RunnerUp]]
) -> Cluster:
    members = sorted(members)
    first, rest = members[0], members[1:]
    runners_up = [each for index in members for each in vetoes.get(index, ())]
    merges = tuple(_merge(entries, index, edges) for index in rest)
    unique = sorted({(each.tool, each.rule_id, each.where, each.veto) for each in runners_up})[:_MOST_RUNNERS_UP]
    return Cluster((first, *rest), merges, tuple(RunnerUp(*each) for each in unique))


def _merge(entries: Sequence[Entry], index: int, edges: list[_Edge]) -> Merge:
    """The strongest agreement that names this member."""
    edge = min(edge for edge in edges if index in (edge.one, edge.two))
    result = entries[index].result
    return Merge(result.tool, result.rule_id, TIERS[edge.tier], edge.key, edge.inputs)
