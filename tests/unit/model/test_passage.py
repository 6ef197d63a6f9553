"""What became of a file, and where its lines stand now."""

import pytest

from aggregator.model.passage import NOT_KNOWN, Passage, Run

MOVED = Passage("b.py", (Run(1, 1, 2), Run(3, 5, 1), Run(6, 6, 3)))


@pytest.mark.parametrize(
    ("line", "now"),
    [(0, None), (1, 1), (2, 2), (3, 5), (4, None), (5, None), (6, 6), (8, 8), (9, None), (10**9, None)],
)
def test_a_line_is_followed_through_its_run(line: int, now: int | None) -> None:
    """A line inside a run stands where the run says; every other line has no place that is known."""
    assert MOVED.line_now(line) == now


def test_a_file_that_is_gone_has_no_lines() -> None:
    """Of a file that is gone no line is anywhere."""
    assert Passage("", ()).line_now(1) is None


def test_nothing_is_known_at_first() -> None:
    """Without a history nobody knows what became of any file."""
    assert "a.py" not in NOT_KNOWN
