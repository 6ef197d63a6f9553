"""Tests of :mod:`aggregator.dedupe.tracking.unchanged`: what was seen the last time, beside what was not."""

from __future__ import annotations

from datetime import timedelta

from aggregator.model.result import Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, misconfigured, remember, report


def new_ones(*runs: list[Result]) -> list[int]:
    """How many findings each run brought; what it does not show stays remembered, as it was seen."""
    known = remember(folded(report(misconfigured())).findings)
    brought = []
    for number, results in enumerate(runs):
        found = folded(report(*results), previous=known, now=LATER + timedelta(days=number)).findings
        ids = {each.id for each in found if each.sources}
        brought.append(len(ids - {each.id for each in known}))
        known = remember(each for each in found if each.sources) + tuple(each for each in known if each.id not in ids)
    return brought


def test_the_same_report_brings_nothing_new_twice() -> None:
    """Of remembered findings that might be the one of now, it is that which stood there the last time."""
    changed = [flaw("other", line=9), flaw(line=15)]
    brought = new_ones([flaw(line=9), flaw(line=15)], changed, changed, changed)
    assert brought[0] == 2
    assert brought[2:] == [0, 0]


def test_what_stood_elsewhere_gets_what_is_left() -> None:
    """Where more is reported than stood there the last time, nothing is taken at once."""
    changed = [flaw("other", line=9), flaw(line=15)]
    assert new_ones([flaw(line=9), flaw(line=15)], changed, [*changed, flaw(line=18)])[2] <= 1
