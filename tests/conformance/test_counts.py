"""Nothing of a report is lost: every entry is read, counted as passed, or refused with a word."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model.report import Report
from aggregator.readers.registry import read_report
from tests.canaries import spots
from tests.conformance.test_readers import SAMPLES, every_sample

WRONG: tuple[Any, ...] = (None, True, 0, -1, 1e308, 2**70, "", "x", [], {}, [[]], [None], {"a": 1}, [{}], "\x00")
COUNTED = [path for path in SAMPLES if path.parent.name in ("bandit", "gitleaks", "semgrep")]


def entries_of(document: Any) -> int:
    """How many entries a report of Bandit, Gitleaks or Semgrep has."""
    return len(document if isinstance(document, list) else document["results"])


def counted(report: Report) -> int:
    """How many a reader accounts for."""
    return sum(len(scan.results) + scan.refused + scan.passed + scan.manual for scan in report.scans)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(path=st.sampled_from(COUNTED), at=st.integers(0, 10_000), wrong=st.sampled_from(WRONG))
def test_a_wrong_type_anywhere_loses_no_entry(path: Path, at: int, wrong: Any) -> None:
    """An entry of which one value has the wrong type is a result all the same, or refused; the others are results."""
    document = json.loads(path.read_bytes() or b"[]") or []
    places = [spot for spot in spots(document) if spot[-1] is not ... and spot != ("results",)]
    if not places:
        return
    *path_to, last = places[at % len(places)]
    inner = document
    for step in path_to:
        inner = inner[step]
    inner[last] = wrong
    read = read_report(json.dumps(document).encode(), "r.json", pinned=path.parent.name)
    if isinstance(read, Report):
        assert counted(read) == entries_of(document)


@every_sample
def test_a_cut_at_every_percent_is_a_report_or_a_reason(sample: Path) -> None:
    """Wherever a file breaks off, reading it ends, and tells no more entries than there are."""
    data = sample.read_bytes()
    whole = read_report(data, "r", pinned=sample.parent.name)
    most = counted(whole) if isinstance(whole, Report) else 0
    for percent in range(100):
        read = read_report(data[: len(data) * percent // 100], "r", pinned=sample.parent.name)
        assert not isinstance(read, Report) or counted(read) <= most + 1


@pytest.mark.parametrize("piece", [b"{x\n", b'{"a\n', b"[1,\n", b"{", b"[", b'"', b"<a>", b'{"a":\n', b"log\n{ x\n"])
def test_a_megabyte_of_rubbish_is_read_in_no_time(piece: bytes) -> None:
    """No text makes reading quadratic; a hang here would show as the suite's own."""
    read = read_report(piece * (1_000_000 // len(piece)), "r.json", swept=True)
    assert not isinstance(read, Report)
