"""Laws of following findings through a file without any text."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aggregator.dedupe.tracking.row import Row, rank_rows
from aggregator.dedupe.tracking.shifts import follow
from aggregator.model.report import Report
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report
from tests.unit.dedupe.rows import lines_of, row

SPOTS = st.lists(st.tuples(st.integers(1, 60), st.sampled_from("rs"), st.sampled_from((1, 5))), max_size=16)


def rows_of(spots: list[tuple[int, str, int]]) -> list[Row]:
    """A file's rows, in order."""
    found = [row(line, rule, index=at, column=column) for at, (line, rule, column) in enumerate(sorted(spots))]
    rank_rows(found)
    return found


@given(SPOTS, SPOTS)
def test_findings_of_a_file_do_not_change_places(
    old: list[tuple[int, str, int]], new: list[tuple[int, str, int]]
) -> None:
    """What stood above another one does not stand below it, and nobody meets two."""
    pairs = lines_of(found := follow(rows_of(old), rows_of(new), ()))
    assert [now for _, now in pairs] == sorted(now for _, now in pairs)
    assert len({one.index for one, _ in found}) == len({two.index for _, two in found}) == len(found)


@given(SPOTS, SPOTS, st.integers())
def test_the_order_of_rows_tells_nothing(
    old: list[tuple[int, str, int]], new: list[tuple[int, str, int]], seed: int
) -> None:
    """Any order of the same rows gives the same pairs."""
    before, now = rows_of(old), rows_of(new)
    pairs = {(one.index, two.index) for one, two in follow(before, now, ())}
    random = Random(seed)  # noqa: S311 - no secret comes of it
    assert {
        (one.index, two.index)
        for one, two in follow(random.sample(before, len(before)), random.sample(now, len(now)), ())
    } == pairs


@given(SPOTS.filter(bool), st.integers(1, 99))
def test_lines_above_everything_move_everything(spots: list[tuple[int, str, int]], lines: int) -> None:
    """A file into which lines were put at the top is followed as a whole, however few findings it has."""
    moved = [(line + lines, rule, column) for line, rule, column in spots]
    assert len(follow(rows_of(spots), rows_of(moved), ())) == len(spots)


FLAWS = st.sets(st.tuples(st.integers(1, 20), st.sampled_from("rs")), min_size=1, max_size=8)


@given(FLAWS, FLAWS, st.booleans())
def test_the_same_report_again_brings_nothing_new(
    old: set[tuple[int, str]], new: set[tuple[int, str]], shows_text: bool
) -> None:
    """Whatever else is remembered of a file that no scan saw again, the second run on the same report knows all."""

    def said(spots: set[tuple[int, str]]) -> Report:
        return report(*(flaw(rule, line=line, snippet="run(a)" if shows_text else "") for line, rule in sorted(spots)))

    first = folded(said(old)).findings
    second = folded(said(new), previous=remember(first), now=LATER).findings
    memory = remember(second) + remember(each for each in first if each.id not in {one.id for one in second})
    third = folded(said(new), previous=memory, now=LATER + timedelta(days=1)).findings
    assert {each.id for each in third if each.sources} == {each.id for each in second if each.sources}
