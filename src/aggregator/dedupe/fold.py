"""The stages of deduplication in order: collapse, track, correlate, identify."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from aggregator.dedupe.correlation.correlate import correlate
from aggregator.dedupe.correlation.overrides import NO_OVERRIDES, Overrides, Rulings, unknown_ids
from aggregator.dedupe.entry import Entry, collapse, where_of
from aggregator.dedupe.homes import HomesByName, at_home
from aggregator.dedupe.identify import identify
from aggregator.dedupe.keys.counted import counted_native_ids
from aggregator.dedupe.keys.identity import identity_keys, positional_native_ids, repeated_native_ids
from aggregator.dedupe.keys.lines import Lines
from aggregator.dedupe.near_misses import with_near_misses
from aggregator.dedupe.past_entries import as_they_stand
from aggregator.dedupe.recall import adopt, remembered_entries
from aggregator.dedupe.remarks import crowded, pin_refused, told_twice, unknown_id
from aggregator.dedupe.scopes import once, with_new_names
from aggregator.dedupe.tracking.cascade import Files, track
from aggregator.dedupe.tracking.changed_secrets import part_changed_secrets
from aggregator.dedupe.tracking.ledger import Checked, Known, Tracking
from aggregator.dedupe.tracking.scope_renames import NOTHING_HEARD, Heard
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.finding import Finding
from aggregator.model.passage import NOT_KNOWN, History
from aggregator.model.report import Report
from aggregator.model.result import Result
from aggregator.model.state import Tracked


class Folded(Struct, frozen=True, gc=False):
    """This run's findings, and what is to be said about the folding itself.

    Attributes:
        renamed: the new names of scopes, by tool and old name; the findings know them already.
        begun: names that are new ones only if the old one does not come back.
        back: older names that are back, by tool and the name that was taken for a new one.
    """

    findings: tuple[Finding, ...]
    diagnostics: tuple[Diagnostic, ...]
    renamed: Mapping[tuple[str, str], str] = {}
    begun: Mapping[tuple[str, str], str] = {}
    back: Mapping[tuple[str, str], str] = {}


def fold(  # noqa: PLR0913 - everything the stages may know, each part named
    reports: Iterable[Report],
    previous: Sequence[Tracked],
    *,
    product: str,
    sources: Mapping[str, str],
    redact: Callable[[str], str],
    now: datetime,
    overrides: Overrides = NO_OVERRIDES,
    history: History = NOT_KNOWN,
    homes: HomesByName | None = None,
    heard: Heard = NOTHING_HEARD,
    head: str = "",
) -> Folded:
    """Fold the results of redacted reports into findings, recognising those of ``previous``.

    ``sources`` are file texts of the checkout by path, as far as they are known; ``redact`` masks secrets in them;
    ``overrides`` are what people say about merging; ``history`` is what became of files since the state was made;
    ``homes`` tell products apart, where there are several; ``heard`` tells which scopes there are and were; ``head`` is
    the commit whose files were looked at.
    """
    reports = tuple(reports)
    entries = collapse(((report.format, scan) for report in reports for scan in report.scans), sources)
    entries = entries if homes is None else at_home(entries, homes)
    lines = Lines(sources, redact, entries)
    keys = _keys([entry.results[0] for entry in entries], lines, head)
    files = Files(_present(reports, sources), lines.count, _checked(reports))
    tracking = track(entries, keys, previous, files, history, homes, heard)
    known, remembered = remembered_entries(tracking, entries, homes)
    candidates = [*entries, *remembered]
    rulings = _rulings(overrides, candidates, tracking, known) if overrides.pins or overrides.splits else None
    compared = [*as_they_stand(entries, keys, tracking), *remembered]
    correlation = correlate(compared, _together(tracking), Knowledge(overrides.teachings), rulings, homes)
    clusters, tracking = adopt(correlation.clusters, tracking, known, len(entries))
    tracking = part_changed_secrets(clusters, tracking, keys, previous)
    findings = identify(entries, keys, tracking, clusters, previous, product, now)
    findings = with_near_misses(findings, tracking.unseen)
    renamed = {**tracking.older, **tracking.renamed}
    if renamed:
        findings = tuple(with_new_names(once(each, tracking.older), renamed) for each in findings)
    remarks = [*map(crowded, correlation.crowded), *(() if sources else told_twice(reports, entries))]
    if rulings:
        remarks += _remarks(overrides, rulings, candidates, previous)
    return Folded(findings, tuple(remarks), renamed, tracking.begun, tracking.back)


def _keys(results: Sequence[Result], lines: Lines, head: str) -> list[tuple[str, ...]]:
    repeated = repeated_native_ids(results) | counted_native_ids(results)
    positional = positional_native_ids(results)
    if not repeated and not positional:
        return [identity_keys(result, lines, trusts_native_id=True, head=head) for result in results]
    return [
        identity_keys(
            result,
            lines,
            trusts_native_id=(result.tool, result.scope, result.native_id) not in repeated
            and (result.tool, result.scope) not in positional,
            head=head,
        )
        for result in results
    ]


def _present(reports: Iterable[Report], sources: Mapping[str, str]) -> frozenset[str]:
    """Files that exist now: read from the checkout, or listed by a scan."""
    listed = [scan.coverage.paths for report in reports for scan in report.scans if scan.coverage.paths]
    return frozenset(sources).union(*listed)


def _checked(reports: Iterable[Report]) -> Checked:
    """Of which rules and resources the reports have rows, those that passed too."""
    rows = [scan.coverage.evaluated for report in reports for scan in report.scans if scan.coverage.evaluated]
    return lambda rule_id, uid: any(f"{rule_id}\x1f{uid}" in each for each in rows)


def _together(tracking: Tracking) -> Iterable[tuple[int, int]]:
    """Pairs of entries that were recognised as sources of one finding."""
    groups: dict[str, list[int]] = {}
    for index, match in sorted(tracking.matches.items()):
        groups.setdefault(match.known.tracked.id, []).append(index)
    for group in groups.values():
        yield from ((group[0], other) for other in group[1:])


def _rulings(overrides: Overrides, candidates: Sequence[Entry], tracking: Tracking, known: Sequence[Known]) -> Rulings:
    """What people say, by the ids under which candidates were recognised; the ``known`` ones stand at their end."""
    recognised = (tracking.matches.get(index) for index in range(len(candidates) - len(known)))
    ids = [_ids(match.known) if match else frozenset[str]() for match in recognised]
    return Rulings(overrides, candidates, [*ids, *map(_ids, known)])


def _remarks(
    overrides: Overrides, rulings: Rulings, candidates: Sequence[Entry], previous: Iterable[Tracked]
) -> Iterable[Diagnostic]:
    """What is wrong with what people say."""
    yield from map(unknown_id, unknown_ids(overrides, (id_ for each in previous for id_ in (each.id, *each.aliases))))
    yield from (pin_refused(where_of(candidates[one].result)) for one, _ in sorted(rulings.unlike))


def _ids(known: Known) -> frozenset[str]:
    return frozenset((known.tracked.id, *known.tracked.aliases))
