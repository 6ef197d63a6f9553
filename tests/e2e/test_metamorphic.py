"""Two runs over real reports that say the same in other words or places: every finding keeps its id and its sources.

The first run is over ``examples/reports/first``; the second over the same reports, changed as time changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from msgspec.structs import replace

from aggregator import evaluate
from aggregator.model.location import Location
from aggregator.model.outcome import Outcome
from aggregator.model.report import Report, Scan
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from tests.e2e.test_examples import reports

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
LATER = FIRST + timedelta(days=7)
IN_FILES = {Kind.SAST, Kind.SECRET, Kind.IAC}
Change = Callable[[Result], Result]


def real() -> list[Report]:
    """The reports of the first run."""
    return [each for each in reports("first") if isinstance(each, Report)]


def changed(whole: Iterable[Report], change: Change) -> list[Report]:
    """The reports with every result changed; a file that is elsewhere is not listed in its old place."""

    def again(scan: Scan) -> Scan:
        paths = None if change is moved else scan.coverage.paths
        return replace(scan, results=tuple(map(change, scan.results)), coverage=replace(scan.coverage, paths=paths))

    return [replace(each, scans=tuple(map(again, each.scans))) for each in whole]


def at(result: Result, change: Callable[[Location], Location]) -> Result:
    """A result in a file whose place changes."""
    if result.kind not in IN_FILES or result.location is None:
        return result
    return replace(result, location=change(result.location))


def down(where: Location, lines: int) -> Location:
    """A place after lines were inserted above it."""
    if where.start_line is None:
        return where
    return replace(where, start_line=where.start_line + lines, end_line=(where.end_line or where.start_line) + lines)


def inserted(result: Result) -> Result:
    """Lines were inserted at the top of every file."""
    return at(result, lambda where: down(where, 7))


def deleted(result: Result) -> Result:
    """A line above the first flagged one was deleted, where there was one."""
    return at(result, lambda where: where if (where.start_line or 1) == 1 else down(where, -1))


def moved(result: Result) -> Result:
    """Everything went into a folder."""
    return at(result, lambda where: replace(where, path=f"services/shop/{where.path}"))


def indented(result: Result) -> Result:
    """Every line was indented by four more columns."""

    def further(where: Location) -> Location:
        start, end = where.start_column, where.end_column
        return replace(where, start_column=start and start + 4, end_column=end and end + 4)

    snippet = "\n".join(f"    {line}" for line in result.snippet.splitlines())
    return at(replace(result, snippet=snippet), further)


def reworded(result: Result) -> Result:
    """The tool says it in other words."""
    return replace(result, title=f"In short: {result.title}", message=f"Please mind: {result.message}")


def rescored(result: Result) -> Result:
    """The tool thinks differently of it."""
    worse = Severity.HIGH if result.severity is Severity.LOW else Severity.LOW
    return replace(result, severity=worse, native_severity="changed", cvss=None, confidence=None)


def bumped(result: Result) -> Result:
    """Packages are of another version, and so is the image."""
    component = result.component
    if component is None:
        return result
    return replace(result, component=replace(component, version=f"{component.version}.1", fixed_versions=("99",)))


def homes(outcome: Outcome) -> dict[tuple[str, str], str]:
    """The finding of each row."""
    return {(source.report, source.pointer): each.id for each in outcome.findings for source in each.sources}


@pytest.mark.parametrize("change", [inserted, deleted, moved, indented, reworded, rescored, bumped])
def test_the_same_flaws_keep_their_findings(change: Change) -> None:
    """Nothing is lost, nothing is new, and nothing changes places."""
    first = evaluate(real(), now=FIRST)
    second = evaluate(changed(real(), change), now=LATER, state=first.state)
    assert homes(second) == homes(first)
    assert second.totals.new == second.totals.absent == 0


@pytest.mark.parametrize("change", [inserted, deleted, moved, indented, reworded, rescored, bumped])
def test_the_same_flaws_are_folded_alike(change: Change) -> None:
    """Without any memory, the changed reports fold into findings of the same rows."""

    def parts(outcome: Outcome) -> set[frozenset[tuple[str, str]]]:
        return {frozenset((row.report, row.pointer) for row in each.sources) for each in outcome.findings}

    assert parts(evaluate(real(), now=FIRST)) == parts(evaluate(changed(real(), change), now=FIRST))


def test_order_and_repetition_change_nothing() -> None:
    """Rows in another order, some of them twice, and reports in another order."""
    random = Random(5)  # noqa: S311 - a fixed shuffle

    def shuffled(scan: Scan) -> Scan:
        rows = [*scan.results, *scan.results[::3]]
        random.shuffle(rows)
        return replace(scan, results=tuple(rows))

    first = evaluate(real(), now=FIRST)
    mixed = [replace(each, scans=tuple(map(shuffled, each.scans))) for each in real()]
    random.shuffle(mixed)
    assert homes(evaluate(mixed, now=LATER, state=first.state)) == homes(first)


def test_a_renamed_rule_keeps_its_findings() -> None:
    """A tool gives one of its rules a new name and says no more about it: same text, same places, same findings."""
    first = evaluate(real(), now=FIRST)
    rules = {row.rule_id for each in first.findings for row in each.sources if row.tool == "Semgrep"}
    for rule in sorted(rules):
        renamed = changed(
            real(),
            lambda row, old=rule: replace(row, rule_id=f"{old}-v2") if row.rule_id == old else row,  # type: ignore[misc]
        )
        assert homes(evaluate(renamed, now=LATER, state=first.state)) == homes(first), rule


def test_another_tool_carries_on() -> None:
    """Where one tool goes and another one sees the same flaw, the finding keeps its id and its clock."""
    whole = real()
    without = [each for each in whole if {scan.tool for scan in each.scans} != {"Bandit"}]
    alone = [each for each in whole if {scan.tool for scan in each.scans} == {"Bandit"}]
    first = evaluate(alone, now=FIRST)
    both = evaluate(whole, now=FIRST)
    shared = {
        (row.report, row.pointer)
        for each in both.findings
        if any(row.tool == "Bandit" for row in each.sources)
        for row in each.sources
    }
    second = evaluate(without, now=LATER, state=first.state)
    known = {each.id for each in first.findings}
    carried_on = [each for each in second.findings if any((row.report, row.pointer) in shared for row in each.sources)]
    assert carried_on
    assert all(each.id in known and each.first_seen == FIRST for each in carried_on)
