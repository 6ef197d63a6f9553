import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.passage import Passage, Run
from aggregator.passages import lines as module
from aggregator.passages.lines import split_lines, unchanged_lines, whole
from tests.effort import effort

# Few different lines, so that they repeat; and now and then one of many, so that some are unique.
TEXT_LINES = st.lists(st.sampled_from(["", "}", "  }", "\t}", "return", "eval(x)", *(f"name{i}" for i in range(20))]))


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def moves(old: list[str], new: list[str]) -> dict[int, int]:
    """Give every old line that stayed its new place, both 1-based."""
    runs = unchanged_lines(text(old), text(new))
    return {run.old + k: run.new + k for run in runs for k in range(run.length)}


@given(TEXT_LINES, TEXT_LINES)
def test_runs_are_sound(old: list[str], new: list[str]) -> None:
    """Runs ascend on both sides, overlap nowhere, touch nowhere, stay inside, and hold equal lines."""
    end, end_new = 1, 1
    for number, run in enumerate(unchanged_lines(text(old), text(new))):
        assert run.length > 0
        assert run.old >= end
        assert run.new >= end_new
        assert not number or (run.old, run.new) != (end, end_new)
        end, end_new = run.old + run.length, run.new + run.length
        for k in range(run.length):
            assert old[run.old + k - 1].strip() == new[run.new + k - 1].strip()
    assert end <= len(old) + 1
    assert end_new <= len(new) + 1


@given(TEXT_LINES)
def test_same_text_is_one_run(lines: list[str]) -> None:
    """A text that did not change is one run, the whole of it."""
    assert unchanged_lines(text(lines), text(lines)) == whole(text(lines))


@given(TEXT_LINES, st.lists(st.sampled_from(["new 1", "new 2"]), min_size=1), st.data())
def test_insertion_moves_everything_else(lines: list[str], added: list[str], data: st.DataObject) -> None:
    """Where lines were inserted all others stayed, those below by as many lines further down; and back again."""
    place = data.draw(st.integers(0, len(lines)))
    longer = lines[:place] + added + lines[place:]
    expected = {i + 1: i + 1 + (len(added) if i >= place else 0) for i in range(len(lines))}
    assert moves(lines, longer) == expected
    assert moves(longer, lines) == {new: old for old, new in expected.items()}


@given(st.permutations([f"line {i}" for i in range(8)]))
def test_order_is_kept(lines: list[str]) -> None:
    """Of lines that changed places, as many as stand in one order count as unchanged."""
    before = sorted(lines)
    assert 1 <= len(moves(before, lines)) <= 8


def test_several_edits_are_told_apart() -> None:
    """Lines that were inserted, removed, changed and indented at several places leave the others where they are."""
    old = ["import os", "", "def f(x):", "    y = 1", "    eval(x)", "    return y", "", "def g(x):", "    eval(x)"]
    new = ["import os", "import re", "", "def f(x):", "        eval(x)", "    return 2", "", "def g(x):", "    eval(x)"]
    assert moves(old, new) == {1: 1, 2: 3, 3: 4, 5: 5, 7: 7, 8: 8, 9: 9}


def test_doubt_is_no_evidence() -> None:
    """Where one of two equal lines went, among others that changed, nobody says which."""
    assert moves(["top", "x", "1", "x", "end"], ["top", "2", "x", "3", "end"]) == {1: 1, 5: 5}


def test_order_decides_where_there_is_no_doubt() -> None:
    """Repeated lines that all stayed are paired in their order."""
    assert moves(["x", "1", "x", "2"], ["3", "x", "4", "x"]) == {1: 2, 3: 4}


def test_lines_end_as_scanners_count_them() -> None:
    """Line feeds end a line, with a carriage return or without; a form feed or a Unicode separator does not."""
    assert split_lines("a\r\nb\x0cc\nd\u2028e") == ["a", "b\x0cc", "d\u2028e"]
    assert unchanged_lines("a\r\nb\r\n", "a\nb") == (Run(1, 1, 2),)


@pytest.mark.parametrize(("given_text", "count"), [("", 0), ("a", 1), ("a\n", 1), ("a\n\n", 2), ("\n", 1), ("a\nb", 2)])
def test_whole_counts_lines(given_text: str, count: int) -> None:
    """The run of a whole text is as long as the text has lines."""
    assert sum(run.length for run in whole(given_text)) == count == len(split_lines(given_text))


def test_large_gap_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gap that is too large to be compared is left out; what is around it is found."""
    old, new = ["a", "x", "1", "x", "2", "end"], ["a", "3", "x", "4", "x", "end"]
    assert moves(old, new) == {1: 1, 2: 3, 4: 5, 6: 6}
    monkeypatch.setattr(module, "_MOST_IN_GAP", 8)
    assert moves(old, new) == {1: 1, 6: 6}


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When too much was looked at the rest is left out; nothing that was found is lost."""
    old, new = ["a", "1", "b", "2", "c"], ["a", "3", "b", "4", "c"]
    assert moves(old, new) == {1: 1, 3: 3, 5: 5}
    monkeypatch.setattr(module, "_READS_A_LINE", 1)
    assert moves(old, new) == {1: 1, 3: 3, 5: 5}
    monkeypatch.setattr(module, "_READS_A_LINE", 0)
    assert moves(old, new) == {}


@pytest.mark.parametrize("kinds", [3, 60, 100_000])
def test_large_files_are_read_in_some_passes(kinds: int) -> None:
    """A hundred thousand lines, repeated ones too, with a thousand edits are not each searched for in all others."""
    chance = random.Random(kinds)  # noqa: S311 - no secret is made of it
    old = [f"line {chance.randrange(kinds)}" for _ in range(100_000)]
    new = list(old)
    for _ in range(1000):
        new.insert(chance.randrange(len(new)), f"line {chance.randrange(kinds)}")
    one_pass = effort(lambda: Counter((*old, *new)))
    assert effort(lambda: unchanged_lines(text(old), text(new))) < 100 * one_pass
    passage = Passage("", unchanged_lines(text(old), text(new)))
    assert all(passage.line_now(line) is None or new[passage.line_now(line) - 1] == old[line - 1] for line in (1, 500))  # type: ignore[operator]
