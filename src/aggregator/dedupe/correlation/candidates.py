"""Which pairs of entries are worth comparing: blocks that share a subject, and in a file what stands close together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise, product

from aggregator.dedupe.correlation.crowds import Columns, crowds_of, meeting, pairs_in
from aggregator.dedupe.correlation.infrastructure import REACH, begins_block, bucket_of, controls_in, is_head
from aggregator.dedupe.correlation.package_pairs import package_pairs
from aggregator.dedupe.entry import Entry, subject_of
from aggregator.dedupe.keys.resource_ids import place_in_cloud
from aggregator.knowledge.controls import Controls
from aggregator.knowledge.knowledge import Knowledge
from aggregator.knowledge.meaning import Meaning
from aggregator.knowledge.weaknesses import CREDENTIAL
from aggregator.model.result import Kind, Result

_IN_FILES = frozenset({Kind.SAST, Kind.SECRET})
_CLOUD, _SAST = Kind.CLOUD, Kind.SAST

NEARBY = 3
"""Lines between two regions that are still compared: tools differ over the line of one statement."""

Source = tuple[str, str, str]
"""Tool, format, scope: what tells one scan from another. In files of the checkout all scopes are one."""


def blocks_of(entries: Sequence[Entry]) -> Iterable[tuple[str, list[int]]]:
    """Entries that could possibly be one problem, by a name for people; blocks with nothing to compare are left out."""
    blocks: dict[tuple[str, ...], list[int]] = {}
    for index, entry in enumerate(entries):
        for name in _block_names(entry.results[0]):
            blocks.setdefault(name, []).append(index)
    for name, block in blocks.items():
        if len(block) > 1:
            yield " ".join(part for part in name if part), block


def pairs_of(entries: Sequence[Entry], block: Sequence[int], knowledge: Knowledge) -> Iterable[tuple[int, int]]:
    """Pairs worth comparing: close lines of different sources, and rules of one source on the same region."""
    if entries[block[0]].results[0].component is not None:
        yield from package_pairs(entries, block)
        return
    sources = {index: _source(entries[index]) for index in block}
    if entries[block[0]].results[0].kind is _CLOUD:
        yield from _same_request(entries, sources, knowledge)
        return
    controls = {index: names for index in block if (names := controls_in(entries[index].results[0], knowledge))}
    meanings = {index: knowledge.weakness(entries[index].results[0]) for index in block}
    crowds = crowds_of(entries, (index for index in block if index not in controls))
    crowded = {index for crowd in crowds for *_, index in crowd}
    if len(set(sources.values())) > 1:
        close = _close(entries, sources, crowded)
        yield from _fitting(close, controls) if controls else close
    yield from _told_twice(entries, sources)
    yield from _asked_twice(entries, sources, controls)
    yield from _of_one_bucket(entries, sources, controls)
    yield from _same_regions(entries, sources, meanings)
    yield from _credentials(entries, sources, meanings, crowded)
    yield from _texts_and_uses(entries, sources, meanings, crowded)
    for crowd in crowds:
        yield from _in_crowd(entries, sources, meanings, crowd)


def span_of(entry: Entry) -> tuple[int, int]:
    """First and last line, for distances; a whole file meets its first line, which some formats write for it."""
    result = entry.results[0]
    where = result.location
    if where is None or result.component is not None:
        return (0, 0)
    if where.start_line is None:
        return (0, 1)
    return (where.start_line, where.end_line or where.start_line)


def _block_names(result: Result) -> tuple[tuple[str, ...], ...]:
    if (component := result.component) is not None:
        problems = result.vulnerability_ids or (result.rule_id,)
        return tuple((result.kind, component.purl, component.image, problem) for problem in problems)
    if result.kind is _CLOUD and (where := result.resource) is not None:
        return (("cloud", *place_in_cloud(where)),)
    if (at := result.endpoint) is not None:
        return (("web", at.host, at.path),)
    if result.location is not None:
        return (("file", result.location.path),)
    return (("scope", result.tool, result.scope),)


def _close(entries: Sequence[Entry], sources: dict[int, Source], crowded: set[int]) -> Iterable[tuple[int, int]]:
    """One sweep over the lines, from top to bottom; a source is never compared with itself, nor crowds here."""
    reaches = _reaches(entries, sources)
    active: dict[tuple[Source, bool], list[tuple[int, int]]] = {}
    for start, end, index in sorted((*span_of(entries[index]), index) for index in sources):
        mine = (sources[index], index in crowded)
        for theirs, others in active.items():
            if theirs[0] == mine[0] or (theirs[1] and mine[1]):
                continue
            others[:] = [other for other in others if other[0] + NEARBY >= start]
            yield from ((min(other, index), max(other, index)) for _, other in others)
        active.setdefault(mine, []).append((end + reaches.get(index, 0), index))


def _in_crowd(
    entries: Sequence[Entry], sources: dict[int, Source], meanings: dict[int, Meaning], crowd: Iterable[Columns]
) -> Iterable[tuple[int, int]]:
    """Pairs of a crowded line; of one source, two rules about credentials, or about a text and its use."""
    for one, two in pairs_in(entries, crowd):
        ours, theirs = meanings[one], meanings[two]
        may_overlap = ours.name == CREDENTIAL == theirs.name or ours.is_builder is not theirs.is_builder
        if may_overlap or sources[one] != sources[two]:
            yield one, two


def _of_one_bucket(
    entries: Sequence[Entry], sources: dict[int, Source], controls: dict[int, Controls]
) -> Iterable[tuple[int, int]]:
    """Blocks of one bucket, however far apart, of which two sources ask the same."""
    rows: dict[tuple[str, str], list[int]] = {}
    for index, names in controls.items():
        if bucket := bucket_of(entries[index].results[0]):
            for name in names:
                rows.setdefault((bucket, name), []).append(index)
    for each in rows.values():
        yield from ((one, two) for one, two in combinations(each, 2) if sources[one] != sources[two])


def _same_request(
    entries: Sequence[Entry], sources: dict[int, Source], knowledge: Knowledge
) -> Iterable[tuple[int, int]]:
    """On one resource, what asks for the same by rule or control: an account alone has hundreds of rows."""
    rows: dict[str, list[int]] = {}
    for index in sources:
        result = entries[index].results[0]
        for name in {result.rule_id, *result.rule_aliases, *knowledge.controls(result)}:
            rows.setdefault(name, []).append(index)
    for _, each in sorted(rows.items()):
        yield from ((one, two) for one, two in combinations(each, 2) if sources[one] != sources[two])


def _reaches(entries: Sequence[Entry], sources: Iterable[int]) -> dict[int, int]:
    """How far below its region a result is still compared: what flags the head of a block means all of the block.

    The block ends before the next one begins that any result tells of.
    """
    results = {index: entries[index].results[0] for index in sources}
    heads = [index for index, each in results.items() if each.location is not None and is_head(each.location)]
    if not heads:
        return {}
    starts = sorted({span_of(entries[index])[0] for index, each in results.items() if begins_block(each)})
    reaches: dict[int, int] = {}
    for index in heads:
        head = span_of(entries[index])[0]
        after = bisect_right(starts, head)
        room = starts[after] - head - 1 - NEARBY if after < len(starts) else REACH
        reaches[index] = max(0, min(REACH, room))
    return reaches


def _fitting(pairs: Iterable[tuple[int, int]], controls: dict[int, Controls]) -> Iterable[tuple[int, int]]:
    """The pairs without those of two known controls: on one block stand dozens, and each pair would be refused."""
    for one, two in pairs:
        ours, theirs = controls.get(one), controls.get(two)
        if not ours or not theirs or not set(ours).isdisjoint(theirs):
            yield one, two


def _told_twice(entries: Sequence[Entry], sources: dict[int, Source]) -> Iterable[tuple[int, int]]:
    """Rows that stand in several reports of one tool, each with the next one."""
    here = [index for index in sources if entries[index].is_here]
    if len({entries[index].results[0].scope for index in here}) < 2:  # noqa: PLR2004 - two reports
        return
    rows: dict[object, list[int]] = {}
    for index in here:
        rows.setdefault((sources[index], subject_of(entries[index].results[0])), []).append(index)
    for each in rows.values():
        yield from pairwise(each)


def _asked_twice(
    entries: Sequence[Entry], sources: dict[int, Source], controls: dict[int, Controls]
) -> Iterable[tuple[int, int]]:
    """Rules of one source that ask for one control on one line."""
    rows: dict[object, dict[str, int]] = {}
    for index, names in controls.items():
        result = entries[index].results[0]
        for name in names if result.kind is _SAST else ():
            rows.setdefault((sources[index], span_of(entries[index])[0], name), {}).setdefault(result.rule_id, index)
    for each in rows.values():
        yield from combinations(sorted(each.values()), 2)


def _same_regions(
    entries: Sequence[Entry], sources: dict[int, Source], meanings: dict[int, Meaning]
) -> Iterable[tuple[int, int]]:
    """Rules of one source on one region, or with one beginning where they mean the same."""
    regions: dict[object, list[int]] = {}
    for index, source in sources.items():
        for region in _regions(entries[index].results[0], meanings[index]):
            regions.setdefault((source, region), []).append(index)
    for rows in regions.values():
        if _are_several(entries, rows):
            yield from combinations(rows, 2)


def _credentials(
    entries: Sequence[Entry], sources: dict[int, Source], meanings: dict[int, Meaning], crowded: set[int]
) -> Iterable[tuple[int, int]]:
    """Rules of one source about credentials: on one line, or of one value, in a line of what the other one flags."""
    lines: dict[object, list[int]] = {}
    values: dict[object, list[tuple[int, int, int]]] = {}
    for index, source in sources.items():
        result = entries[index].results[0]
        if meanings[index].name != CREDENTIAL or result.location is None or result.kind not in _IN_FILES:
            continue
        lines.setdefault((source, result.location.start_line), []).append(index)
        if result.secret:
            values.setdefault((source, result.secret), []).append((*span_of(entries[index]), index))
    for rows in lines.values():
        if _are_several(entries, rows):
            apart = [index for index in rows if index not in crowded]
            yield from combinations(apart, 2)
            yield from ((min(pair), max(pair)) for pair in product(crowded.intersection(rows), apart))
    for spans in values.values():
        if _are_several(entries, [index for *_, index in spans]):
            yield from meeting(sorted(spans))


def _are_several(entries: Sequence[Entry], rows: Sequence[int]) -> bool:
    """Whether several rules are among the rows: the same one twice is two problems."""
    return len(rows) > 1 and len({entries[index].results[0].rule_id for index in rows}) > 1


def _texts_and_uses(
    entries: Sequence[Entry], sources: dict[int, Source], meanings: dict[int, Meaning], crowded: set[int]
) -> Iterable[tuple[int, int]]:
    """What one source says of a dangerous text, and of the few lines below it, where the text may be used."""
    builders = [index for index in sources if meanings[index].is_builder]
    if not builders:
        return
    everywhere = sorted((span_of(entries[index])[0], index) for index in sources)
    apart = [row for row in everywhere if row[1] not in crowded]
    for index in builders:
        first, last = span_of(entries[index])
        starts = apart if index in crowded else everywhere
        for at in range(bisect_left(starts, (first, -1)), len(starts)):
            start, other = starts[at]
            if start > last + NEARBY:
                break
            if other != index and sources[other] == sources[index]:
                yield (min(index, other), max(index, other))


def _regions(result: Result, meaning: Meaning) -> tuple[object, ...]:
    """Where a second rule of the scan must have flagged for the two to be compared; not of credentials."""
    where = result.location
    if where is None or result.kind not in _IN_FILES or meaning.name == CREDENTIAL:
        return ()
    if not meaning.name or where.start_line is None:
        return (where,)
    start = (where.start_line, where.start_column, meaning.name)
    return (start, where) if meaning.also else (start,)


def _source(entry: Entry) -> Source:
    result = entry.results[0]
    return (result.tool, entry.format, "" if entry.is_here else result.scope)
