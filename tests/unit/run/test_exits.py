from itertools import permutations

from aggregator.run.exits import WORST_FIRST, Exit, worst


def test_precedence() -> None:
    """When several codes hold, 70 wins over 2, over 1, over 3, over 4, in any order; none is 0."""
    assert [int(code) for code in WORST_FIRST] == [70, 2, 1, 3, 4, 0]
    for codes in permutations(Exit, 2):
        assert worst(codes) is min(codes, key=WORST_FIRST.index)
    assert worst([]) is Exit.OK


def test_every_code_has_a_rank() -> None:
    """No exit code is without a place in the precedence."""
    assert set(WORST_FIRST) == set(Exit)
