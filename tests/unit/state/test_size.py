"""How much a state of real findings takes."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

from aggregator.model.outcome import Context
from aggregator.model.report import ReadFailure, Report
from aggregator.model.state import RunRef, State
from aggregator.pipeline import evaluate
from aggregator.readers.registry import read_report
from aggregator.state import encode
from aggregator.state.verify import MOST_BYTES_A_FINDING, mistakes
from aggregator.stores.packed import pack
from tests.builders import LINE, NOW

ROOT = Path(__file__).parents[3]
ENOUGH = 500
MOST_ZIPPED = 100 << 10


def real_reports() -> list[Report | ReadFailure]:
    """Every report of the examples and the samples, each once."""
    folders = (ROOT / "examples/reports", ROOT / "tests/samples")
    files = sorted(
        file
        for folder in folders
        for file in folder.rglob("*")
        if file.suffix in {".json", ".sarif", ".xml", ".csv"} and not file.name.endswith(".expected.json")
    )
    return [read_report(file.read_bytes(), str(file.relative_to(ROOT))) for file in files]


@cache
def real_state() -> State:
    """The state after two runs over them, a day apart."""
    reports = real_reports()
    first = evaluate(reports, now=NOW, context=Context(line=LINE, run=RunRef("1"))).state
    later = NOW + timedelta(days=1)
    return evaluate(reports, now=later, context=Context(line=LINE, run=RunRef("2")), state=first).state


def test_a_real_finding_takes_at_most_a_kilobyte_and_a_half() -> None:
    """Findings of all tools we have real reports of keep the limit, and the state is sound."""
    state = real_state()
    data = encode(state)
    assert len(state.findings) >= 100
    assert len(data) / len(state.findings) <= MOST_BYTES_A_FINDING
    assert mistakes(data, "state") == ()


def test_five_hundred_real_findings_take_at_most_100_kilobytes_zipped() -> None:
    """What the zip file takes for each finding, no text of which is repeated, keeps the limit for 500 of them."""
    state = real_state()
    size = len(pack(encode(state)))
    assert size * ENOUGH / len(state.findings) <= MOST_ZIPPED
