from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.passages.common import sure_pairs

ELEMENTS = st.lists(st.integers(0, 3), max_size=30)


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        ([], [], []),
        ([1], [], []),
        ([1], [2], []),
        ([1, 2, 3], [1, 2, 3], [(0, 0), (1, 1), (2, 2)]),
        ([1, 2, 3], [2, 3, 4], [(1, 0), (2, 1)]),
        ([1, 2], [2, 1], []),
        ([1, 1], [1], []),
        ([1, 2, 1, 3], [4, 1, 5, 1], [(0, 1), (2, 3)]),
    ],
)
def test_pairs_beyond_doubt(old: list[int], new: list[int], pairs: list[tuple[int, int]]) -> None:
    """What is equal in order is paired; what could be paired otherwise as well is not."""
    assert sure_pairs(old, new) == pairs


@given(ELEMENTS, ELEMENTS)
def test_pairs_are_sound(old: list[int], new: list[int]) -> None:
    """Pairs are equal and ascend on both sides, whichever side is called old."""
    pairs = sure_pairs(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    assert len(sure_pairs(new, old)) <= len(old)


@given(st.lists(st.integers(), unique=True), st.data())
def test_nothing_sure_is_missed(elements: list[int], data: st.DataObject) -> None:
    """Of elements that do not repeat, all that stayed are paired."""
    kept = [element for element in elements if data.draw(st.booleans())]
    assert sure_pairs(elements, kept) == [(elements.index(each), place) for place, each in enumerate(kept)]
