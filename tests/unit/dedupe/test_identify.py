"""Tests of :mod:`aggregator.dedupe.identify`: what is written down about recognising a source."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.model.finding import Carried
from aggregator.model.result import Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, misconfigured, remember, report

OLD = flaw(native_id="n1", cwes=(89,))


def carried(old: Result, new: Result) -> Carried:
    """How the only source was recognised."""
    first = folded(report(old))
    (finding,) = folded(report(new), previous=remember(first.findings), now=LATER).findings
    (record,) = finding.carried
    return record


def test_what_stayed_says_no_more_than_how() -> None:
    """A source in its old place under its old rule has nothing to tell."""
    assert carried(OLD, OLD).inputs == ()
    assert carried(misconfigured(), misconfigured()).inputs == ()


def test_what_moved_says_where_it_was() -> None:
    """The place it had, with the line where there was one."""
    assert carried(OLD, flaw(line=12, native_id="n1", cwes=(89,))).inputs == ("then at app.py:10",)
    nowhere = replace(OLD, location=replace(OLD.location, start_line=None, end_line=None)) if OLD.location else OLD
    assert carried(nowhere, OLD).inputs == ("then at app.py",)


def test_a_renamed_rule_says_what_it_was() -> None:
    """The name that the rule had."""
    old, new = flaw("old-name", snippet="run(x)"), flaw("new-name", snippet="run(x)", aliases=("old-name",))
    assert carried(old, new).inputs == ("then rule old-name",)
