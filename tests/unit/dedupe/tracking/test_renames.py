"""Tests of :mod:`aggregator.dedupe.tracking.renames`, through all stages."""

from __future__ import annotations

from aggregator.model.result import Result
from tests.unit.dedupe.flaws import flaw
from tests.unit.dedupe.tracking.test_file_texts import carried


def found_in(path: str, *snippets: str, line: int = 5) -> list[Result]:
    """A file's findings, each with its text."""
    return [flaw(path=path, line=line + 7 * row, snippet=snippet) for row, snippet in enumerate(snippets)]


def test_texts_tell_a_file() -> None:
    """A file whose texts only one arrived file shows is that file now, with its repeated texts."""
    before = [*found_in("a.py", "own()", "common()", "common()"), *found_in("b.py", "common()", line=6)]
    after = [*found_in("x.py", "own()", "common()", "common()", line=9), *found_in("b.py", "common()", line=6)]
    found = carried(before, after)
    assert {place: then[0] for place, then in found.items() if place[0] == "x.py"} == {
        ("x.py", 9): "a.py",
        ("x.py", 16): "a.py",
        ("x.py", 23): "a.py",
    }


def test_a_file_that_was_split_is_renamed_to_neither() -> None:
    """Where two files show as much of a vanished one, it has no new name; its texts are followed one by one."""
    after = [*found_in("x.py", "one()", "common()"), *found_in("y.py", "two()", "common()")]
    found = carried(found_in("a.py", "one()", "two()", "common()"), after)
    assert (found["x.py", 5], found["y.py", 5]) == (("a.py", 5), ("a.py", 12))


def test_files_follow_their_folder() -> None:
    """A file whose findings say nothing clear goes where the others of its folder went."""
    before = [*found_in("src/a.py", "own()"), *found_in("src/b.py", "common()"), *found_in("src/c.py", "common()")]
    after = [*found_in("lib/a.py", "own()"), *found_in("lib/b.py", "common()"), *found_in("lib/c.py", "common()")]
    found = carried(before, after)
    assert found == {(f"lib/{name}.py", 5): (f"src/{name}.py", 5) for name in "abc"}


def test_two_folders_that_might_be_it() -> None:
    """A file that could have followed to two folders, or two files to one, follow nobody."""
    before = [
        *(each for name in ("one", "two") for each in found_in(f"src/{name}.py", f"{name}()")),
        *found_in("src/c.py", "common()"),
        *found_in("src/d.py", "common()"),
    ]
    after = [
        *found_in("lib/one.py", "one()"),
        *found_in("own/two.py", "two()"),
        *found_in("lib/c.py", "common()"),
        *found_in("own/c.py", "common()"),
    ]
    found = carried(before, after)
    assert found == {("lib/one.py", 5): ("src/one.py", 5), ("own/two.py", 5): ("src/two.py", 5)}


def test_distances_tell_a_file() -> None:
    """Without any text, findings at the same distances tell a file that was edited as well as renamed."""
    before = [flaw(path="a.py", line=line) for line in (5, 9, 30, 37, 61)]
    after = [flaw(path="b.py", line=line) for line in (6, 10, 33, 40)]
    found = carried(before, after)
    assert found == {
        ("b.py", 6): ("a.py", 5),
        ("b.py", 10): ("a.py", 9),
        ("b.py", 33): ("a.py", 30),
        ("b.py", 40): ("a.py", 37),
    }


def test_most_votes_win() -> None:
    """Of two arrived files the one that shows more of the vanished one is its new name."""
    before = found_in("a.py", "one()", "two()", "three()", "common()", "common()")
    after = [*found_in("x.py", "one()", "two()", "common()", "common()"), *found_in("y.py", "three()")]
    found = carried(before, after)
    assert (found["x.py", 5], found["y.py", 5]) == (("a.py", 5), ("a.py", 19))
    assert {old for old, _ in found.values()} == {"a.py"}
