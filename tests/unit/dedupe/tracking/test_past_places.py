"""Tests of :mod:`aggregator.dedupe.tracking.past_places`, through all stages."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.model.passage import Passage, Run
from aggregator.model.result import UNTOLD, Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report
from tests.unit.dedupe.tracking.test_file_texts import carried

MOVED = {"a.env": Passage("a.env", (Run(1, 3, 90),)), "b.env": Passage("c.env", (Run(1, 1, 90),))}
"""Two lines came on top of the one file, and the other was renamed."""


def leak(
    line: int, commit: str = "", path: str = "a.env", rule: str = "key", columns: tuple[int, int] = (5, 9)
) -> Result:
    """A secret, in a commit or in the files as they are."""
    return replace(flaw(rule, path, line, columns=columns, tool="Gitleaks", kind=Kind.SECRET), commit=commit)


def lines(before: list[Result], after: list[Result]) -> dict[int, int]:
    """Which line of now was recognised as which line of then, in one file."""
    return {now: then for (_, now), (_, then) in carried(before, after, history=MOVED).items()}


def test_a_place_in_a_commit_stays_where_it_is() -> None:
    """What git says of the lines of the checkout, and of names of files, says nothing about it."""
    before = [leak(3, "c1"), leak(5, "c1"), leak(9, "c2", "b.env")]
    assert lines(before, before) == {3: 3, 5: 5, 9: 9}
    assert lines(before, [leak(1, "c3"), *before]) == {3: 3, 5: 5, 9: 9}


def test_another_commit_of_a_known_history_is_another_problem() -> None:
    """Also on the very line of one that is not reported any more."""
    assert lines([leak(3, "c1"), leak(5, "c1")], [leak(3, "c1"), leak(5, "c2")]) == {3: 3}


def test_a_rewritten_history_is_known_by_its_places() -> None:
    """Where no commit is known, what is left in a file is the same if it is all on the same places."""
    before = [leak(3, "c1"), leak(5, "c2")]
    assert lines(before, [leak(3, "d1"), leak(5, "d2")]) == {3: 3, 5: 5}
    assert lines(before, [leak(3, "d1"), leak(5, "d2"), leak(7, "d3")]) == {3: 3, 5: 5}
    assert lines(before, [leak(5, "d2")]) == {5: 5}


@pytest.mark.parametrize(
    "after",
    [
        [leak(5, "d1"), leak(7, "d2")],
        [leak(3, "d1", columns=(6, 9)), leak(5, "d2", columns=(6, 9))],
        [leak(3, "d1", rule="other")],
        [leak(3, "d1"), replace(leak(3, "d2"), secret="another value")],
    ],
)
def test_places_that_do_not_fit_tell_nothing(after: list[Result]) -> None:
    """Where the lines, the columns or the rules are others, or two stand in one place, something else has come."""
    assert lines([leak(3, "c1"), leak(5, "c2")], after) == {}


def test_scans_of_files_and_of_the_history_meet_on_equal_places() -> None:
    """Whoever goes over from the one to the other, or whose memory names no commits yet, keeps what did not move."""
    files, commits = [leak(3), leak(5)], [leak(3, "c1"), leak(5, "c2")]
    assert lines(files, commits) == lines(commits, files) == {3: 3, 5: 5}
    assert lines([leak(3), leak(5, "c2")], [leak(3, "c1"), leak(5, "c2")]) == {3: 3, 5: 5}


def test_what_was_closed_in_a_commit_comes_back() -> None:
    """In the same commit, and in one that has another name."""
    first = folded(report(leak(3, "c1"))).findings
    closed = [replace(each, closed_at=LATER) for each in remember(first)]
    for commit in ("c1", "d1"):
        (back,) = folded(report(leak(3, commit)), previous=closed, now=LATER, history=MOVED).findings
        assert back.id == first[0].id


def test_places_of_the_past_mislead_nobody_else() -> None:
    """A commit's line is no anchor for what moved in the file, and its file is not one that vanished."""
    code = [flaw(path="a.env", line=line, tool="Gitleaks") for line in (10, 20)]
    found = carried([leak(3, "c1"), *code], [leak(3, "c1"), *(replace(each, location=_down(each)) for each in code)])
    assert found == {("a.env", 3): ("a.env", 3), ("a.env", 12): ("a.env", 10), ("a.env", 22): ("a.env", 20)}
    assert carried([leak(3, "c1", "old.env")], [leak(3, "c2", "new.env")]) == {}


def _down(result: Result) -> object:
    where = result.location
    assert where is not None
    return replace(where, start_line=(where.start_line or 0) + 2, end_line=(where.end_line or 0) + 2)


def test_who_names_no_commit_says_it_again() -> None:
    """All that is said of a file is said again: then it is the same, whatever git says of these lines."""
    before = [leak(3, UNTOLD), leak(5, UNTOLD)]
    assert lines(before, before) == {3: 3, 5: 5}
    assert lines([leak(3), leak(5)], before) == {3: 3, 5: 5}
    assert lines(before, [leak(5, UNTOLD), leak(7, UNTOLD)]) == {5: 3, 7: 5}
    assert lines(before, [leak(3, UNTOLD), leak(5, UNTOLD, rule="other")]) == {}
