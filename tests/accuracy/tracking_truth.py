"""Which result of an earlier report is the same problem in a later one, told by where its line went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aggregator.model.report import ReadFailure, Report
from aggregator.model.result import Result
from aggregator.readers.registry import read_report
from tests.accuracy.linemap import LineMap
from tests.accuracy.scanners import Files
from tests.accuracy.tracking_history import Checkout

Place = tuple[str, int | None]


@dataclass(frozen=True)
class Step:
    """One report and the next one of the same tool, and what happened to the tree between them.

    Attributes:
        source: where the tree comes from: a package, or the generator's edit.
        rules: new rule id by old one, where the tool renamed rules.
        checkout: makes the repository with both trees, where there is one already.
    """

    source: str
    name: str
    tool: str
    report: str
    old: bytes
    new: bytes
    old_files: Files
    new_files: Files
    lines: LineMap
    rules: Mapping[str, str] = field(default_factory=dict)
    checkout: Callable[[], Checkout] | None = None

    @cached_property
    def before(self) -> Report:
        """The earlier report as Onefold reads it."""
        return self._read(self.old)

    @cached_property
    def after(self) -> Report:
        """The later one."""
        return self._read(self.new)

    @cached_property
    def truth(self) -> Truth:
        """What is known of the findings."""
        return _truth_of(self)

    def _read(self, data: bytes) -> Report:
        pinned = "gitleaks" if self.tool == "Gitleaks" else None  # an empty list does not tell whose it is
        report = read_report(data, self.report, place=self.report, pinned=pinned)
        if isinstance(report, ReadFailure):
            raise SystemExit(f"{self.source} {self.name}: {self.tool}'s report cannot be read: {report.reason}")
        return report


@dataclass(frozen=True)
class Truth:
    """What is known of a step. Results are named by their pointer.

    Attributes:
        persisting: new result by old one.
        gone: old results whose line is certainly no more.
        old: results by pointer; ``new`` likewise.
    """

    persisting: Mapping[str, str]
    gone: frozenset[str]
    old: Mapping[str, Result]
    new: Mapping[str, Result]


def _truth_of(step: Step) -> Truth:
    """Pair what stands on a line with what stands where that line went, by rule and then from left to right."""
    before, after = _distinct(step.before), _distinct(step.after)
    there = _by_place(after)
    persisting: dict[str, str] = {}
    for (rule, place), rows in _by_place(before).items():
        target = _target(step.lines, place)
        found = there.get((step.rules.get(rule, rule), target), []) if target else []
        if len(rows) == len(found):
            persisting.update(zip((row.pointer for row in rows), (row.pointer for row in found), strict=True))
    subjects = {(row.rule_id, row.resource.uid) for row in after if row.resource}
    gone = frozenset(row.pointer for row in before if _is_gone(step, row, subjects))
    return Truth(persisting, gone, {row.pointer: row for row in before}, {row.pointer: row for row in after})


def _distinct(report: Report) -> list[Result]:
    """Rows that say something of their own, in the order of their places."""
    rows: dict[object, Result] = {}
    for scan in report.scans:
        for row in scan.results:
            rows.setdefault((row.rule_id, row.location, row.resource, row.secret), row)
    return sorted(rows.values(), key=_order)


def _order(row: Result) -> tuple[object, ...]:
    where = row.location
    if where is None:
        return ("", 0, 0, 0, 0, "")
    return (
        where.path,
        where.start_line or 0,
        where.start_column or 0,
        where.end_line or 0,
        where.end_column or 0,
        row.resource.uid if row.resource else "",
    )


def _by_place(rows: Iterable[Result]) -> dict[tuple[str, Place], list[Result]]:
    places: dict[tuple[str, Place], list[Result]] = {}
    for row in rows:
        if row.location is not None:
            places.setdefault((row.rule_id, (row.location.path, row.location.start_line)), []).append(row)
    return places


def _target(lines: LineMap, place: Place) -> Place | None:
    path, line = place
    if line is None:
        return (lines.files[path], None) if path in lines.files else None
    return lines.lines.get((path, line))


def _is_gone(step: Step, row: Result, subjects: set[tuple[str, str]]) -> bool:
    """Its line was taken out; and where it is about a resource, that one is not spoken of any more."""
    where = row.location
    if where is None or where.start_line is None or (where.path, where.start_line) not in step.lines.gone:
        return False
    return row.resource is None or (row.rule_id, row.resource.uid) not in subjects
