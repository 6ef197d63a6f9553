"""Dependencies: results about vulnerable packages as correlation sees them.

Each goes by the one name of its vulnerability, and a result whose tool names no manifest is put into the one it must
be about: pip-audit says what is wrong, and never in which file. Where two manifests fit, it is put into none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from aggregator.dedupe.correlation.aliases import Aliases
from aggregator.dedupe.entry import Entry
from aggregator.model.location import Component
from aggregator.model.result import Kind, Result
from aggregator.normalize.components import is_generic, plain_name

_VULNERABLE = frozenset({Kind.SCA, Kind.CONTAINER})
_MOST_MANIFESTS = 200
"""Of a problem that stands in more manifests than this, nobody can tell which one is meant."""
_ABOUT_ONE = 0.9
"""The share of its results that a scan of one manifest finds there."""

_Problem = tuple[str, str, str, tuple[str, ...]]
"""Kind, package, image and vulnerability."""
_Scan = tuple[str, str, str]
"""Tool, format and scope."""


class _Row(Struct, frozen=True, gc=False):
    """One result about a package."""

    index: int
    problem: _Problem
    scan: _Scan
    component: Component


def settled(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries beside the given ones, of which those about vulnerable packages are brought to one spelling."""
    packaged = [index for index, entry in enumerate(entries) if entry.results[0].kind in _VULNERABLE]
    if not packaged:
        return entries
    aliases = Aliases(_names(entries[index].results[0]) for index in packaged)
    rows = [row for index in packaged if (row := _row(index, entries[index], aliases)) is not None]
    rows = _with_ecosystems(rows)
    paths = _Manifests(rows).inferred()
    changed = list(entries)
    for row in rows:
        changed[row.index] = _settled(entries[row.index], row, paths.get(row.index, row.component.path))
    return changed


def is_inferred(result: Result) -> bool:
    """Whether the manifest of a settled result is our conclusion: its own tool named no place."""
    component = result.component
    return component is not None and bool(component.path) and not component.image and result.location is None


def _names(result: Result) -> tuple[str, ...]:
    return result.vulnerability_ids or (result.rule_id,)


def _row(index: int, entry: Entry, aliases: Aliases) -> _Row | None:
    result = entry.results[0]
    component = result.component
    if component is None:
        return None
    problem = (result.kind.value, component.purl, component.image, aliases.names_of(_names(result)))
    return _Row(index, problem, (result.tool, entry.format, result.scope), component)


def _with_ecosystems(rows: list[_Row]) -> list[_Row]:
    """The rows; where a tool names no ecosystem, with the only package that others mean by that name."""
    if not any(is_generic(row.component.purl) for row in rows):
        return rows
    known: dict[_Problem, set[str]] = {}
    for row in rows:
        if not is_generic(row.component.purl):
            known.setdefault(_plain(row), set()).add(row.component.purl)
    return [_with_ecosystem(row, known.get(_plain(row), set())) for row in rows]


def _plain(row: _Row) -> _Problem:
    kind, purl, image, names = row.problem
    return (kind, plain_name(purl), image, names)


def _with_ecosystem(row: _Row, packages: set[str]) -> _Row:
    if len(packages) != 1 or not is_generic(row.component.purl):
        return row
    kind, _, image, names = row.problem
    (purl,) = packages
    return _Row(row.index, (kind, purl, image, names), row.scan, replace(row.component, purl=purl))


def _settled(entry: Entry, row: _Row, path: str) -> Entry:
    result, names = entry.results[0], row.problem[-1]
    if result.vulnerability_ids == names and row.component is result.component and row.component.path == path:
        return entry
    component = row.component if row.component.path == path else replace(row.component, path=path)
    results = (replace(result, vulnerability_ids=names, component=component), *entry.results[1:])
    return Entry(results, entry.format, entry.home, entry.is_here)


class _Manifests:
    """Where the same problems stand by the word of tools that name a manifest."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        self._versions: dict[_Problem, dict[str, set[str]]] = {}
        self._images: dict[_Problem, dict[_Scan, set[str]]] = {}
        self._problems: dict[str, set[_Problem]] = {}
        self._lost: dict[_Scan, list[_Row]] = {}
        self._rows = list(rows)
        for row in self._rows:
            self._take(row)

    def inferred(self) -> dict[int, str]:
        """The path of each row that names none, or one that others may not name alike, where it is sure."""
        paths: dict[int, str] = {}
        claims: dict[tuple[_Problem, str, str], list[_Row]] = {}
        for rows in self._lost.values():
            for row, path in self._placed(rows):
                claims.setdefault((row.problem, path, row.scan[0]), []).append(row)
        for (_, path, _), rows in claims.items():
            if (claimant := self._claimant(rows, path)) is not None:
                paths[claimant.index] = path
        for row in self._rows:
            copies = self._images.get(row.problem)
            # Every tool knows one copy of the package in the image: then it is the same, whatever its path.
            if copies and all(len(each) == 1 for each in copies.values()):
                paths[row.index] = min(min(each) for each in copies.values())
        return paths

    def _take(self, row: _Row) -> None:
        path = row.component.path
        if not path or (path.startswith("/") and not row.component.image):
            self._lost.setdefault(row.scan, []).append(row)
            return
        self._versions.setdefault(row.problem, {}).setdefault(path, set()).add(row.component.version)
        self._problems.setdefault(path, set()).add(row.problem)
        if row.component.image:
            self._images.setdefault(row.problem, {}).setdefault(row.scan, set()).add(path)

    def _placed(self, rows: Sequence[_Row]) -> Iterable[tuple[_Row, str]]:
        """The manifest of each row of one scan: the only one that fits, or the one that the whole scan is about."""
        found = [(row, fits) for row in rows if (fits := self._fitting(row))]
        votes = Counter(path for _, fits in found for path in fits)
        subject = max(votes, key=lambda path: (votes[path], path), default="")
        is_sure = votes[subject] >= _ABOUT_ONE * len(found) and list(votes.values()).count(votes[subject]) == 1
        for row, fits in found:
            if len(fits) == 1:
                yield row, fits[0]
            elif is_sure and subject in fits:
                yield row, subject

    def _fitting(self, row: _Row) -> list[str]:
        """The manifests that hold the problem: those of the same version where there are such."""
        versions = self._versions.get(row.problem, {})
        if len(versions) > _MOST_MANIFESTS:
            return []
        path = row.component.path
        if path:  # absolute: of another machine, or of a folder that nobody named
            ends = [known for known in versions if path.endswith(f"/{known}")]
            return [max(ends, key=len)] if ends else []
        same = [known for known, installed in versions.items() if row.component.version in installed]
        return same or list(versions)

    def _claimant(self, rows: Sequence[_Row], path: str) -> _Row | None:
        """Of several scans of one tool the one that is most about the manifest; none where two are as much."""
        if len(rows) == 1:
            return rows[0]
        shares = [(self._share(row.scan, path), row) for row in rows]
        best = max(share for share, _ in shares)
        first = [row for share, row in shares if share == best]
        return first[0] if len(first) == 1 else None

    def _share(self, scan: _Scan, path: str) -> float:
        """How much of what the scan and the manifest hold they have in common."""
        mine = {row.problem for row in self._lost[scan]}
        theirs = self._problems[path]
        return len(mine & theirs) / len(mine | theirs)
