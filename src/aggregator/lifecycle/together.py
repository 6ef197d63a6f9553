"""Closes of findings that vanished together, as they do when a scan was told to report less than before.

A filter or a smaller set of rules leaves no trace in most reports but this: a whole sort of findings is gone at once,
while the others are still there. Fixing rarely looks like that, so such closes are held until the sort shows up again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from aggregator.lifecycle.absence import Absence
from aggregator.lifecycle.scopes import ScopeKey
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Baseline, Finding, Sighting
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import WORST_FIRST
from aggregator.model.state import Tracked

FEW = 3
"""From so many findings of several rules on, a whole severity, kind or the like does not go by chance."""
MANY = 5
"""From so many on, neither does one rule."""

_MANIFEST = frozenset({Kind.SCA, Kind.CONTAINER, Kind.LICENSE})
_SEPARATOR = "\x1f"


class Group(Struct, frozen=True):
    """Findings that vanished together: why nobody believes it, and which they are."""

    reason: str
    ids: frozenset[str]


class _Scope(Struct, frozen=True):
    """One scope: what would close, and what its scans still report."""

    gone: list[tuple[Tracked, Sighting]]
    results: list[Result]
    scans: tuple[Scan, ...]
    knows_any: bool


def vanished_together(
    absences: Iterable[Absence], scans: Mapping[ScopeKey, Sequence[Scan]], current: Iterable[Finding]
) -> dict[ScopeKey, tuple[Group, ...]]:
    """The groups by scope, of absences that would close; ``current`` are this run's findings, held against the last.

    Nothing is suspected of a scope that reports nothing at all.
    """
    gone: defaultdict[ScopeKey, list[tuple[Tracked, Sighting]]] = defaultdict(list)
    for absence in absences:
        for sighting in absence.tracked.sightings:
            gone[sighting.tool, sighting.scope].append((absence.tracked, sighting))
    suspects = {key: rows for key, rows in gone.items() if len(rows) >= FEW and key in scans}
    if not suspects:
        return {}
    known = {
        (source.tool, source.scope)
        for finding in current
        if finding.baseline is not Baseline.NEW
        for source in finding.sources
    }
    found: dict[ScopeKey, tuple[Group, ...]] = {}
    for key, rows in sorted(suspects.items()):
        results = [result for scan in scans[key] for result in scan.results]
        groups = tuple(_groups(_Scope(rows, results, tuple(scans[key]), key in known))) if results else ()
        if groups:
            found[key] = groups
    return found


def together_diagnostics(found: Mapping[ScopeKey, tuple[Group, ...]]) -> tuple[Diagnostic, ...]:
    """One warning for each group."""
    return tuple(
        Diagnostic(
            "closes-held",
            Level.WARNING,
            f"{tool} ({scope})",
            f"{group.reason} None of them was closed.",
            "Look at how the scan was called. If they are fixed, name the tool under closing.complete for one run.",
        )
        for (tool, scope), groups in found.items()
        for group in groups
    )


def _groups(scope: _Scope) -> Iterator[Group]:
    for finder in (_everything, _below_a_severity, _a_kind, _without_fix, _rules):
        yield from finder(scope)


def _everything(scope: _Scope) -> Iterator[Group]:
    """All that was known is gone, and all that is reported is new: a comparison with a baseline, or other rules."""
    if len(scope.gone) >= MANY and not scope.knows_any:
        yield _group(scope.gone, "known findings vanished at once, and only new ones are reported.")


def _below_a_severity(scope: _Scope) -> Iterator[Group]:
    lowest = min(result.severity.rank for result in scope.results)
    rows = [row for row in scope.gone if row[1].severity.rank < lowest]
    if len(rows) >= FEW and _is_mixed(rows):
        word = next(severity.value for severity in WORST_FIRST if severity.rank == lowest)
        yield _group(rows, f"findings below {word} vanished at once, and nothing as mild is reported.")


def _a_kind(scope: _Scope) -> Iterator[Group]:
    """All of a kind, when nothing shows that the kind was looked for.

    What another tool had found as well, and finds no longer either, was not filtered out here; and its kind may be what
    the other one calls it.
    """
    looked_for = {target.partition(_SEPARATOR)[0] for scan in scope.scans for target in scan.coverage.targets}
    looked_for |= {result.kind.value for result in scope.results}
    alone = [
        (tracked, seen) for tracked, seen in scope.gone if {each.tool for each in tracked.sightings} == {seen.tool}
    ]
    kinds = Counter(tracked.kind for tracked, _ in alone if tracked.kind.value not in looked_for)
    for kind, count in sorted(kinds.items()):
        rows = [row for row in alone if row[0].kind is kind]
        if count >= FEW and _is_mixed(rows):
            yield _group(rows, f"findings of the kind {kind.value} vanished at once, and others stay.")


def _without_fix(scope: _Scope) -> Iterator[Group]:
    """All that no update can mend: nobody fixed those."""
    fixable = [bool(result.component.fixed_versions) for result in scope.results if result.component]
    if not fixable or not all(fixable):
        return
    rows = [row for row in scope.gone if row[0].component and not row[0].component.fixed_versions]
    if len(rows) >= FEW and _is_mixed(rows):
        yield _group(rows, "findings without a fixed version vanished at once, and those with one stay.")


def _rules(scope: _Scope) -> Iterator[Group]:
    """All of one rule or one family of rules, where the report does not list the rules that ran."""
    if all(scan.coverage.rules is not None for scan in scope.scans):
        return
    rows = [row for row in scope.gone if row[0].kind is Kind.SAST]
    for name_of, what in ((_family, "rules"), (_own_name, "rule")):
        yield from _named_alike(rows, scope.results, name_of, what)


def _named_alike(
    rows: list[tuple[Tracked, Sighting]], results: list[Result], name_of: Callable[[str], str], what: str
) -> Iterator[Group]:
    counts = Counter(name_of(sighting.rule_id) for _, sighting in rows)
    many = {name for name, count in counts.items() if name and count >= MANY}
    for name in sorted(many - {name_of(result.rule_id) for result in results} if many else ()):
        alike = [row for row in rows if name_of(row[1].rule_id) == name]
        yield _group(alike, f"findings of the {what} {name} vanished at once, and others stay.")


def _own_name(rule_id: str) -> str:
    return rule_id


def _family(rule_id: str) -> str:
    """``python.django`` of ``python.django.security.xss``; nothing for a rule without a family."""
    parts = rule_id.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else ""  # noqa: PLR2004 - a family of two and a rule in it


def _is_mixed(rows: Iterable[tuple[Tracked, Sighting]]) -> bool:
    """Of several rules, and of several packages: one update mends all the flaws of one package."""
    rules, packages = set(), set()
    for tracked, sighting in rows:
        rules.add(sighting.rule_id)
        in_package = tracked.kind in _MANIFEST and tracked.component is not None
        packages.add(tracked.component.purl if in_package and tracked.component else sighting.rule_id)
    return len(rules) > 1 and len(packages) > 1


def _group(rows: Sequence[tuple[Tracked, Sighting]], what: str) -> Group:
    ids = frozenset(tracked.id for tracked, _ in rows)
    return Group(f"All {len(ids)} {what}", ids)
