"""Tests of :mod:`aggregator.dedupe.tracking.file_history` and of ``testimony`` beside it, through all stages."""

from __future__ import annotations

import pytest

from aggregator.model.finding import Finding
from aggregator.model.passage import Passage, Run
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report
from tests.unit.dedupe.tracking.test_file_texts import carried

Span = tuple[int, int]
Spans = tuple[Span, ...]


def test_history_says_where_a_line_is_now() -> None:
    """A line that did not change is followed to where it stands, in a file of another name too."""
    history = {"a.py": Passage("b.py", (Run(1, 4, 20),))}
    found = carried(
        [flaw(path="a.py", line=7), flaw(path="a.py", line=9)], [flaw(path="b.py", line=12)], history=history
    )
    assert found == {("b.py", 12): ("a.py", 9)}


def test_history_forbids_a_pair() -> None:
    """What went is not what came: the one line changed, and the other stood there before."""
    history = {"a.py": Passage("a.py", (Run(1, 1, 4), Run(6, 6, 20)))}
    before, after = [flaw(path="a.py", line=5)], [flaw(path="a.py", line=8)]
    assert carried(before, after) == {("a.py", 8): ("a.py", 5)}
    assert carried(before, after, history=history) == {}
    assert carried([flaw(path="a.py", line=8)], [flaw(path="a.py", line=5)], history=history) == {}
    assert carried([flaw(path="a.py", line=5)], [flaw(path="a.py", line=5)], history=history) == {
        ("a.py", 5): ("a.py", 5)
    }


def test_a_file_that_is_gone_forbids_nothing_elsewhere() -> None:
    """A file that history says is gone leaves its findings to be found by their texts."""
    history = {"a.py": Passage("", ()), "c.py": Passage("c.py", (Run(5, 5, 9),))}
    before = [flaw(path="a.py", line=5, snippet="run(secretly)")]
    after = [flaw(path="c.py", line=3, snippet="run(secretly)"), flaw("s", line=None, path="d.py")]
    assert carried([*before, flaw("s", line=None, path="d.py")], after, history=history)["c.py", 3] == ("a.py", 5)


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        (((1, 5),), ((1, 5), (7, 11)), {(1, 5): (1, 5), (7, 11): None}),
        (((1, 5), (7, 11)), ((7, 11),), {(7, 11): (7, 11)}),
        (((1, 20), (7, 11)), ((3, 9), (7, 11)), {(3, 9): (1, 20), (7, 11): (7, 11)}),
    ],
)
def test_columns_tell_who_is_who_on_one_line(then: Spans, now: Spans, same: dict[Span, Span | None]) -> None:
    """The line did not change, so its columns are those of before; what is left goes by its turn, if it is as much."""
    history = {"app.py": Passage("app.py", (Run(1, 2, 9),))}
    before = folded(report(*(flaw(line=5, columns=each) for each in then))).findings
    was = {each.id: _span(each) for each in before}
    after = folded(
        report(*(flaw(line=6, columns=each) for each in now)), previous=remember(before), history=history, now=LATER
    ).findings
    assert {_span(each): was.get(each.id) for each in after} == same
    assert {way.key for each in after for way in each.carried} == {"history"}


def _span(finding: Finding) -> Span:
    where = finding.location
    assert where is not None
    return where.start_column or 0, where.end_column or 0
