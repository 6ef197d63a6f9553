"""Lines that a rule flags several times: each finding keeps its identity when another one comes or goes beside it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report

LINE = "total = outer(inner(query), inner(other))"
INNER, LAST, OUTER = (15, 27), (29, 41), (9, 42)
CHECKOUT = {"app.py": "start = 1\n" * 9 + f"{LINE}\n" + "end = 2\n" * 60}


def flaws(columns: tuple[tuple[int, int], ...], snippet: str, down: int = 0) -> list[Result]:
    """One flaw of the line for each pair of columns."""
    return [flaw(columns=each, snippet=snippet, line=10 + down) for each in columns]


def followed(old: list[Result], new: list[Result], sources: dict[str, str]) -> dict[object, object]:
    """What each finding of now was: its columns by those of today; ``None`` for a new one."""
    before = folded(report(*old), sources=sources).findings
    was = {each.id: _columns(each.sources[0]) for each in before}
    after = folded(report(*new), sources=sources, previous=remember(before), now=LATER).findings
    return {_columns(each.sources[0]): was.get(each.id) for each in after}


def _columns(row: Result) -> object:
    where = row.location
    return where and (where.start_column, where.end_column, where.end_line and where.end_line - (where.start_line or 0))


@pytest.mark.parametrize("sources", [{}, CHECKOUT], ids=["alone", "checkout"])
@pytest.mark.parametrize("snippet", ["", LINE], ids=["told", "shown"])
@pytest.mark.parametrize(
    ("then", "now"),
    [
        ((INNER,), (OUTER, INNER)),
        ((OUTER, INNER), (INNER,)),
        ((OUTER, INNER), (OUTER,)),
        ((INNER, LAST), (LAST,)),
        ((LAST,), (INNER, LAST)),
    ],
)
def test_who_stays_is_told_by_columns(
    then: tuple[tuple[int, int], ...], now: tuple[tuple[int, int], ...], snippet: str, sources: dict[str, str]
) -> None:
    """With or without text: what is flagged in the columns of then is what was flagged there."""
    expected = {(*each, 0): ((*each, 0) if each in then else None) for each in now}
    assert followed(flaws(then, snippet), flaws(now, snippet), sources) == expected


def test_what_is_left_of_a_line_may_have_other_columns() -> None:
    """A rule that learnt to flag the inner call alone means what it meant."""
    assert followed(flaws((OUTER, LAST), LINE), flaws((INNER, LAST), LINE), CHECKOUT) == {
        (*INNER, 0): (*OUTER, 0),
        (*LAST, 0): (*LAST, 0),
    }


@pytest.mark.parametrize("snippet", ["", LINE], ids=["told", "shown"])
def test_it_may_move_at_once(snippet: str) -> None:
    """Lines that were inserted above change nothing about that."""
    found = followed(flaws((OUTER, INNER), snippet), flaws((INNER,), snippet, down=3), {})
    assert found == {(*INNER, 0): (*INNER, 0)}


def test_how_far_down_a_region_reaches_tells_as_well() -> None:
    """A tool without columns may flag a line, and a statement that begins on it."""
    line, statement = flaw(snippet=LINE), flaw(snippet=LINE, end=12)
    assert followed([statement], [line, statement], {}) == {(None, None, 0): None, (None, None, 2): (None, None, 2)}


def test_what_shows_no_text_stands_in_nobodys_way() -> None:
    """A report that shows the text of some findings only."""
    mixed = [*flaws((OUTER,), ""), *flaws((INNER,), LINE)]
    assert followed(mixed, flaws((INNER,), LINE), {}) == {(*INNER, 0): (*INNER, 0)}


def test_what_no_column_tells_goes_by_its_turn() -> None:
    """Two findings in the same columns of two equal lines are told apart as before: by the order in the file."""
    twice = [*flaws((INNER, LAST), LINE), *flaws((INNER, LAST), LINE, down=5)]
    assert set(followed(twice, twice, {}).values()) == {(*INNER, 0), (*LAST, 0)}


def test_an_edited_line_goes_by_turns_as_well() -> None:
    """No column stays where the line became another one: the first of then is the first of now."""
    old = flaws((INNER, LAST), LINE)
    new = [replace(each, snippet="total = 2 * outer(inner(query), inner(other))") for each in flaws(((19, 31),), LINE)]
    beside = flaw("other-rule", line=11, snippet="end = 2", kind=Kind.SAST)
    found = followed([*old, beside], [*new, beside], {})
    assert found[(19, 31, 0)] in {None, (*INNER, 0)}
