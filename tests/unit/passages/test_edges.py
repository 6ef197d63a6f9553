import pytest

from aggregator.passages.edges import settled
from aggregator.passages.lines import unchanged_lines


def moves(old: list[str], new: list[str]) -> dict[int, int]:
    """Give every old line that stayed its new place, both 1-based."""
    runs = unchanged_lines("\n".join(old), "\n".join(new))
    return {run.old + k: run.new + k for run in runs for k in range(run.length)}


def function(name: str) -> list[str]:
    return [f"def {name}():", "    x()", "    eval()", "    y()", ""]


def shifted(first: int, last: int, by: int) -> dict[int, int]:
    return {line: line + by for line in range(first, last + 1)}


def test_block_behind_another_begins_with_its_own_line() -> None:
    """Of two blocks that end alike the one that was put behind the other one is new as a whole."""
    assert moves(function("f"), function("f") + function("g")) == shifted(1, 4, 0)
    assert moves(["# f", *function("g")], function("g") + function("h")) == shifted(2, 5, -1)


def test_block_before_another_begins_with_its_own_line() -> None:
    """A block that was put in front of one that is like it is new as a whole; one that was removed went as a whole."""
    old, new = function("f") + function("g"), function("f") + function("h") + function("g")
    assert moves(old, new) == shifted(1, 5, 0) | shifted(6, 9, 5)
    assert moves(new, old) == shifted(1, 5, 0) | shifted(11, 14, -5)


def test_edge_is_put_below_a_blank_line() -> None:
    """Where indentation tells nothing a blank line does."""
    old = ["a", "x", "x", "", "end"]
    new = ["a", "x", "x", "", "b", "x", "x", "", "end"]
    assert moves(old, new) == shifted(1, 4, 0) | {5: 9}


def test_edge_in_flat_text_is_left_out() -> None:
    """Where nothing tells where a block begins the lines it may begin or end with are in doubt."""
    assert moves(["a", "x", "y", "b"], ["a", "x", "y", "1", "x", "y", "b"]) == {1: 1, 4: 7}
    assert moves(["a", "x", "y", "1", "x", "y", "b"], ["a", "x", "y", "b"]) == {1: 1, 7: 4}


def test_exchanged_lines_leave_their_like_in_doubt() -> None:
    """Next to lines that were exchanged for others, what stands among those too may have come or gone with them."""
    old = ["a", "# three", "x", "y", "end"]
    new = ["a", "# 3", "x", "y", "# four", "x", "y", "end"]
    assert moves(old, new) == {1: 1, 5: 8}
    assert moves(["x", "1", "x"], ["x", "2", "3", "x"]) == {1: 1, 3: 4}


@pytest.mark.parametrize("blocks", [[], [(0, 0, 2)]])
def test_nothing_is_settled_without_an_edge(blocks: list[tuple[int, int, int]]) -> None:
    """What is whole, or has nothing in common, stays as it is."""
    lines = ["a", "b"][: 2 if blocks else 0]
    assert settled(blocks, lines, lines) == blocks
