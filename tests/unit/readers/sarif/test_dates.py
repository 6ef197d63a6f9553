"""Tests of :mod:`aggregator.readers.sarif.dates`: days on which results were first detected."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.readers.sarif.logs import place, read, result, run

DAY = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def provenance(moment: object) -> dict[str, Any]:
    """A result that says when it was first detected."""
    return result(provenance={"firstDetectionTimeUtc": moment})


def own(*results: Any) -> Any:
    """A run of ``merged.sarif``."""
    return run(*results, automationDetails={"id": "onefold/shop/Semgrep/src/4711"})


def ours(finding: object, moment: object) -> dict[str, Any]:
    """A result of ``merged.sarif``."""
    return result(fingerprints={"onefold/v1": finding}, provenance={"firstDetectionTimeUtc": moment})


@pytest.mark.parametrize(
    "moment",
    ["2026-03-01T09:30:00Z", "2026-03-01T09:30:00.250Z", "2026-03-01T09:30:00", "2026-03-01T10:30:00+01:00"],
)
def test_a_first_detection_is_read(moment: str) -> None:
    """In UTC, to the second, whether the zone is said or not (3.9)."""
    assert read(run(result(), provenance(moment))).detected == {"/runs/0/results/1": DAY}


@pytest.mark.parametrize(
    "moment",
    [
        None,
        7,
        {},
        "",
        "yesterday",
        "1999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:00",
        "2026-13-01T00:00:00Z",
        "2" * 99,
    ],
)
def test_what_no_clock_could_say_is_ignored(moment: object) -> None:
    """A hostile or odd day counts for nothing and costs nothing else."""
    report = read(run(provenance(moment)))
    assert (report.detected, len(report.scans[0].results), report.diagnostics) == ({}, 1, ())


def test_each_place_has_the_day_of_its_result() -> None:
    """A tool that lists places as locations of one result means each of them by the day."""
    entry = result(
        locations=[place("a.py"), place("b.py")], provenance={"firstDetectionTimeUtc": "2026-03-01T09:30:00Z"}
    )
    report = read(run(entry, tool="njsscan"))
    assert report.detected == {f"/runs/0/results/0/locations/{number}": DAY for number in (0, 1)}


def test_of_our_own_output_only_the_days_are_read() -> None:
    """No result counts twice: there is no scan, only the earliest day of each finding and a note."""
    report = read(
        own(ours("F-1", "2026-03-02T00:00:00Z"), ours("F-1", "2026-03-01T09:30:00Z"), result()),
        own(ours("F-2", "2026-03-01T09:30:00Z"), ours("", "2026-03-01T09:30:00Z"), ours("F-3", "never"), ours(7, "x")),
    )
    assert (report.scans, report.detected) == ((), {"F-1": DAY, "F-2": DAY})
    assert [said.code for said in report.diagnostics] == ["own-output"]
